//! What is wrong, or doubtful, in a policy file.

use std::ops::Range;

use serde::Serialize;

/// One thing that is wrong or doubtful, at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: ProblemCode,
    /// Index of the source in the list that was loaded.
    pub source: usize,
    /// Bytes of the source's text.
    pub span: Range<usize>,
    pub message: String,
    /// What to do about it: each line stands on its own.
    pub help: Vec<String>,
}

impl Problem {
    /// Nobody reads more about one file.
    pub(crate) const MOST_IN_A_FILE: usize = 1_000;

    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }

    /// Replaces everything beyond the limit by one problem that says so.
    pub(crate) fn truncate(problems: &mut Vec<Self>) {
        if let Some(first_left_out) = problems.get(Self::MOST_IN_A_FILE) {
            let more = Self::too_much_is_wrong(first_left_out.source, first_left_out.span.clone());
            problems.splice(Self::MOST_IN_A_FILE.., [more]);
        }
    }

    pub(crate) fn too_much_is_wrong(source: usize, span: Range<usize>) -> Self {
        Self {
            code: ProblemCode::TooMuchIsWrong,
            source,
            span,
            message: "more is wrong from here on than is told".to_owned(),
            help: vec!["correct what is told, then check again".to_owned()],
        }
    }
}

/// Whether the policies can be used in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

codes! {
    /// What kind of problem it is: stable, for machines and for tests.
    pub enum ProblemCode, severity Severity:
    Error {
        /// The file could not be read.
        Unreadable,
        /// The file is larger than 1 MiB.
        TooLarge,
        /// The file is not UTF-8.
        NotUtf8,
        /// The text is not YAML, or not JSON in a file called `.json`.
        Syntax,
        /// The file says nothing, or has several documents.
        NotOneDocument,
        /// Aliases would expand to far more than was written.
        AliasBomb,
        /// More is wrong than is told here.
        TooMuchIsWrong,
        /// A key stands twice in one mapping.
        DuplicateKey,
        /// A key that is not text, or a YAML tag.
        NotPlainData,
        /// Nothing is called so here.
        UnknownKey,
        /// Something required is not there.
        MissingKey,
        /// Text where a list belongs, or the like.
        WrongType,
        /// Not one of the words that are possible here.
        UnknownChoice,
        /// The value itself cannot be right.
        BadValue,
        /// Two policies, or two calendars, have one name.
        DuplicateName,
        /// No file defines the calendar.
        UnknownCalendar,
        /// A target uses what no alarm name captures.
        NeverCaptured,
        /// A target uses what this kind of trigger does not give.
        NotInTrigger,
        /// An exception names what no operation of the policy has.
        ExceptsNothing,
        /// An exception ends before it begins.
        EmptyPeriod,
    }
    Warning {
        /// A safety limit is lifted.
        LimitLifted,
        /// The policy, or one of its entries, can never stop anything.
        NeverActs,
        /// An enforcing policy stops whatever it finds; or a policy means remedies, too.
        StopsEverything,
        /// Another YAML reader would read something else than text.
        ReadsDifferently,
        /// Two policies stop the same thing.
        Overlaps,
        /// The policies are too many, and their patterns too long, to tell which of them overlap.
        NotCompared,
        /// `stop-type: abort` is in the API of ECS, but not in its documentation.
        AbortIsUndocumented,
        /// AWS has ended the service.
        ServiceEnded,
        /// No closed period is left in the future.
        CalendarIsOver,
        /// The schedule never fires again.
        ScheduleIsOver,
        /// AWS sends no event when a shared calendar closes.
        CalendarSendsNoEvent,
    }
}
