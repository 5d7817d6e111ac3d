//! What is known before anything is stopped, for whoever wants to see it.

use countermand_core::name::Captures;
use countermand_core::operations::{About, Call};
use countermand_core::policy::Mode;
use countermand_core::record::TargetRecord;
use countermand_core::verdict::{
    About as CodeAbout, Case, Checked, Code, Planned, Reason, explain_after_looking,
    explain_before_looking,
};
use jiff::Timestamp;

use crate::look::{Looked, Seen as SeenChange};
use crate::operations::{Again, InFlight};
use crate::run::Prepared;
use crate::{Aws, Trouble};

/// One policy that the event is about.
#[derive(Debug)]
pub struct PolicyView<'v> {
    pub name: &'v str,
    pub mode: Mode,
    /// What each pattern that fits the alarm's name captured.
    pub captures: &'v [Captures],
    /// Why the event as a whole is held.
    pub held: &'v [Reason],
    /// What each guard saw of the event.
    pub event: Vec<Checked>,
    /// What the guard over all changes saw.
    pub together: Vec<Checked>,
    /// Operations, and their targets in words.
    pub meant: Vec<(&'static About, String)>,
    pub changes: Vec<ChangeView<'v>>,
    /// Targets of which there is no change to judge, and why.
    pub without: &'v [TargetRecord],
    /// A look-up got no answer: what is to be stopped waits.
    pub is_incomplete: bool,
}

/// One change in flight.
#[derive(Debug)]
pub struct ChangeView<'v> {
    change: &'v dyn InFlight,
    pub planned: &'v Planned,
    pub case: &'v Case<'v>,
}

impl Prepared<'_> {
    pub fn policies(&self) -> impl Iterator<Item = PolicyView<'_>> {
        let each = self.looked.iter().zip(&self.plans);
        each.map(|(looked, plans)| PolicyView::of(looked, plans, self))
    }

    /// How many policies the event is not about.
    pub fn not_matching(&self) -> usize {
        self.not_matching
    }
}

impl<'v> PolicyView<'v> {
    fn of(looked: &'v Looked<'_>, plans: &'v [Planned], prepared: &Prepared<'_>) -> Self {
        let meant = looked.meant.iter();
        let changes = looked.changes.iter().zip(plans);
        Self {
            name: looked.policy,
            mode: looked.mode,
            captures: &looked.captures,
            held: &looked.held,
            event: event(looked, prepared),
            together: match looked.changes.as_slice() {
                [] => Vec::new(),
                _ => looked.judged().explain(),
            },
            meant: meant.map(|it| (it.action.about(), it.in_words())).collect(),
            changes: changes
                .map(|(seen, planned)| ChangeView::of(seen, planned, &looked.case))
                .collect(),
            without: &looked.without,
            is_incomplete: looked.is_incomplete,
        }
    }
}

/// By what the guards saw, and by what AWS refused to show them.
fn event(looked: &Looked<'_>, prepared: &Prepared<'_>) -> Vec<Checked> {
    let (trigger, setting) = (prepared.trigger, prepared.setting);
    let policies = setting.policies;
    let mut all = policies.list().iter();
    let Some(policy) = all.find(|it| it.name.as_str() == looked.policy) else {
        return Vec::new();
    };
    let calendars = policies.calendars_of(policy);
    let mut checked = explain_before_looking(
        policy,
        trigger,
        &calendars,
        setting.home,
        setting.age,
        setting.now,
    );
    if let Some(beside) = &looked.beside {
        checked.extend(explain_after_looking(policy, trigger, beside, setting.now));
    }
    let unseen = looked.held.iter();
    let unseen = unseen.filter(|it| it.code == Code::LookupRefused);
    checked.extend(unseen.map(held));
    checked
}

fn held(reason: &Reason) -> Checked {
    Checked {
        code: reason.code,
        holds: true,
        text: reason.text.clone(),
    }
}

impl<'v> ChangeView<'v> {
    fn of(seen: &'v SeenChange<'_>, planned: &'v Planned, case: &'v Case<'_>) -> Self {
        Self {
            change: seen.change.as_ref(),
            planned,
            case,
        }
    }

    pub fn about(&self) -> &'static About {
        self.change.about()
    }

    /// What people call its target, as `prod/checkout`.
    pub fn target(&self) -> String {
        self.change.target()
    }

    pub fn began_at(&self) -> Option<Timestamp> {
        self.change.began_at()
    }

    /// All that AWS told of it.
    pub fn facts(&self) -> serde_json::Value {
        self.change.facts()
    }

    /// What each guard saw of it, and what it is held for together with all others.
    pub fn checked(&self) -> Vec<Checked> {
        let mut checked = self.change.explain(self.case);
        let reasons = self.planned.verdict.reasons().iter();
        let together = reasons.filter(|it| it.code.about() == CodeAbout::AllChanges);
        checked.extend(together.map(held));
        checked
    }

    /// The call that stops it.
    pub fn call(&self) -> Call {
        self.change.call()
    }

    /// What it has come to.
    pub async fn look_again(&self, aws: &Aws) -> Result<Again, Trouble> {
        self.change.look_again(aws).await
    }
}
