//! This crate's half of the registry, made from its rows.

use serde::de::{Deserialize, Deserializer, EnumAccess, Error, VariantAccess, Visitor};

use crate::operation::{
    Announcement, Conditions, DetailName, Doubt, End, Latest, Names, Operation, OperationSpec,
    Parameters, Permission, PermissionNeed, TargetIn, Usage,
};
use crate::trigger::AnnouncedChange;
use crate::wire::{Broken, Defect, Envelope, EventRefusal};

/// One operation without the type of its parameters.
struct Entry {
    spec: &'static OperationSpec,
    permissions: fn() -> Vec<&'static Permission>,
    to_follow: fn() -> Vec<&'static Permission>,
    announced: fn(&Envelope<'_>, &Announcement) -> Result<AnnouncedChange, EventRefusal>,
    end: fn(&Latest) -> Option<End>,
}

impl Entry {
    const fn of<O: Operation>() -> Self {
        Self {
            spec: &O::SPEC,
            permissions: || permissions::<O>(|_| true),
            to_follow: || permissions::<O>(|it| it.to_follow),
            announced: O::announced,
            end: O::end,
        }
    }
}

fn permissions<O: Operation>(
    is_meant: impl Fn(&PermissionNeed<O>) -> bool,
) -> Vec<&'static Permission> {
    let needs = O::PERMISSIONS.iter().filter(|it| is_meant(it));
    needs.map(|it| &it.permission).collect()
}

fn entry(spec: &OperationSpec) -> Option<&'static Entry> {
    ENTRIES.iter().find(|it| it.spec.name == spec.name)
}

/// The operation of this name, as in messages and records.
pub fn by_name(name: &str) -> Option<&'static OperationSpec> {
    ALL.iter().copied().find(|it| it.name == name)
}

/// The change that an event announces; `None` if no operation is announced by such events.
pub fn announced(event: &Envelope<'_>) -> Option<Result<AnnouncedChange, EventRefusal>> {
    let mut refused = None;
    for entry in ENTRIES {
        match Announcement::announcing(entry.spec.announced_by, event) {
            None => {}
            Some(Ok(announcement)) => {
                let read = (entry.announced)(event, announcement);
                return Some(read.and_then(|it| with_names(it, announcement)));
            }
            Some(Err(refusal)) => refused = refused.or(Some(Err(refusal))),
        }
    }
    refused
}

/// Refuses an announcement with an empty name.
fn with_names(
    announced: AnnouncedChange,
    announcement: &Announcement,
) -> Result<AnnouncedChange, EventRefusal> {
    if let TargetIn::Detail(names) = announcement.target_in {
        let is_empty = |key| announced.names.get(key).is_some_and(String::is_empty);
        if let Some(DetailName { path, .. }) = names.iter().find(|it| is_empty(it.key)) {
            let place = format!("detail.{}", path.join("."));
            return Err(Broken::new(place, Defect::Empty).into());
        }
    }
    Ok(announced)
}

impl OperationSpec {
    /// All of its permissions, whatever the policy.
    pub fn permissions(&self) -> Vec<&'static Permission> {
        entry(self).map_or_else(Vec::new, |it| (it.permissions)())
    }

    /// The permissions to follow a change.
    pub fn permissions_to_follow(&self) -> Vec<&'static Permission> {
        entry(self).map_or_else(Vec::new, |it| (it.to_follow)())
    }

    /// How a change ended; `None` if its state is not final, or not known.
    pub fn end(&self, latest: &Latest) -> Option<End> {
        (entry(self)?.end)(latest)
    }
}

macro_rules! registry {
    ($($module:ident::$name:ident,)+) => {
        /// One operation with its targets: an entry of a policy's `do`.
        #[derive(Debug, Clone)]
        pub enum Action {
            $($name(super::$module::$name),)+
        }

        /// All operations, in the order of their services.
        pub const ALL: &[&OperationSpec] = &[$(&<super::$module::$name as Operation>::SPEC,)+];

        /// The target keys of each type of parameters: all of them are required.
        pub(crate) const TARGETS_BY_TYPE: &[(&str, &[&str])] = &[$((
            stringify!($name),
            <super::$module::$name as Operation>::SPEC.targets,
        ),)+];

        const ENTRIES: &[Entry] = &[$(Entry::of::<super::$module::$name>(),)+];

        const NAMES: &[&str] = &[$(<super::$module::$name as Operation>::SPEC.name,)+];

        impl Action {
            pub fn spec(&self) -> &'static OperationSpec {
                match self {
                    $(Self::$name(_) => &<super::$module::$name as Operation>::SPEC,)+
                }
            }

            pub fn names(&self) -> Vec<(&'static str, &dyn Names)> {
                match self {
                    $(Self::$name(parameters) => parameters.names(),)+
                }
            }

            /// The permissions that a policy with these parameters needs before and for a stop.
            pub fn permissions(&self, usage: &Usage<'_>) -> Vec<&'static Permission> {
                match self {
                    $(Self::$name(parameters) => permissions(|it| (it.when)(parameters, usage)),)+
                }
            }

            /// What people should double-check.
            pub fn doubts(&self) -> Vec<Doubt> {
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

        impl<'de> Deserialize<'de> for Action {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Choice;

                impl<'de> Visitor<'de> for Choice {
                    type Value = Action;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an operation with its targets")
                    }

                    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Action, A::Error> {
                        let (name, parameters) = access.variant::<String>()?;
                        $(if name == <super::$module::$name as Operation>::SPEC.name {
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
                    let parameters = generator.subschema_for::<super::$module::$name>();
                    let spec = &<super::$module::$name as Operation>::SPEC;
                    schemars::json_schema!({
                        "type": "object",
                        "description": format!("`{}` {}.", spec.name, spec.does),
                        "properties": { (spec.name): parameters },
                        "required": [spec.name],
                        "additionalProperties": false,
                    })
                },)+];
                schemars::json_schema!({ "oneOf": one_of })
            }
        }
    };
}

crate::for_each_operation!(registry);
