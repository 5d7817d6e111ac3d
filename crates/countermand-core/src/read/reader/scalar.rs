//! The type of unquoted text in YAML 1.2, and in YAML 1.1, which many readers still follow.

#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::read) enum ScalarMeaning {
    Text,
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
}

impl ScalarMeaning {
    /// By the core schema of YAML 1.2, which includes the values of JSON.
    pub(in crate::read) fn of(text: &str, plain: bool) -> Self {
        if !plain {
            return Self::Text;
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true),
            "false" | "False" | "FALSE" => Self::Bool(false),
            _ => number(text).unwrap_or(Self::Text),
        }
    }
}

fn number(text: &str) -> Option<ScalarMeaning> {
    let digits_after = |prefix: &str, radix| {
        let digits = text.strip_prefix(prefix)?;
        let fit = !digits.is_empty() && digits.chars().all(|it| it.is_digit(radix));
        fit.then(|| {
            i64::from_str_radix(digits, radix)
                .map_or(ScalarMeaning::Float(f64::MAX), ScalarMeaning::Int)
        })
    };
    if let Some(number) = digits_after("0x", 16).or_else(|| digits_after("0o", 8)) {
        return Some(number);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(ScalarMeaning::Float(f64::NAN));
    }
    let numeric = |it: char| it.is_ascii_digit() || matches!(it, '.' | 'e' | 'E' | '-' | '+');
    if !unsigned.starts_with(|it: char| it.is_ascii_digit() || it == '.')
        || !unsigned.chars().all(numeric)
    {
        return None;
    }
    // `+5` is a number to YAML, `5` to Rust as well.
    let plain = text.strip_prefix('+').unwrap_or(text);
    let int = plain.parse().ok().map(ScalarMeaning::Int);
    int.or_else(|| plain.parse().ok().map(ScalarMeaning::Float))
}

/// What YAML 1.1 reads this text as, if not as text like YAML 1.2.
pub(super) fn read_by_yaml_1_1(text: &str) -> Option<&'static str> {
    const WORDS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "true", "false"];
    if WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Some("true or false");
    }
    let mut characters = text.chars();
    let first = characters.next()?;
    if !first.is_ascii_digit() && !matches!(first, '-' | '+') {
        return None;
    }
    if is_sexagesimal(text) {
        return Some("a number of seconds");
    }
    if is_timestamp(text) {
        return Some("a time stamp");
    }
    let digits = text.trim_start_matches(['-', '+']);
    let underscored =
        digits.contains('_') && digits.chars().all(|it| it.is_ascii_digit() || it == '_');
    let binary = digits
        .strip_prefix("0b")
        .is_some_and(|it| !it.is_empty() && it.chars().all(|it| matches!(it, '0' | '1')));
    if underscored || binary {
        return Some("a number");
    }
    let octal = digits.strip_prefix('0');
    let octal = octal.is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit()));
    octal.then_some("another number, or text,")
}

/// `17:00`
fn is_sexagesimal(text: &str) -> bool {
    let mut groups = text.trim_start_matches(['-', '+']).split(':');
    let number = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit());
    let first = groups.next().is_some_and(number);
    let rest: Vec<_> = groups.collect();
    first && !rest.is_empty() && rest.iter().all(|it| number(it) && it.len() <= 2)
}

/// `2026-12-20`, alone or with a time that has seconds.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time.trim_start())),
        None => (text, None),
    };
    let mut parts = date
        .split('-')
        .map(|it| it.len() * usize::from(it.chars().all(|it| it.is_ascii_digit())));
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let is_date = year == Some(4)
        && matches!(month, Some(1 | 2))
        && matches!(day, Some(1 | 2))
        && parts.next().is_none();
    let has_seconds = |time: &str| time.matches(':').count() >= 2;
    is_date && time.is_none_or(has_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unquoted_text_means_what_the_core_schema_says() {
        use ScalarMeaning::*;
        for (text, meaning) in [
            ("", Null),
            ("~", Null),
            ("null", Null),
            ("true", Bool(true)),
            ("False", Bool(false)),
            ("yes", Text),
            ("3", Int(3)),
            ("-3", Int(-3)),
            ("+3", Int(3)),
            ("012", Int(12)),
            ("0x1f", Int(31)),
            ("0o17", Int(15)),
            ("3.5", Float(3.5)),
            ("1e3", Float(1000.0)),
            ("99999999999999999999", Float(1e20)),
            (".inf", Float(f64::NAN)),
            ("0xzz", Text),
            ("17:00", Text),
            ("2026-12-20", Text),
            ("web", Text),
            ("1-2", Text),
            (".", Text),
            ("-", Text),
            ("e5", Text),
            ("1.2.3", Text),
            ("10m", Text),
            ("infinity", Text),
        ] {
            let found = ScalarMeaning::of(text, true);
            assert_eq!(
                format!("{found:?}"),
                format!("{meaning:?}").replace("inf", "NaN"),
                "`{text}`"
            );
            assert_eq!(ScalarMeaning::of(text, false), Text, "quoted `{text}`");
        }
    }

    #[test]
    fn what_older_readers_take_for_something_else_is_known() {
        for (text, other) in [
            ("no", Some("true or false")),
            ("On", Some("true or false")),
            ("y", Some("true or false")),
            ("17:00", Some("a number of seconds")),
            ("190:20:30", Some("a number of seconds")),
            ("2026-12-20", Some("a time stamp")),
            ("2026-12-20 10:00:00", Some("a time stamp")),
            ("2026-12-20 10:00", None),
            ("1_000", Some("a number")),
            ("0b101", Some("a number")),
            ("010", Some("another number, or text,")),
            ("-08", Some("another number, or text,")),
            ("0", None),
            ("10", None),
            ("0.5", None),
            ("FRI 17:00", None),
            ("a:b", None),
            ("web", None),
            ("nope", None),
            ("", None),
        ] {
            assert_eq!(read_by_yaml_1_1(text), other, "`{text}`");
        }
    }
}
