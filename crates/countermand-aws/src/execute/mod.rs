//! Executes the plan: requests the stops, and queues the changes for verification. Nothing is decided here.

mod stop;

use countermand_core::follow::{Aim, Followed, Pace};
use countermand_core::plan::{Planned, Step};
use countermand_core::record::text::{StopAnswer, why};
use countermand_core::record::{TargetRecord, Verification};
use countermand_core::trigger::Trigger;
use futures_util::future::join;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use crate::aws::Executor;
use crate::context::CallContext;
use crate::survey::{Plan, PolicySurvey, Survey, SurveyedChange};

/// How many stops run at the same time: no service publishes a rate for them, and a storm must not look like an attack.
const STOPS_AT_ONCE: usize = 10;

/// What was done about one change.
#[derive(Debug)]
pub(crate) struct Executed {
    pub(crate) record: TargetRecord,
    /// When AWS accepted the stop.
    pub(crate) stopped_at: Option<Timestamp>,
}

/// Makes the calls of every step, and returns their results in the order of the plan.
pub(crate) async fn execute(
    survey: &Survey<'_>,
    plan: &Plan,
    trigger: &Trigger,
    calls: CallContext<'_>,
    executor: Executor<'_>,
) -> Vec<Executed> {
    let steps = survey.policies.iter().zip(plan);
    let steps = steps.flat_map(|(policy, planned)| {
        let changes = policy.changes.iter().zip(planned);
        changes.map(move |(surveyed, planned)| {
            let execution = Execution {
                surveyed,
                planned,
                policy,
                why: why(
                    trigger,
                    surveyed.change.began_at(),
                    policy.case.freeze.as_ref(),
                    surveyed.change.remark().as_deref(),
                ),
                trigger,
                calls,
                executor,
            };
            async move { execution.run(survey).await }
        })
    });
    stream::iter(steps).buffered(STOPS_AT_ONCE).collect().await
}

/// One step of the plan, with all that it needs.
struct Execution<'e, 'a> {
    surveyed: &'e SurveyedChange<'a>,
    planned: &'e Planned,
    policy: &'e PolicySurvey<'a>,
    why: String,
    trigger: &'e Trigger,
    calls: CallContext<'e>,
    executor: Executor<'e>,
}

impl Execution<'_, '_> {
    async fn run(&self, survey: &Survey<'_>) -> Executed {
        let stop = async {
            match self.planned.step {
                Step::Stop => Some((self.stop().await, survey.now())),
                _ => None,
            }
        };
        let follow = async {
            match self.planned.follow {
                Some(aim) => self.follow(aim).await,
                None => None,
            }
        };
        let (stopped, verification) = join(stop, follow).await;
        let (answer, at) = stopped.unzip();
        let is_taken = answer.as_ref().is_some_and(StopAnswer::is_taken);
        Executed {
            stopped_at: at.filter(|_| is_taken),
            record: TargetRecord::of_change(
                self.surveyed.change.as_ref(),
                self.planned,
                &self.why,
                answer.as_ref(),
                verification,
                self.calls.now,
            ),
        }
    }

    /// Queues the change for verification, if there is a queue.
    async fn follow(&self, aim: Aim) -> Option<Verification> {
        let queue = self.executor.queue?;
        let CallContext { now, time_left, .. } = self.calls;
        if !time_left.is_enough_for_a_call() {
            return Some(Verification::NotQueued);
        }
        let followed = Followed::of(
            self.surveyed.change.as_ref(),
            self.policy.policy,
            self.trigger,
            aim,
            &self.why,
            now,
            Pace::QUEUE,
        );
        Some(match queue.send(&followed, now, time_left).await {
            Ok(()) => Verification::Queued,
            Err(_) => Verification::NotQueued,
        })
    }
}
