//! A change in flight of any operation.

use std::fmt;

use jiff::{SignedDuration, Timestamp, Unit};

use super::{Case, Checked, HOLD_UNTIL, Verdict, explain, judge};
use crate::operation::{Call, Change, ChangeRef, Operation, OperationSpec, Phase};

/// How long the command in `hold-with` protects a target.
const OVERRIDE: SignedDuration = SignedDuration::from_hours(4);

/// A change without the type of its operation.
pub trait AnyChange: fmt::Debug {
    fn spec(&self) -> &'static OperationSpec;

    /// The id for the stop call.
    fn id(&self) -> &str;

    /// The target's name for people, as `prod/checkout`.
    fn target(&self) -> String;

    fn which(&self) -> ChangeRef;

    fn began_at(&self) -> Option<Timestamp>;

    /// Since when it has been running; `None` if it is not running yet, or that is not known.
    fn running_since(&self) -> Option<Timestamp>;

    /// Everything that AWS says about it.
    fn facts(&self) -> serde_json::Value;

    /// The call that tags the target, so that it is left alone for some hours from `now` on.
    fn hold_with(&self, now: Timestamp) -> Option<Call>;

    /// What people should know besides, when they read that it is to be stopped.
    fn remark(&self) -> Option<String>;

    fn judge(&self, case: &Case<'_>) -> Verdict;

    /// What each guard found about it.
    fn explain(&self, case: &Case<'_>) -> Vec<Checked>;

    /// The call that stops it.
    fn call(&self) -> Call;
}

/// A change, and the parameters of the operation that would stop it.
#[derive(Debug)]
pub struct TypedChange<'p, O: Operation> {
    pub parameters: &'p O,
    pub change: Change<O::Facts>,
}

impl<O: Operation> AnyChange for TypedChange<'_, O> {
    fn spec(&self) -> &'static OperationSpec {
        &O::SPEC
    }

    fn id(&self) -> &str {
        &self.change.id
    }

    fn target(&self) -> String {
        let keys = O::SPEC.targets.iter();
        let names = keys.filter_map(|key| self.change.names.get(key).map(String::as_str));
        names.collect::<Vec<_>>().join("/")
    }

    fn which(&self) -> ChangeRef {
        self.change.which()
    }

    fn began_at(&self) -> Option<Timestamp> {
        self.change.began_at
    }

    fn running_since(&self) -> Option<Timestamp> {
        let is_running = O::phase(&self.change) == Phase::Running;
        self.change.began_at.filter(|_| is_running)
    }

    fn facts(&self) -> serde_json::Value {
        // All keys are strings, so this cannot fail.
        serde_json::to_value(&self.change).unwrap_or_default()
    }

    fn hold_with(&self, now: Timestamp) -> Option<Call> {
        let until = now.checked_add(OVERRIDE).ok()?;
        let until = until.round(Unit::Second).ok()?.to_string();
        O::tagging(&self.change, (HOLD_UNTIL, &until))
    }

    fn remark(&self) -> Option<String> {
        self.parameters.remark(&self.change)
    }

    fn judge(&self, case: &Case<'_>) -> Verdict {
        judge(self.parameters, &self.change, case)
    }

    fn explain(&self, case: &Case<'_>) -> Vec<Checked> {
        explain(self.parameters, &self.change, case)
    }

    fn call(&self) -> Call {
        self.parameters.call(&self.change)
    }
}
