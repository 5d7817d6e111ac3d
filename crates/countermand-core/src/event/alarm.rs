//! A CloudWatch alarm changed state: as an EventBridge event, or as the alarm's direct invocation of the function.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::trigger::{
    AlarmChanged, AlarmState, AlarmStateSince, Muted, Place, Trigger, TriggerKind,
};
use crate::wire::Envelope;
use crate::wire::json::{self, Object, Outer, Pairs, Text, parse_if_it_fits};
use crate::wire::timestamp;
use crate::wire::{Broken, Defect};

pub(super) fn from_event(event: &Envelope<'_>) -> Result<Trigger, Broken> {
    let call = Call {
        event_id: event.event_id(),
        time: event.time.clone(),
        from: event.place(),
        arn: event.resources.first().map(ToString::to_string),
        data: (event.detail, "detail"),
    };
    call.read()
}

pub(super) fn from_action(outer: &Outer<'_>) -> Result<Trigger, Broken> {
    let owned = |raw, place| json::text(raw, place).map(|text| text.map(Cow::into_owned));
    let call = Call {
        event_id: None,
        time: json::text(outer.time, "time")?,
        from: Place {
            account: owned(outer.account_id, "accountId")?,
            region: owned(outer.region, "region")?,
        },
        arn: owned(outer.alarm_arn, "alarmArn")?,
        data: (outer.alarm_data, "alarmData"),
    };
    call.read()
}

/// What both shapes contain, and the key under which they have the alarm.
struct Call<'a> {
    event_id: Option<String>,
    time: Option<Cow<'a, str>>,
    from: Place,
    arn: Option<String>,
    data: (Option<&'a RawValue>, &'static str),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    #[serde(borrow)]
    alarm_name: Text<'a>,
    state: Object<StateData<'a>>,
    previous_state: Option<&'a RawValue>,
    configuration: Option<&'a RawValue>,
    mute_detail: Option<&'a RawValue>,
    alarm_tags: Option<&'a RawValue>,
    alarm_contributor: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StateData<'a> {
    #[serde(borrow)]
    value: Text<'a>,
    timestamp: Option<Text<'a>>,
    actions_suppressed_by: Option<Text<'a>>,
}

impl Call<'_> {
    fn read(self) -> Result<Trigger, Broken> {
        let (raw, place) = self.data;
        let Object(data) = json::parse::<Object<Data<'_>>>(json::required(raw, place)?, place)?;
        let inside = |key: &str| format!("{place}.{key}");

        if data.alarm_name.0.is_empty() {
            return Err(Broken::new(inside("alarmName"), Defect::Empty));
        }
        let Object(state) = data.state;
        let value = alarm_state(&state.value.0).ok_or_else(|| {
            let unknown = Defect::UnknownAlarmState(state.value.0.into_owned());
            Broken::new(inside("state.value"), unknown)
        })?;
        let since = state
            .timestamp
            .map(|text| timestamp(&text.0, &inside("state.timestamp")))
            .transpose()?;
        let sent = self.time.map(|text| timestamp(&text, "time")).transpose()?;
        let at = json::required(sent.or(since), "time")?;

        Ok(Trigger {
            event_id: self.event_id,
            at,
            from: self.from,
            kind: TriggerKind::AlarmChanged(AlarmChanged {
                name: data.alarm_name.0.into_owned(),
                arn: self.arn,
                state: AlarmStateSince {
                    value,
                    since: since.unwrap_or(at),
                },
                previous: previous(data.previous_state),
                muted: data.mute_detail.map(muted),
                suppressed_by: state.actions_suppressed_by.map(|by| by.0.into_owned()),
                tags: parse_if_it_fits::<Pairs>(data.alarm_tags).map(|tags| tags.0),
                dimensions: dimensions(data.configuration),
                contributor: data.alarm_contributor.map(attributes),
            }),
        })
    }
}

fn alarm_state(value: &str) -> Option<AlarmState> {
    AlarmState::ALL
        .into_iter()
        .find(|state| state.as_str() == value)
}

/// An unusable previous state counts as absent: then the alarm's history is read.
fn previous(raw: Option<&RawValue>) -> Option<AlarmStateSince> {
    let Object(state) = parse_if_it_fits::<Object<StateData<'_>>>(raw)?;
    Some(AlarmStateSince {
        value: alarm_state(&state.value.0)?,
        since: usable(state.timestamp)?,
    })
}

/// Its presence means that the alarm is muted, whatever its shape.
fn muted(raw: &RawValue) -> Muted {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct MuteDetail<'a> {
        #[serde(borrow)]
        muted_by_arn: Option<Text<'a>>,
        mute_window_end: Option<Text<'a>>,
    }

    let mute = parse_if_it_fits::<Object<MuteDetail<'_>>>(Some(raw)).unwrap_or_default();
    let Object(mute) = mute;
    Muted {
        by: mute.muted_by_arn.map(|arn| arn.0.into_owned()),
        until: usable(mute.mute_window_end),
    }
}

fn usable(time: Option<Text<'_>>) -> Option<Timestamp> {
    time.and_then(|text| text.0.parse().ok())
}

fn attributes(raw: &RawValue) -> BTreeMap<String, String> {
    #[derive(Deserialize)]
    struct Contributor {
        attributes: Pairs,
    }

    parse_if_it_fits::<Object<Contributor>>(Some(raw))
        .map(|Object(contributor)| contributor.attributes.0)
        .unwrap_or_default()
}

/// All metrics or none: if one could not be read, the others might seem to agree on a value.
fn dimensions(configuration: Option<&RawValue>) -> BTreeMap<String, Vec<String>> {
    #[derive(Deserialize)]
    struct Configuration {
        metrics: Option<Vec<Object<Metric>>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Metric {
        metric_stat: Option<Object<MetricStat>>,
    }
    #[derive(Deserialize)]
    struct MetricStat {
        metric: Object<Identity>,
    }
    #[derive(Deserialize)]
    struct Identity {
        dimensions: Option<Pairs>,
    }

    let metrics = parse_if_it_fits::<Object<Configuration>>(configuration)
        .and_then(|Object(configuration)| configuration.metrics)
        .unwrap_or_default();

    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let pairs = metrics
        .into_iter()
        .filter_map(|Object(metric)| metric.metric_stat?.0.metric.0.dimensions)
        .flat_map(|pairs| pairs.0);
    for (name, value) in pairs {
        let values = found.entry(name).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }
    found
}
