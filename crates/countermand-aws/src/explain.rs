//! A view of the survey and the plan, for people to read before anything is stopped.

use countermand_core::name::Captures;
use countermand_core::operation::OperationSpec;
use countermand_core::plan::Planned;
use countermand_core::policy::Mode;
use countermand_core::record::TargetRecord;
use countermand_core::trigger::Trigger;
use countermand_core::verdict::{
    AnyChange, Case, Checked, HoldCode, Reasons, hold_after_looking, hold_before_looking,
};

use crate::context::Context;
use crate::operations::ActingChange;
use crate::services::ReadClients;
use crate::survey::{Plan, PolicySurvey, Survey, SurveyedChange};

/// One policy that matches the event.
#[derive(Debug)]
pub struct PolicyView<'v> {
    pub name: &'v str,
    pub mode: Mode,
    /// What each pattern that matches the alarm's name captured.
    pub captures: &'v [Captures],
    /// What each guard found about the event.
    pub event: Vec<Checked>,
    /// What the guard over all changes together found.
    pub together: Vec<Checked>,
    /// Operations, and their targets in words.
    pub targets: Vec<(&'static OperationSpec, String)>,
    pub changes: Vec<ChangeView<'v>>,
    /// Targets without a change to judge, and why.
    pub unjudged: Vec<TargetRecord>,
    /// Whether every look-up was answered; if not, the stops wait.
    pub is_complete: bool,
}

/// One change in flight.
#[derive(Debug)]
pub struct ChangeView<'v> {
    change: &'v dyn ActingChange,
    pub planned: &'v Planned,
    pub case: &'v Case<'v>,
}

impl Survey<'_> {
    /// What each policy found, and what the plan does about it.
    pub fn views<'v>(
        &'v self,
        plan: &'v Plan,
        trigger: &'v Trigger,
        context: Context<'v>,
    ) -> impl Iterator<Item = PolicyView<'v>> {
        let each = self.policies.iter().zip(plan);
        each.map(move |(survey, planned)| PolicyView::of(survey, planned, trigger, context))
    }
}

impl<'v> PolicyView<'v> {
    fn of(
        survey: &'v PolicySurvey<'_>,
        planned: &'v [Planned],
        trigger: &Trigger,
        context: Context<'_>,
    ) -> Self {
        let targets = survey.targets.iter();
        let changes = survey.changes.iter().zip(planned);
        let findings = survey.findings();
        Self {
            name: survey.policy,
            mode: survey.mode,
            captures: &survey.captures,
            event: event(survey, trigger, context),
            together: match survey.changes.as_slice() {
                [] => Vec::new(),
                _ => findings.explain(),
            },
            targets: targets
                .map(|it| (it.action.spec(), it.in_words()))
                .collect(),
            changes: changes
                .map(|(surveyed, planned)| ChangeView::of(surveyed, planned, &survey.case))
                .collect(),
            unjudged: survey
                .unjudged
                .iter()
                .map(TargetRecord::of_unjudged)
                .collect(),
            is_complete: findings.is_complete(),
        }
    }
}

/// What the guards found about the event, and what AWS refused to let them read.
fn event(survey: &PolicySurvey<'_>, trigger: &Trigger, context: Context<'_>) -> Vec<Checked> {
    let policies = context.policies;
    let mut all = policies.list().iter();
    let Some(policy) = all.find(|it| it.name.as_str() == survey.policy) else {
        return Vec::new();
    };
    let calendars = policies.calendars_of(policy);
    let mut checked = hold_before_looking(
        policy,
        trigger,
        &calendars,
        context.home,
        context.age,
        context.calls.now,
        Reasons::explaining(),
    )
    .into_checked();
    if let Some(seen) = &survey.seen {
        let after = hold_after_looking(
            policy,
            trigger,
            seen,
            context.calls.now,
            Reasons::explaining(),
        );
        checked.extend(after.into_checked());
    }
    let unseen = survey.held.iter();
    let unseen = unseen.filter(|it| it.code == HoldCode::LookupRefused);
    checked.extend(unseen.map(Checked::held));
    checked
}

impl<'v> ChangeView<'v> {
    fn of(surveyed: &'v SurveyedChange<'_>, planned: &'v Planned, case: &'v Case<'_>) -> Self {
        Self {
            change: surveyed.change.as_ref(),
            planned,
            case,
        }
    }

    /// The change as the core knows it.
    pub fn change(&self) -> &'v dyn AnyChange {
        self.change
    }

    /// What each guard found about the change, and what else it is held for.
    pub fn checked(&self) -> Vec<Checked> {
        self.planned.explain(self.change.explain(self.case))
    }

    /// What AWS says the stop would do, if the operation has a dry run.
    pub async fn dry_run(&self, aws: &ReadClients) -> Option<String> {
        self.change.dry_run(aws).await
    }
}
