//! Decides: from the JSON of an event to a plan, a record and an outcome, as functions of plain values.
//!
//! For each event:
//!
//! 1. [`event`] reads it: as a [`trigger::Trigger`], as not ours, or as broken;
//! 2. [`matching`] finds the policies that match it;
//! 3. [`verdict`] judges the event, and fills in the targets;
//! 4. (the acting crate looks up the changes in flight there)
//! 5. [`verdict::judge`] judges each change, and [`plan::plan`] decides what to do about all of them together;
//! 6. (the acting crate executes the plan)
//! 7. [`record::Record`] says all of it, to machines and to people;
//! 8. [`follow`] decides when a stopped change has ended, and how.
//!
//! Besides, [`load`] reads and checks policy files, [`calendar`] and [`schedule`] compute times, and [`operations`] is
//! the registry of what can be stopped.
//!
//! There is no AWS SDK here, no tokio and no clock: time is an argument.

/// Reads types from a string, by their `FromStr`; `and back` also writes them as one, by their `Display`.
macro_rules! from_text {
    ($type:ident and back) => {
        from_text!($type);

        impl From<$type> for String {
            fn from(it: $type) -> Self {
                it.to_string()
            }
        }
    };
    ($type:ident $(<$kind:ident: $bound:ident>)?) => {
        impl$(<$kind: $bound>)? TryFrom<String> for $type$(<$kind>)? {
            type Error = <Self as std::str::FromStr>::Err;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    };
}

/// Writes the JSON Schema of a type that is read by hand: `inline`, or `named` for a definition of its own.
macro_rules! schema_of {
    (@is_inline inline) => { true };
    (@is_inline named) => { false };
    ($how:ident $type:ident $(<$kind:ident: $bound:ident>)? as $name:expr => $schema:tt) => {
        #[cfg(feature = "schema")]
        impl$(<$kind: $bound>)? schemars::JsonSchema for $type$(<$kind>)? {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn inline_schema() -> bool {
                schema_of!(@is_inline $how)
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

/// Declares stable codes in groups; the comment of a code is its meaning.
macro_rules! codes {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident, $group_of:ident $group:ident:
        $($member:ident { $($(#[doc = $doc:literal])+ $code:ident,)+ })+
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($($(#[doc = $doc])+ $code,)+)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$($(Self::$code,)+)+];

            pub fn $group_of(self) -> $group {
                match self {
                    $($(Self::$code)|+ => $group::$member,)+
                }
            }

            /// The meaning, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self {
                    $($(Self::$code => concat!($($doc),+).trim_ascii(),)+)+
                }
            }
        }
    };
}

pub mod calendar;
pub mod event;
pub mod failure;
pub mod follow;
mod lint;
pub mod load;
pub mod matching;
#[macro_use]
pub mod name;
pub mod nearest;
#[macro_use]
pub mod operation;
pub mod operations;
pub mod plan;
pub mod policy;
pub mod problem;
pub mod quantity;
mod quoted;
mod read;
pub mod reason;
pub mod record;
pub mod schedule;
pub mod trigger;
pub mod verdict;
mod wire;
pub mod zone;
