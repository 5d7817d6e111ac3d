//! The change calendars of Systems Manager, which only AWS can tell of.

use std::collections::BTreeSet;

use countermand_aws::{Aws, change_calendar};
use countermand_core::policy::Policies;
use countermand_core::trigger::Place;
use countermand_core::verdict::AskAbout;
use jiff::Timestamp;
use serde::Serialize;

use crate::aws::{Login, block_on};
use crate::calendars::{User, users_of_change_calendar};
use crate::complaint::Complaint;

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Foreign {
    pub(super) calendar: String,
    /// `null`: nobody knows.
    pub(super) closed: Option<bool>,
    /// Why nobody knows.
    pub(super) trouble: Option<String>,
    /// `null`: for good, or nobody knows.
    pub(super) until: Option<Timestamp>,
    /// The policies that go by it.
    pub(super) policies: Vec<User>,
}

/// AWS is asked only where there is something to ask.
pub(super) fn ask(
    names: &BTreeSet<&str>,
    at: Option<Timestamp>,
    login: &Login,
    policies: &Policies,
) -> Vec<Foreign> {
    if names.is_empty() {
        return Vec::new();
    }
    let told = block_on(tell(names, at, login, policies));
    told.and_then(|it| it).unwrap_or_else(|complaint| {
        let unknown = names.iter().map(|name| Foreign {
            calendar: (*name).to_owned(),
            closed: None,
            trouble: Some(in_words(&complaint)),
            until: None,
            policies: users_of_change_calendar(name, policies),
        });
        unknown.collect()
    })
}

async fn tell(
    names: &BTreeSet<&str>,
    at: Option<Timestamp>,
    login: &Login,
    policies: &Policies,
) -> Result<Vec<Foreign>, Complaint> {
    let (config, _) = login.config(&Place::default()).await?;
    let aws = Aws::new(config);
    let ask = at.map_or(AskAbout::Now, AskAbout::TheEvent);
    let mut told = Vec::new();
    for name in names {
        let then = change_calendar(name, ask, &aws).await;
        told.push(Foreign {
            calendar: (*name).to_owned(),
            closed: then.as_ref().ok().map(|it| it.is_closed),
            trouble: then.as_ref().err().map(ToString::to_string),
            until: then.ok().and_then(|it| it.next_change),
            policies: users_of_change_calendar(name, policies),
        });
    }
    Ok(told)
}

fn in_words(complaint: &Complaint) -> String {
    let help = complaint.help.as_ref();
    let help = help.map(|it| format!(": {it}")).unwrap_or_default();
    format!("{}{help}", complaint.message)
}
