//! Why an invocation fails. Lambda then delivers the event again, and at last to the dead-letter queue.

use countermand_core::event::Broken;
use countermand_core::failure::CallFailure;
use countermand_core::record::{Answer, Record, TargetRecord, Verification, text};
use lambda_runtime::Diagnostic;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{}", text::unreadable(.0))]
    Unreadable(Broken),
    /// How many targets are without an answer, how many were not tried, and how many could not be queued for follow-up.
    #[error("{} of AWS are missing, {} were not made, and {} could not be queued: the event is to be delivered again", counted(*.no_answer, "answer"), counted(*.not_tried, "call"), counted(*.not_queued, "change"))]
    Unfinished {
        no_answer: usize,
        not_tried: usize,
        not_queued: usize,
    },
    #[error("the decisions could not be put on the bus: {0}: the event is to be delivered again")]
    Unpublished(CallFailure),
}

impl Failure {
    /// `Some` where the event must be delivered again to finish what it began.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        record.targets().any(TargetRecord::wants_retry).then(|| {
            let how_many = |wanted| {
                let answers = record.targets().filter_map(|it| it.answer);
                answers.filter(|it| *it == wanted).count()
            };
            let not_queued = Some(Verification::NotQueued);
            let not_queued = record.targets().filter(|it| it.verification == not_queued);
            Self::Unfinished {
                no_answer: how_many(Answer::NoAnswer),
                not_tried: how_many(Answer::NotTried),
                not_queued: not_queued.count(),
            }
        })
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        let error_type = match failure {
            Failure::Unreadable(_) => "EventUnreadable",
            Failure::Unfinished { .. } => "Unfinished",
            Failure::Unpublished(_) => "Unpublished",
        };
        Self {
            error_type: error_type.to_owned(),
            error_message: failure.to_string(),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
