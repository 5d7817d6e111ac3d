//! Reads the state of change calendars from Systems Manager.

use std::collections::BTreeSet;

use countermand_aws::{Aws, change_calendar};
use countermand_core::policy::Policies;
use countermand_core::trigger::Place;
use countermand_core::verdict::CalendarQuestion;
use jiff::Timestamp;
use serde::Serialize;

use crate::aws::{Login, block_on};
use crate::calendars::{CalendarUser, users_of_change_calendar};
use crate::complaint::Complaint;

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ChangeCalendarReport {
    pub(super) calendar: String,
    /// `null`: not known.
    pub(super) closed: Option<bool>,
    /// Why it is not known.
    pub(super) trouble: Option<String>,
    /// `null`: for good, or not known.
    pub(super) until: Option<Timestamp>,
    /// The policies that use it.
    pub(super) policies: Vec<CalendarUser>,
}

/// Without change calendars it makes no call and needs no credentials.
pub(super) fn read(
    names: &BTreeSet<&str>,
    at: Option<Timestamp>,
    login: &Login,
    policies: &Policies,
) -> Vec<ChangeCalendarReport> {
    if names.is_empty() {
        return Vec::new();
    }
    let told = block_on(read_from_aws(names, at, login, policies));
    told.unwrap_or_else(|complaint| {
        let trouble = complaint.in_one_line();
        let unknown = names.iter().map(|name| ChangeCalendarReport {
            calendar: (*name).to_owned(),
            closed: None,
            trouble: Some(trouble.clone()),
            until: None,
            policies: users_of_change_calendar(name, policies),
        });
        unknown.collect()
    })
}

async fn read_from_aws(
    names: &BTreeSet<&str>,
    at: Option<Timestamp>,
    login: &Login,
    policies: &Policies,
) -> Result<Vec<ChangeCalendarReport>, Complaint> {
    let (config, _) = login.config(&Place::default()).await?;
    let aws = Aws::new(config);
    let ask = at.map_or(CalendarQuestion::Now, CalendarQuestion::TheEvent);
    let mut told = Vec::new();
    for name in names {
        let then = change_calendar(name, ask, &aws.read).await;
        told.push(ChangeCalendarReport {
            calendar: (*name).to_owned(),
            closed: then.as_ref().ok().map(|it| it.is_closed),
            trouble: then.as_ref().err().map(ToString::to_string),
            until: then.ok().and_then(|it| it.next_change),
            policies: users_of_change_calendar(name, policies),
        });
    }
    Ok(told)
}
