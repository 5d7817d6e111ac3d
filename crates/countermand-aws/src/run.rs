//! From a trigger to its record: the functions, the tool and the demo all run this.

use countermand_core::record::{Decision, Record, RunFacts, TargetRecord};
use countermand_core::trigger::Trigger;

use crate::aws::Executor;
use crate::context::{CallContext, Context};
use crate::execute::execute;
use crate::survey::{Plan, Survey, survey};

/// Surveys, plans and executes, and records all of it.
pub async fn answer(trigger: &Trigger, context: Context<'_>, executor: Executor<'_>) -> Record {
    let survey = survey(trigger, context).await;
    let plan = survey.plan();
    carry_out(&survey, &plan, trigger, context.calls, executor).await
}

/// Executes the plan, and records it together with the survey.
pub async fn carry_out(
    survey: &Survey<'_>,
    plan: &Plan,
    trigger: &Trigger,
    calls: CallContext<'_>,
    executor: Executor<'_>,
) -> Record {
    let executed = execute(survey, plan, trigger, calls, executor).await;
    let last_stop_at = executed.iter().filter_map(|it| it.stopped_at).max();
    let mut changes = executed.into_iter().map(|it| it.record);
    let decisions = survey.policies.iter().map(|policy| {
        let targets = changes.by_ref().take(policy.changes.len());
        let unjudged = policy.unjudged.iter().map(TargetRecord::of_unjudged);
        let targets = targets.chain(unjudged).collect();
        Decision::new(policy.policy, policy.mode, &policy.held, targets)
    });
    let decisions = decisions.collect();
    let facts = RunFacts {
        at: calls.now,
        note: survey.note,
        not_matching: survey.not_matching,
        calls: calls.aws.calls() - survey.calls_before,
        took: survey.began.elapsed(),
        last_stop_at,
    };
    Record::new(trigger, decisions, &facts)
}
