//! The events that say that a change has begun or is planned: what EventBridge can tell of them, and how they are read.
//!
//! One declaration serves both: `synth` makes event patterns of it, and [`Announcement::check`] asks the same of an event
//! that has come. So a service may put the state of a change into the detail-type, into a nested field, or not at all, as in
//! a call that CloudTrail has recorded.

use serde_json::Value;

use crate::wire::{Broken, Defect, Envelope, EventRefusal, NotOurs};

/// Events of one source that announce a change.
#[derive(Debug)]
pub struct Announcement {
    pub source: &'static str,
    pub detail_types: &'static [&'static str],
    /// What the detail says in an event that announces a beginning. Empty where the detail-type alone says it.
    pub detail: &'static [DetailTest],
    pub target_in: TargetIn,
}

/// What a field of the detail must be.
#[derive(Debug)]
pub struct DetailTest {
    /// The way to the field, as `["status-details", "status"]`.
    pub path: &'static [&'static str],
    pub test: FieldTest,
}

#[derive(Debug)]
pub enum FieldTest {
    /// One of these texts: the state or the name of a call. Without it the event cannot be read.
    OneOf(&'static [&'static str]),
    /// The field is not there.
    Absent,
    /// The field is not there, or `false`.
    AbsentOrFalse,
}

/// Where an event names its target.
#[derive(Debug)]
pub enum TargetIn {
    /// An ARN among its resources ends so, in one of these ways.
    Resource(&'static [ArnEnd]),
    /// Fields of its detail are the names.
    Detail(&'static [DetailName]),
}

/// A field of the detail that names a target.
#[derive(Debug)]
pub struct DetailName {
    pub path: &'static [&'static str],
    pub key: &'static str,
}

/// The end of an ARN, with target keys in braces; a `*` stands for anything.
#[derive(Debug)]
pub struct ArnEnd {
    pub end: &'static str,
    /// A field of the detail with an ARN that ends so: for a key that the first does not have.
    pub beside: Option<(&'static [&'static str], &'static str)>,
}

/// A key for which AWS gives an id although a policy may give a name.
#[derive(Debug, Clone, Copy)]
pub struct ById {
    pub key: &'static str,
    pub is_id: fn(&str) -> bool,
}

/// The detail-type of a call that CloudTrail has recorded.
pub const RECORDED_CALL: &str = "AWS API Call via CloudTrail";

/// AWS took the call: a call that it refused is recorded too.
pub const CALL_SUCCEEDED: DetailTest = DetailTest {
    path: &["errorCode"],
    test: FieldTest::Absent,
};

impl Announcement {
    /// By source and type alone: what its detail says is for [`Self::check`].
    fn is_of(&self, event: &Envelope<'_>) -> bool {
        event.source == self.source && self.detail_types.contains(&&*event.detail_type)
    }

    /// Whether the event announces a beginning, and not something else about such a change.
    fn check(&self, event: &Envelope<'_>) -> Result<(), EventRefusal> {
        if self.detail.is_empty() {
            return Ok(());
        }
        let detail: serde_json::Map<String, Value> = event.detail()?;
        for DetailTest { path, test } in self.detail {
            let found = found(&detail, path);
            let begins = match test {
                FieldTest::OneOf(texts) => {
                    let text = found.and_then(Value::as_str).ok_or_else(|| {
                        Broken::new(format!("detail.{}", path.join(".")), Defect::Missing)
                    })?;
                    texts.contains(&text)
                }
                FieldTest::Absent => found.is_none_or(Value::is_null),
                FieldTest::AbsentOrFalse => {
                    found.is_none_or(|it| it.is_null() || *it == Value::Bool(false))
                }
            };
            if !begins {
                let said =
                    found.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
                return Err(NotOurs::NothingBegins {
                    detail_type: event.detail_type.to_string(),
                    state: said.unwrap_or_default(),
                }
                .into());
            }
        }
        Ok(())
    }

    /// As `the event `X` of `aws.x` whose `detail.state` is `BEGUN``.
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

    /// The first of these that knows such events, where the event announces a beginning; `None` where none does. Several
    /// may know one kind of event, as all that CloudTrail records of a service.
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
    /// As `status-details.status`.
    pub fn field(&self) -> String {
        self.path.join(".")
    }

    /// As `whose `detail.state` is `BEGUN``.
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

/// What follows `marker` in the ARN of the event's target.
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
