//! Times as AWS writes them: `Z` or `+0000`, with or without a fraction.

use jiff::Timestamp;

use super::broken::{Broken, Defect};

/// Parses `text`, which was found at `place`.
pub fn timestamp(text: &str, place: &str) -> Result<Timestamp, Broken> {
    text.parse()
        .map_err(|_| Broken::new(place, Defect::NotATime(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn every_spelling_of_aws_is_the_same_instant() {
        for text in [
            "2026-11-20T22:04:05.250Z",
            "2026-11-20T22:04:05.250+0000",
            "2026-11-20T22:04:05.250+00:00",
            "2026-11-20T22:04:05.250000Z",
            "2026-11-20T23:04:05.250+01:00",
        ] {
            let milliseconds = timestamp(text, "time").map(jiff::Timestamp::as_millisecond);
            assert_eq!(milliseconds, Ok(1_795_212_245_250), "{text}");
        }
    }

    #[test]
    fn what_names_no_instant_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-11-20",
            "2026-11-20T22:04:05",
            "1795212245",
            "99999-01-01T00:00:00Z",
        ] {
            assert!(timestamp(text, "time").is_err(), "{text}");
        }
    }
}
