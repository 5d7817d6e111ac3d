//! What is known before anything is stopped, for whoever wants to see it.

use countermand_core::name::Captures;
use countermand_core::operations::{About, Call};
use countermand_core::policy::Mode;
use countermand_core::record::TargetRecord;
use countermand_core::verdict::{Case, Planned, Reason, Seen};
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
    /// What was read beside the find.
    pub beside: &'v Seen,
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
        each.map(|(looked, plans)| PolicyView::of(looked, plans))
    }

    /// How many policies the event is not about.
    pub fn not_matching(&self) -> usize {
        self.not_matching
    }
}

impl<'v> PolicyView<'v> {
    fn of(looked: &'v Looked<'_>, plans: &'v [Planned]) -> Self {
        let meant = looked.meant.iter();
        let changes = looked.changes.iter().zip(plans);
        Self {
            name: looked.policy,
            mode: looked.mode,
            captures: &looked.captures,
            held: &looked.held,
            beside: &looked.beside,
            meant: meant.map(|it| (it.action.about(), it.in_words())).collect(),
            changes: changes
                .map(|(seen, planned)| ChangeView::of(seen, planned, &looked.case))
                .collect(),
            without: &looked.without,
            is_incomplete: looked.is_incomplete,
        }
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

    /// The call that stops it.
    pub fn call(&self) -> Call {
        self.change.call()
    }

    /// What it has come to.
    pub async fn look_again(&self, aws: &Aws) -> Result<Again, Trouble> {
        self.change.look_again(aws).await
    }
}
