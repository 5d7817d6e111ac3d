//! The periods of a calendar as people write them, each with a reason.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ends::{PeriodEnd, PeriodEnds, RefusedEnds};

/// Time in which a calendar is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenPeriod", into = "WrittenPeriod")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Period {
    pub ends: PeriodEnds,
    pub why: Option<String>,
}

/// Time in which a calendar is open during one of its periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenException", into = "WrittenException")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exception {
    pub ends: PeriodEnds,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedPeriod {
    #[error(transparent)]
    PeriodEnds(#[from] RefusedEnds),
    #[error("`why` is empty\nsay why the calendar is open in this period: records repeat it")]
    EmptyWhy,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ends.fmt(f)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ends.fmt(f)
    }
}

/// Time in which the calendar is closed: every week (`FRI 17:00` until `MON 07:00`) or once (two dates).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct WrittenPeriod {
    /// When it begins, as `FRI 17:00` or `2026-12-20 17:00`. A time that the clocks skip is the first instant after the gap, one that they show
    /// twice is the first of the two.
    from: PeriodEnd,
    /// When it is over, as `MON 07:00` or `2026-12-21 07:00`. A time that the clocks skip is the first instant after the gap, one that they show
    /// twice is the second of the two.
    until: PeriodEnd,
    /// Why it is closed; records repeat it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Time in which the calendar is open although `closed` says otherwise: every week or once.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct WrittenException {
    /// When it begins, as `FRI 17:00` or `2026-12-20 17:00`. A time that the clocks skip is the first instant after the gap, one that they show
    /// twice is the second of the two.
    from: PeriodEnd,
    /// When it is over, as `MON 07:00` or `2026-12-21 07:00`. A time that the clocks skip is the first instant after the gap, one that they show
    /// twice is the first of the two.
    until: PeriodEnd,
    /// Why it is open; records repeat it.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"\S")))]
    why: String,
}

impl TryFrom<WrittenPeriod> for Period {
    type Error = RefusedPeriod;

    fn try_from(written: WrittenPeriod) -> Result<Self, RefusedPeriod> {
        Ok(Self {
            ends: PeriodEnds::new(written.from, written.until)?,
            why: written.why,
        })
    }
}

impl TryFrom<WrittenException> for Exception {
    type Error = RefusedPeriod;

    fn try_from(written: WrittenException) -> Result<Self, RefusedPeriod> {
        if written.why.trim().is_empty() {
            return Err(RefusedPeriod::EmptyWhy);
        }
        Ok(Self {
            ends: PeriodEnds::new(written.from, written.until)?,
            why: written.why,
        })
    }
}

impl From<Period> for WrittenPeriod {
    fn from(period: Period) -> Self {
        Self {
            from: period.ends.from(),
            until: period.ends.until(),
            why: period.why,
        }
    }
}

impl From<Exception> for WrittenException {
    fn from(exception: Exception) -> Self {
        Self {
            from: exception.ends.from(),
            until: exception.ends.until(),
            why: exception.why,
        }
    }
}
