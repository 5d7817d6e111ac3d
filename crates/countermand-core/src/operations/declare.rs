//! How an operation and the registry are declared, so that nothing about a parameter is written twice.

use std::collections::BTreeMap;

use crate::name::{Glob, NameKind, NotResolved, OneOrMany, Reference, Shape, Spelling, Template};
use crate::policy::{Bound, Duration};

/// The names that a policy gives one key of its targets.
pub trait Names {
    fn references(&self) -> Vec<&Reference>;

    fn sources(&self) -> Vec<String>;

    /// Whether one of them means every name.
    fn has_everything(&self) -> bool;

    fn shapes(&self) -> Vec<Shape>;

    fn spellings(&self) -> Vec<Spelling>;

    /// Whether what exists has to be listed to know which are meant.
    fn has_wildcard(&self) -> bool;

    /// What is meant, with `values` giving what the event says.
    fn resolve<'v>(
        &self,
        values: &dyn Fn(&Reference) -> Vec<&'v str>,
    ) -> Result<Vec<Glob>, NotResolved>;
}

impl<K: NameKind> Names for OneOrMany<Template<K>> {
    fn references(&self) -> Vec<&Reference> {
        self.iter().flat_map(Template::references).collect()
    }

    fn sources(&self) -> Vec<String> {
        self.iter().map(ToString::to_string).collect()
    }

    fn has_everything(&self) -> bool {
        self.iter().any(Template::is_everything)
    }

    fn shapes(&self) -> Vec<Shape> {
        self.iter().map(Template::shape).collect()
    }

    fn spellings(&self) -> Vec<Spelling> {
        self.iter().flat_map(Template::spellings).collect()
    }

    fn has_wildcard(&self) -> bool {
        self.iter().any(Template::has_wildcard)
    }

    fn resolve<'v>(
        &self,
        values: &dyn Fn(&Reference) -> Vec<&'v str>,
    ) -> Result<Vec<Glob>, NotResolved> {
        self.iter()
            .map(|template| Ok(template.resolve(values)?.of_any_kind()))
            .collect()
    }
}

/// What every operation lets a policy ask of a change.
#[derive(Debug, Clone, Copy)]
pub struct Conditions<'a> {
    pub began_within: Option<Bound<Duration>>,
    pub running_for: Option<Duration>,
    pub tags: &'a BTreeMap<String, OneOrMany<Glob>>,
}

/// What all parameters have in common, whatever their operation is.
pub trait Parameters {
    /// The names that say which targets are meant.
    fn names(&self) -> Vec<(&'static str, &dyn Names)>;

    fn conditions(&self) -> Conditions<'_>;
}

/// Declares the parameters of an operation: its own, and those that all have.
macro_rules! parameters {
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            targets { $($(#[doc = $target_doc:literal])+ $target:ident: $kind:ty,)+ }
            options { $($(#[$option_attribute:meta])+ $option:ident: $option_type:ty,)* }
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[doc = $target_doc])+ pub $target: crate::name::OneOrMany<crate::name::Template<$kind>>,)+
            $($(#[$option_attribute])+ pub $option: $option_type,)*
            /// Only a change that began at most this long ago. Default: `2h` for an alarm, else `none`.
            pub began_within: Option<crate::policy::Bound<crate::policy::Duration>>,
            /// Only a change that has been in flight at least this long.
            pub running_for: Option<crate::policy::Duration>,
            /// Tags that the target must have; `*` and `?` are wildcards in their values.
            #[serde(default)]
            pub tags: std::collections::BTreeMap<String, crate::name::OneOrMany<crate::name::Glob>>,
        }

        impl $name {
            const TARGETS: &'static [&'static str] = &[$(stringify!($target)),+];
        }

        impl super::Parameters for $name {
            fn names(&self) -> Vec<(&'static str, &dyn super::Names)> {
                vec![$((stringify!($target), &self.$target as &dyn super::Names)),+]
            }

            fn conditions(&self) -> super::Conditions<'_> {
                super::Conditions {
                    began_within: self.began_within,
                    running_for: self.running_for,
                    tags: &self.tags,
                }
            }
        }
    };
}

/// The registry: what one operation is to everybody is told here for all of them.
macro_rules! operations {
    ($($module:ident::$name:ident,)+) => {
        /// One operation with its targets: an entry of a policy's `do`.
        #[derive(Debug, Clone)]
        pub enum Action {
            $($name($module::$name),)+
        }

        /// All operations, in the order of their services.
        pub const ALL: &[&About] = &[$(&<$module::$name as Operation>::ABOUT,)+];

        /// The keys of each type of parameters that name its targets: all of them are required.
        pub(crate) const TARGETS_BY_TYPE: &[(&str, &[&str])] = &[$((
            stringify!($name),
            <$module::$name as Operation>::ABOUT.targets,
        ),)+];

        const NAMES: &[&str] = &[$(<$module::$name as Operation>::ABOUT.name,)+];

        type Ask = fn(&crate::event::Envelope<'_>) -> Result<Announced, crate::event::Refusal>;

        const ANNOUNCED: &[(&About, Ask)] = &[$((
            &<$module::$name as Operation>::ABOUT,
            <$module::$name as Operation>::announced,
        ),)+];

        type AskEnd = fn(&Latest) -> Option<End>;

        const ENDS: &[(&About, AskEnd)] = &[$((
            &<$module::$name as Operation>::ABOUT,
            <$module::$name as Operation>::end,
        ),)+];

        impl Action {
            pub fn about(&self) -> &'static About {
                match self {
                    $(Self::$name(_) => &<$module::$name as Operation>::ABOUT,)+
                }
            }

            pub fn names(&self) -> Vec<(&'static str, &dyn Names)> {
                match self {
                    $(Self::$name(parameters) => parameters.names(),)+
                }
            }

            /// Whether this action of its permissions is ever used with these parameters.
            pub fn needs(&self, action: &str, by: Use<'_>) -> bool {
                match self {
                    $(Self::$name(parameters) => parameters.needs(action, by),)+
                }
            }

            /// What a person should look at twice.
            pub fn doubts(&self) -> Vec<crate::load::Doubt> {
                match self {
                    $(Self::$name(parameters) => parameters.doubts(),)+
                }
            }

            pub fn conditions(&self) -> Conditions<'_> {
                match self {
                    $(Self::$name(parameters) => parameters.conditions(),)+
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for Action {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Choice;

                impl<'de> serde::de::Visitor<'de> for Choice {
                    type Value = Action;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an operation with its targets")
                    }

                    fn visit_enum<A: serde::de::EnumAccess<'de>>(self, access: A) -> Result<Action, A::Error> {
                        use serde::de::{Error, VariantAccess};
                        let (name, parameters) = access.variant::<String>()?;
                        $(if name == <$module::$name as Operation>::ABOUT.name {
                            return parameters.newtype_variant().map(Action::$name);
                        })+
                        Err(A::Error::unknown_variant(&name, NAMES))
                    }
                }

                deserializer.deserialize_enum("Action", NAMES, Choice)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for Action {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                "Action".into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let one_of: Vec<schemars::Schema> = vec![$({
                    let parameters = generator.subschema_for::<$module::$name>();
                    let about = &<$module::$name as Operation>::ABOUT;
                    schemars::json_schema!({
                        "type": "object",
                        "description": format!("`{}` {}.", about.name, about.does),
                        "properties": { (about.name): parameters },
                        "required": [about.name],
                        "additionalProperties": false,
                    })
                },)+];
                schemars::json_schema!({ "oneOf": one_of })
            }
        }
    };
}
