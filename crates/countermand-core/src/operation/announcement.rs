//! The events that announce that a change has begun or is planned.
//!
//! One declaration serves both sides: `synth` derives event patterns from it, and [`Announcement::check`] checks an
//! event that has arrived. A service may put the state of a change into the detail-type, into a nested field, or
//! nowhere, as in a call that CloudTrail has recorded.

use serde_json::Value;

use crate::wire::{Broken, Defect, Envelope, EventRefusal, NotOurs};

/// Events of one source that announce a change.
#[derive(Debug)]
pub struct Announcement {
    pub source: &'static str,
    pub detail_types: &'static [&'static str],
    /// What the detail contains in an event that announces a beginning. Empty if the detail-type suffices.
    pub detail: &'static [DetailTest],
    pub target_in: TargetIn,
}

/// A test of one field of the detail.
#[derive(Debug)]
pub struct DetailTest {
    /// The path of the field, as `["status-details", "status"]`.
    pub path: &'static [&'static str],
    pub test: FieldTest,
}

#[derive(Debug)]
pub enum FieldTest {
    /// The field is one of these texts: a state, or the name of a call. An event without the field is broken.
    OneOf(&'static [&'static str]),
    /// The field is absent.
    Absent,
    /// The field is absent or `false`.
    AbsentOrFalse,
}

/// Where an event names its target.
#[derive(Debug)]
pub enum TargetIn {
    /// An ARN among its resources ends in one of these ways.
    Resource(&'static [ArnEnd]),
    /// Fields of its detail have the names.
    Detail(&'static [DetailName]),
}

/// A field of the detail that names a target.
#[derive(Debug)]
pub struct DetailName {
    pub path: &'static [&'static str],
    pub key: &'static str,
    /// The field may also have an ARN that ends like this.
    pub arn_end: Option<&'static str>,
    /// The field has an id, while a policy may have a name: whether a text is such an id.
    pub is_id: Option<fn(&str) -> bool>,
}

impl DetailName {
    pub const fn at(path: &'static [&'static str], key: &'static str) -> Self {
        Self {
            path,
            key,
            arn_end: None,
            is_id: None,
        }
    }

    #[must_use]
    pub const fn or_arn(self, end: &'static str) -> Self {
        Self {
            arn_end: Some(end),
            ..self
        }
    }

    #[must_use]
    pub const fn by_id(self, is_id: fn(&str) -> bool) -> Self {
        Self {
            is_id: Some(is_id),
            ..self
        }
    }
}

/// The end of an ARN, with target keys in braces; `*` stands for anything.
#[derive(Debug)]
pub struct ArnEnd {
    pub end: &'static str,
    /// The path of another ARN in the detail, and its end: for a key that the first ARN does not have.
    pub other_arn: Option<(&'static [&'static str], &'static str)>,
}

impl ArnEnd {
    pub const fn of(end: &'static str) -> Self {
        let other_arn = None;
        Self { end, other_arn }
    }
}

/// The detail-type of a call that CloudTrail has recorded.
pub const RECORDED_CALL: &str = "AWS API Call via CloudTrail";

/// The call succeeded: CloudTrail records refused calls, too.
pub const CALL_SUCCEEDED: DetailTest = DetailTest {
    path: &["errorCode"],
    test: FieldTest::Absent,
};

impl Announcement {
    /// Whether source and detail-type match; the detail is for [`Self::check`].
    fn is_of(&self, event: &Envelope<'_>) -> bool {
        event.source == self.source && self.detail_types.contains(&&*event.detail_type)
    }

    /// Whether the event announces a beginning, rather than something else about such a change.
    fn check(&self, event: &Envelope<'_>) -> Result<(), EventRefusal> {
        if self.detail.is_empty() {
            return Ok(());
        }
        let detail: serde_json::Map<String, Value> = event.detail()?;
        for it in self.detail {
            let found = found(&detail, it.path);
            let begins = match it.test {
                FieldTest::OneOf(texts) => {
                    let text = found.and_then(Value::as_str).ok_or_else(|| {
                        Broken::new(format!("detail.{}", it.field()), Defect::Missing)
                    })?;
                    texts.contains(&text)
                }
                FieldTest::Absent => found.is_none_or(Value::is_null),
                FieldTest::AbsentOrFalse => {
                    found.is_none_or(|it| it.is_null() || *it == Value::Bool(false))
                }
            };
            if !begins {
                let state =
                    found.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
                return Err(NotOurs::NothingBegins {
                    detail_type: event.detail_type.to_string(),
                    state: state.unwrap_or_default(),
                }
                .into());
            }
        }
        Ok(())
    }

    /// As ``the event `X` of `aws.x` whose `detail.state` is `BEGUN` ``.
    pub fn in_words(&self) -> String {
        let types = either(self.detail_types);
        let tests: Vec<_> = self.detail.iter().map(DetailTest::in_words).collect();
        let space = if tests.is_empty() { "" } else { " " };
        format!(
            "the event {types} of `{}`{space}{}",
            self.source,
            tests.join(", ")
        )
    }

    /// The first of these by which the event announces a beginning; `None` if none of them matches such events. Several
    /// may match one kind of event: CloudTrail records all calls of a service under one detail-type.
    pub fn announcing<'a>(
        all: impl IntoIterator<Item = &'a Self>,
        event: &Envelope<'_>,
    ) -> Option<Result<&'a Self, EventRefusal>> {
        let mut refused = None;
        for announcement in all.into_iter().filter(|it| it.is_of(event)) {
            match announcement.check(event) {
                Ok(()) => return Some(Ok(announcement)),
                Err(refusal) => refused = refused.or(Some(Err(refusal))),
            }
        }
        refused
    }
}

impl DetailTest {
    pub const fn one_of(path: &'static [&'static str], texts: &'static [&'static str]) -> Self {
        let test = FieldTest::OneOf(texts);
        Self { path, test }
    }

    /// As `status-details.status`.
    pub fn field(&self) -> String {
        self.path.join(".")
    }

    /// As ``whose `detail.state` is `BEGUN` ``.
    pub fn in_words(&self) -> String {
        let field = format!("`detail.{}`", self.field());
        match self.test {
            FieldTest::OneOf(texts) => format!("whose {field} is {}", either(texts)),
            FieldTest::Absent => format!("which has no {field}"),
            FieldTest::AbsentOrFalse => format!("whose {field} is not `true`"),
        }
    }
}

fn either(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|it| format!("`{it}`")).collect();
    match words.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        words => words.concat(),
    }
}

fn found<'d>(detail: &'d serde_json::Map<String, Value>, path: &[&str]) -> Option<&'d Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(detail.get(*first)?, |value, key| value.get(key))
}

/// The part after `marker` in the ARN of the event's target.
pub fn resource<'a>(event: &'a Envelope<'_>, marker: &str) -> Result<&'a str, Broken> {
    let found = event
        .resources
        .iter()
        .find_map(|arn| Some(arn.split_once(marker)?.1));
    found
        .filter(|it| !it.is_empty())
        .ok_or_else(|| Broken::new("resources", Defect::Missing))
}

#[cfg(test)]
mod tests;
