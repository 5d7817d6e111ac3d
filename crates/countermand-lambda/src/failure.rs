//! Why a function fails: so that Lambda delivers the event again, and at last to the dead-letter queue.

use countermand_core::event::Broken;
use countermand_core::record::{Answer, Record};
use lambda_runtime::Diagnostic;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the event cannot be read: {0}")]
    Unreadable(Broken),
    /// How many targets are without an answer, and how many were not tried.
    #[error("{} of AWS are missing, and {} were not made: the event is to be delivered again", counted(*.no_answer, "answer"), counted(*.not_tried, "call"))]
    Unfinished { no_answer: usize, not_tried: usize },
}

impl Failure {
    /// What keeps a record from being final.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        let answers: Vec<_> = record.targets().filter_map(|it| it.answer).collect();
        answers.iter().any(|it| it.wants_retry()).then(|| {
            let how_many = |wanted| answers.iter().filter(|it| **it == wanted).count();
            Self::Unfinished {
                no_answer: how_many(Answer::NoAnswer),
                not_tried: how_many(Answer::NotTried),
            }
        })
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        let error_type = match failure {
            Failure::Unreadable(_) => "EventUnreadable",
            Failure::Unfinished { .. } => "Unfinished",
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
