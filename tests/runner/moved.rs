//! Moves the times in a text by whole seconds. A fraction and a zone stay as they are written.

use jiff::SignedDuration;
use jiff::civil::DateTime;

/// `2026-11-20T03:00:14`: the beginning of every RFC 3339 time.
const STAMP: &str = "dddd-dd-ddTdd:dd:dd";
/// `2026-11-20 03:00`, as policies have it.
const LOCAL: &str = "dddd-dd-dd dd:dd";

/// The text with every RFC 3339 time in it so many seconds later.
pub fn times(text: &str, by: i64) -> String {
    replaced(text, STAMP, "%Y-%m-%dT%H:%M:%S", by)
}

/// The same for policies. Their local times have no seconds, and are moved as if they were in UTC.
pub(crate) fn policies(text: &str, by: i64) -> String {
    replaced(&times(text, by), LOCAL, "%Y-%m-%d %H:%M", by)
}

fn replaced(text: &str, shape: &str, format: &str, by: i64) -> String {
    let mut moved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let follows_digit = moved.ends_with(|it: char| it.is_ascii_digit());
        if let Some(time) = time_at(rest, shape).filter(|_| !follows_digit) {
            let later = time.checked_add(SignedDuration::from_secs(by)).unwrap();
            moved += &later.strftime(format).to_string();
            rest = rest.get(shape.len()..).unwrap_or_default();
        } else {
            moved.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    moved
}

fn time_at(text: &str, shape: &str) -> Option<DateTime> {
    let written = text.get(..shape.len())?;
    let mut pairs = written.bytes().zip(shape.bytes());
    let fits = pairs.all(|(byte, is)| byte == is || (is == b'd' && byte.is_ascii_digit()));
    fits.then(|| written.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::{policies, times};

    #[test]
    fn times_of_every_shape_are_moved_and_keep_their_shape() {
        for (written, moved) in [
            ("2026-11-20T23:59:50Z", "2026-11-21T00:00:10Z"),
            ("2026-11-20T23:59:50.250Z", "2026-11-21T00:00:10.250Z"),
            (
                "2026-11-20T23:59:50.250+0000",
                "2026-11-21T00:00:10.250+0000",
            ),
            (
                "\"at\": \"2026-12-31T23:59:50+00:00\"",
                "\"at\": \"2027-01-01T00:00:10+00:00\"",
            ),
            (
                "ü 2026-11-20 2026-11-20T03:00Z 12026-11-20T03:00:00Z",
                "ü 2026-11-20 2026-11-20T03:00Z 12026-11-20T03:00:00Z",
            ),
        ] {
            assert_eq!(times(written, 20), moved);
        }
    }

    #[test]
    fn local_times_of_policies_are_moved_down_to_the_minute() {
        let written = "{ from: 2026-11-20 03:00, until: 2026-11-20 04:00 }";
        let moved = "{ from: 2026-11-20 02:58, until: 2026-11-20 03:58 }";
        assert_eq!(policies(written, -61), moved);
    }
}
