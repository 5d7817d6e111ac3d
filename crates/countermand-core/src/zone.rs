//! IANA time zones, from the database built into the binary: a Lambda has no zoneinfo of its own.

use std::fmt;
use std::str::FromStr;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::nearest::nearest;

/// A zone by its IANA name, as `Europe/Berlin` or `UTC`.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

/// The name is not in the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{given}`{}", .nearest.as_ref().map(|it| format!("\ndid you mean `{it}`?")).unwrap_or_default())]
pub struct UnknownZone {
    given: String,
    nearest: Option<String>,
}

impl Zone {
    pub const UTC: Self = Self(TimeZone::UTC);

    pub fn time_zone(&self) -> &TimeZone {
        &self.0
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(given: &str) -> Result<Self, UnknownZone> {
        let database = TimeZoneDatabase::bundled();
        let zone = database.get(given).ok();
        // The database ignores case. EventBridge Scheduler, which gets the name as it is written, does not.
        if let Some(zone) = zone.filter(|zone| zone.iana_name() == Some(given)) {
            return Ok(Self(zone));
        }
        let known: Vec<_> = database.available().collect();
        let nearest = nearest(given, known.iter().map(jiff::tz::TimeZoneName::as_str));
        Err(UnknownZone {
            given: given.to_owned(),
            nearest: nearest.map(str::to_owned),
        })
    }
}

/// UTC, the default of policies.
impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

from_text!(Zone and back);

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

schema_of!(named Zone as "Zone" => {
    "type": "string",
    "description": "An IANA time zone, as `Europe/Berlin` or `UTC`.",
    "pattern": "^[A-Za-z][A-Za-z0-9+_/-]*$",
});

#[cfg(test)]
mod tests {
    use super::Zone;

    #[test]
    fn a_zone_is_known_by_its_exact_name() {
        for known in [
            "UTC",
            "Europe/Berlin",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
        ] {
            assert_eq!(known.parse::<Zone>().unwrap().name(), known);
        }
    }

    #[test]
    fn an_unknown_zone_is_refused_with_the_nearest() {
        for (given, nearest) in [
            ("Europe/Berln", Some("Europe/Berlin")),
            ("europe/berlin", Some("Europe/Berlin")),
            ("utc", Some("UTC")),
            ("Middle-earth/Shire", None),
        ] {
            let error = given.parse::<Zone>().unwrap_err();
            assert_eq!(error.nearest.as_deref(), nearest, "{given}");
        }
    }
}
