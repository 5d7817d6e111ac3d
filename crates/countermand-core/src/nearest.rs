//! "Did you mean": finds the known word that is nearest to an unknown one.

/// A longer text is no typo of any known word, and slow to compare.
const LONGEST: usize = 256;
/// With more known words, a suggestion would be slow, and arbitrary.
const MOST_KNOWN: usize = 1_000;

/// The known name most similar to `given`, if it is similar enough to be what was intended.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if given.len() > LONGEST {
        return None;
    }
    let wanted = given.to_lowercase();
    known
        .into_iter()
        .take(MOST_KNOWN)
        .map(|name| {
            let likeness = strsim::jaro_winkler(&wanted, &name.to_lowercase());
            (name, likeness)
        })
        .filter(|(_, likeness)| *likeness >= 0.8)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_keyboard_finds_its_word() {
        let known = ["mode", "max-age", "limit", "settle"];
        for (given, meant) in [
            ("mdoe", Some("mode")),
            ("max_age", Some("max-age")),
            ("LIMIT", Some("limit")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, known), meant, "{given}");
        }
    }
}
