//! What AWS allows in a name, for each kind of name.

use std::fmt;

/// A kind of name. Because of it, a pattern that no such name can match is a mistake in the policy, and a capture from
/// an alarm's name that cannot be such a name is refused.
pub trait NameKind: Copy + Default + fmt::Debug + PartialEq + Eq + Send + Sync + 'static {
    /// With its article, as `an ECS cluster name`.
    const WHAT: &'static str;
    const SHORTEST: usize = 1;
    const LONGEST: usize;

    fn allows(character: char) -> bool;
}

/// Declares a kind of name: what it is, its shortest and longest length, and its characters.
macro_rules! name_kind {
    ($(#[$doc:meta])* $vis:vis $name:ident: $what:literal, $shortest:literal to $longest:expr, of alphanumerics and $signs:literal) => {
        name_kind!($(#[$doc])* $vis $name: $what, $shortest to $longest, |it| {
            it.is_ascii_alphanumeric() || $signs.contains(it)
        });
    };
    ($(#[$doc:meta])* $vis:vis $name:ident: $what:literal, $shortest:literal to $longest:expr, |$it:ident| $allows:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        $vis struct $name;

        impl crate::name::NameKind for $name {
            const WHAT: &'static str = $what;
            const SHORTEST: usize = $shortest;
            const LONGEST: usize = $longest;

            fn allows($it: char) -> bool {
                $allows
            }
        }
    };
}

name_kind!(
    /// Any name at all: an alarm's, a tag's value.
    pub AnyName: "a name", 1 to super::LONGEST_PATTERN, |it| !it.is_control()
);
name_kind!(pub(super) AlarmName: "an alarm's name", 1 to 255, |it| !it.is_control());
name_kind!(pub AccountId: "an AWS account's id", 12 to 12, |it| it.is_ascii_digit());

/// Whether a name from an event can be the name of something of this kind.
pub(super) fn fits<K: NameKind>(name: &str) -> bool {
    let characters = name.chars().count();
    (K::SHORTEST.max(1)..=K::LONGEST).contains(&characters) && name.chars().all(K::allows)
}

/// The characters of such names, except those with a meaning in patterns, as a character class of JSON Schema.
#[cfg(feature = "schema")]
pub(super) fn class<K: NameKind>(except: &str) -> String {
    // Beyond Latin-1, a kind allows every character or none.
    let beyond = K::allows('\u{100}');
    let listed: Vec<u32> = ('\0'..='\u{ff}')
        .filter(|it| (K::allows(*it) && !except.contains(*it)) != beyond)
        .map(u32::from)
        .collect();
    let ranges = listed.chunk_by(|before, next| before + 1 == *next);
    let ranges: String = ranges
        .filter_map(|range| match range {
            [one] => Some(escaped(*one)),
            [first, .., last] => Some(format!("{}-{}", escaped(*first), escaped(*last))),
            [] => None,
        })
        .collect();
    let not = if beyond { "^" } else { "" };
    format!("[{not}{ranges}]")
}

/// A name such as `ClusterNameGlob`: every type in a schema needs its own.
#[cfg(feature = "schema")]
pub(super) fn schema_name<K: NameKind>(form: &str) -> std::borrow::Cow<'static, str> {
    let path = std::any::type_name::<K>();
    let kind = path.rsplit("::").next().unwrap_or(path);
    format!("{kind}{form}").into()
}

#[cfg(feature = "schema")]
pub(super) fn capitalized<K: NameKind>() -> String {
    let mut rest = K::WHAT.chars();
    let first = rest.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(rest).collect()
}

#[cfg(feature = "schema")]
fn escaped(character: u32) -> String {
    match char::from_u32(character) {
        Some(it) if it.is_ascii_alphanumeric() => it.to_string(),
        _ => format!(r"\x{character:02x}"),
    }
}
