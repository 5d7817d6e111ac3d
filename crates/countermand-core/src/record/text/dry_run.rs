//! What AWS says that a stop would cancel, or has cancelled.

use crate::failure::CallFailure;

/// What OpenSearch cancels, or would cancel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CancelledConfiguration {
    /// The ids of its changes.
    pub changes: Vec<String>,
    pub properties: Vec<CancelledProperty>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelledProperty {
    pub name: Option<String>,
    /// The value that stays.
    pub active: Option<String>,
    /// The value that it does not get.
    pub cancelled: Option<String>,
}

/// What AWS says that the stop of this change would do.
pub fn dry_run(id: &str, answer: &Result<CancelledConfiguration, CallFailure>) -> String {
    let says = match answer {
        Err(failure) => return format!("AWS was asked what this would do: {failure}"),
        Ok(it) if it.changes.is_empty() => "nothing would be cancelled".to_owned(),
        Ok(it) if !it.is_of(id) => format!("it would cancel {} instead", it.changes()),
        Ok(it) if it.properties.is_empty() => "it would cancel the change".to_owned(),
        Ok(it) => {
            let properties = it.properties.iter().map(CancelledProperty::in_words);
            properties.collect::<Vec<_>>().join(", ")
        }
    };
    format!("asked what this would do, AWS says: {says}")
}

/// AWS accepted the stop, and did not cancel the change that was meant.
pub fn not_cancelled(answer: &CancelledConfiguration) -> String {
    if answer.changes.is_empty() {
        "nothing was cancelled".to_owned()
    } else {
        format!("it was not cancelled, but {}", answer.changes())
    }
}

impl CancelledConfiguration {
    pub fn is_of(&self, id: &str) -> bool {
        self.changes.iter().any(|it| it == id)
    }

    fn changes(&self) -> String {
        format!("`{}`", self.changes.join("`, `"))
    }
}

impl CancelledProperty {
    /// As `` `InstanceCount` would stay `3` and not become `6` ``.
    fn in_words(&self) -> String {
        let value = |value: &Option<String>| match value.as_deref() {
            None | Some("") => "nothing".to_owned(),
            Some(value) => format!("`{value}`"),
        };
        format!(
            "`{}` would stay {} and not become {}",
            self.name.as_deref().unwrap_or("a property"),
            value(&self.active),
            value(&self.cancelled)
        )
    }
}
