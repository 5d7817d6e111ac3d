//! The declaration of an operation's parameters, so that nothing is written twice.

use std::collections::BTreeMap;

use crate::name::{Glob, NameKind, NotResolved, OneOrMany, Reference, Shape, Spelling, Template};
use crate::quantity::{Bound, Duration};

/// The names under one target key of a policy.
pub trait Names {
    fn references(&self) -> Vec<&Reference>;

    fn sources(&self) -> Vec<String>;

    /// Whether one of them matches every name.
    fn has_everything(&self) -> bool;

    fn shapes(&self) -> Vec<Shape>;

    fn spellings(&self) -> Vec<Spelling>;

    /// Whether resources have to be listed to find the targets.
    fn has_wildcard(&self) -> bool;

    /// The globs with their references replaced by the event's `values`.
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

/// The conditions on a change that every operation has.
#[derive(Debug, Clone, Copy)]
pub struct Conditions<'a> {
    pub began_within: Option<Bound<Duration>>,
    pub running_for: Option<Duration>,
    pub tags: &'a BTreeMap<String, OneOrMany<Glob>>,
}

/// What the parameters of all operations have in common.
pub trait Parameters {
    /// The names of the targets, by key.
    fn names(&self) -> Vec<(&'static str, &dyn Names)>;

    fn conditions(&self) -> Conditions<'_>;
}

/// Declares the parameters of an operation: its own, and those of all operations.
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
            pub began_within: Option<crate::quantity::Bound<crate::quantity::Duration>>,
            /// Only a change that has been in flight at least this long.
            pub running_for: Option<crate::quantity::Duration>,
            /// Tags that the target must have; `*` and `?` are wildcards in their values.
            #[serde(default)]
            pub tags: std::collections::BTreeMap<String, crate::name::OneOrMany<crate::name::Glob>>,
        }

        impl $name {
            const TARGETS: &'static [&'static str] = &[$(stringify!($target)),+];
        }

        impl crate::operation::Parameters for $name {
            fn names(&self) -> Vec<(&'static str, &dyn crate::operation::Names)> {
                vec![$((stringify!($target), &self.$target as &dyn crate::operation::Names)),+]
            }

            fn conditions(&self) -> crate::operation::Conditions<'_> {
                crate::operation::Conditions {
                    began_within: self.began_within,
                    running_for: self.running_for,
                    tags: &self.tags,
                }
            }
        }
    };
}
