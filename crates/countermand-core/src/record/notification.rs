//! A custom notification, as Amazon Q Developer in chat applications shows it in Slack and Teams.

use serde::Serialize;

use super::{Decision, OutcomeRecord, Record, text};

/// No title may be longer.
const LONGEST_TITLE: usize = 250;
/// No description may be longer.
const LONGEST_DESCRIPTION: usize = 8_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notification {
    /// Of its own schema.
    pub version: &'static str,
    /// Always `custom`.
    pub source: &'static str,
    pub content: Content,
    pub metadata: Metadata,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Content {
    pub text_type: &'static str,
    pub title: String,
    pub description: String,
    pub keywords: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The decision and its outcomes are one conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    pub summary: String,
    pub event_type: &'static str,
    pub related_resources: Vec<String>,
}

impl Notification {
    pub(super) fn of_decision(record: &Record, decision: &Decision) -> Self {
        let related = decision.targets().iter().map(|it| it.target.clone());
        let trigger = record.trigger.as_ref();
        Self::new(
            &decision.policy,
            &text::decision(decision),
            trigger.and_then(|it| it.event_id.clone()),
            "decision",
            related.take(10).collect(),
        )
    }

    pub(super) fn of_outcome(outcome: &OutcomeRecord) -> Self {
        Self::new(
            &outcome.policy,
            &outcome.text,
            outcome.event_id.clone(),
            "outcome",
            vec![outcome.which.change.clone()],
        )
    }

    fn new(
        policy: &str,
        text: &str,
        thread_id: Option<String>,
        event_type: &'static str,
        related_resources: Vec<String>,
    ) -> Self {
        let first = text.split("; ").next().unwrap_or(text);
        Self {
            version: "1.0",
            source: "custom",
            content: Content {
                text_type: "client-markdown",
                title: at_most(LONGEST_TITLE, first),
                description: at_most(LONGEST_DESCRIPTION, &format!("`{policy}`: {text}")),
                keywords: vec![policy.to_owned(), event_type.to_owned()],
            },
            metadata: Metadata {
                thread_id,
                summary: at_most(LONGEST_TITLE, first),
                event_type,
                related_resources,
            },
        }
    }
}

fn at_most(most: usize, text: &str) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}
