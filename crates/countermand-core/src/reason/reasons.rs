//! Reasons to hold, collected from the guards; for `explain`, also what each guard let pass.

use serde::Serialize;

use super::HoldCode;

/// One reason to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reason {
    pub code: HoldCode,
    /// With the values that led to it.
    pub text: String,
}

/// What one guard found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub code: HoldCode,
    pub holds: bool,
    /// With the values that it checked.
    pub text: String,
}

impl Checked {
    /// A guard that holds.
    pub fn held(reason: &Reason) -> Self {
        Self {
            code: reason.code,
            holds: true,
            text: reason.text.clone(),
        }
    }
}

/// Reasons in the order in which they were found.
#[derive(Debug, Default)]
pub struct Reasons {
    held: Vec<Reason>,
    /// Collected only for `explain`.
    passed: Option<Vec<Reason>>,
}

impl Reasons {
    /// Also collects what the guards let pass.
    pub fn explaining() -> Self {
        let passed = Some(Vec::new());
        Self {
            passed,
            ..Self::default()
        }
    }

    pub fn add(&mut self, code: HoldCode, text: impl Into<String>) {
        let text = text.into();
        self.held.push(Reason { code, text });
    }

    /// What the guard found, unless it holds. The text is only built for `explain`.
    #[inline]
    pub fn pass<T: Into<String>>(&mut self, code: HoldCode, text: impl FnOnce() -> T) {
        if self.passed.is_some() {
            self.note(code, text);
        }
    }

    /// Holds if there is a reason `why`; else it passes.
    #[inline]
    pub fn check<T: Into<String>>(
        &mut self,
        code: HoldCode,
        why: Option<impl Into<String>>,
        text: impl FnOnce() -> T,
    ) {
        if let Some(why) = why {
            self.add(code, why);
        }
        self.pass(code, text);
    }

    /// Out of line, so that the guards stay small when nothing is explained.
    #[cold]
    #[inline(never)]
    fn note<T: Into<String>>(&mut self, code: HoldCode, text: impl FnOnce() -> T) {
        if let Some(passed) = &mut self.passed
            && self.held.iter().all(|reason| reason.code != code)
        {
            let text = text().into();
            passed.push(Reason { code, text });
        }
    }

    /// In the order of the guards.
    pub fn into_vec(mut self) -> Vec<Reason> {
        self.held.sort_by_key(|reason| reason.code);
        self.held
    }

    /// What holds and what does not, in the order of the guards.
    pub fn into_checked(self) -> Vec<Checked> {
        let passed = self.passed.unwrap_or_default();
        let held = self.held.into_iter().map(|it| (it, true));
        let all = held.chain(passed.into_iter().map(|it| (it, false)));
        let mut checked: Vec<_> = all
            .map(|(Reason { code, text }, holds)| Checked { code, holds, text })
            .collect();
        checked.sort_by_key(|it| it.code);
        checked
    }
}
