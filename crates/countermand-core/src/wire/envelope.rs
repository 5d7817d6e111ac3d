//! The envelope that EventBridge puts around every event.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::broken::Broken;
use super::json::{self, Object, Outer, Text};
use super::time::timestamp;
use crate::trigger::{Place, Trigger, TriggerKind};

/// An EventBridge event whose `detail` is not parsed yet.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    pub source: Cow<'a, str>,
    pub detail_type: Cow<'a, str>,
    pub id: Option<Cow<'a, str>>,
    pub account: Option<Cow<'a, str>>,
    pub region: Option<Cow<'a, str>>,
    /// Not parsed: an event that is not ours may have a time that we cannot read.
    pub time: Option<Cow<'a, str>>,
    pub resources: Vec<Cow<'a, str>>,
    pub detail: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    /// The event's envelope; `None` for a shape without one, such as an alarm's direct action.
    pub fn parse(json: &'a [u8]) -> Result<Option<Self>, Broken> {
        Self::of(&Outer::parse(json)?)
    }

    pub(crate) fn of(outer: &Outer<'a>) -> Result<Option<Self>, Broken> {
        let Some(detail_type) = json::text(outer.detail_type, "detail-type")? else {
            return Ok(None);
        };
        let resources = match outer.resources {
            Some(raw) => json::parse::<Vec<Text<'a>>>(raw, "resources")?,
            None => Vec::new(),
        };
        Ok(Some(Self {
            source: json::required(json::text(outer.source, "source")?, "source")?,
            detail_type,
            id: json::text(outer.id, "id")?,
            account: json::text(outer.account, "account")?,
            region: json::text(outer.region, "region")?,
            time: json::text(outer.time, "time")?,
            resources: resources.into_iter().map(|resource| resource.0).collect(),
            detail: outer.detail,
        }))
    }

    /// The `detail`, which must be an object.
    pub fn detail<T: Deserialize<'a>>(&self) -> Result<T, Broken> {
        let raw = json::required(self.detail, "detail")?;
        json::parse::<Object<T>>(raw, "detail").map(|detail| detail.0)
    }

    pub fn at(&self) -> Result<Timestamp, Broken> {
        timestamp(json::required(self.time.as_deref(), "time")?, "time")
    }

    pub fn place(&self) -> Place {
        Place {
            account: self.account.as_deref().map(str::to_owned),
            region: self.region.as_deref().map(str::to_owned),
        }
    }

    pub(crate) fn event_id(&self) -> Option<String> {
        self.id.as_deref().map(str::to_owned)
    }

    pub(crate) fn trigger(&self, kind: TriggerKind) -> Result<Trigger, Broken> {
        Ok(Trigger {
            event_id: self.event_id(),
            at: self.at()?,
            from: self.place(),
            kind,
        })
    }
}
