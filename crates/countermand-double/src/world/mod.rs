//! The state of AWS, given as JSON. Every key that ends in `-at` is a time: `2026-11-20T12:00:00Z`, or relative to the
//! world's `now` (`+5m`, `-10m`).

mod read;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub use crate::services::World;
pub use read::BadWorld;

/// Tags of a resource, by key.
pub type ResourceTags = BTreeMap<String, String>;

/// What each service does with its part of the world.
pub(crate) trait ServiceWorld {
    /// Lets everything happen that is due.
    fn settle(&mut self, _now: Timestamp) {}

    /// The id and the state of everything that can be stopped.
    fn states(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// The tags of the resource with this ARN.
    fn tags_of(&self, _world: &World, _arn: &str) -> Option<&ResourceTags> {
        None
    }
}

impl World {
    /// The state of everything that can be stopped, by its id. A domain's software update has the name of the domain, a
    /// service instance `service/instance`.
    pub fn states(&self) -> BTreeMap<String, String> {
        self.services().flat_map(ServiceWorld::states).collect()
    }

    /// Lets everything happen that is due.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.now = now;
        self.services_mut().for_each(|it| it.settle(now));
    }

    /// The tags of the resource with this ARN.
    pub(crate) fn tags_of(&self, arn: &str) -> Option<&ResourceTags> {
        self.services().find_map(|it| it.tags_of(self, arn))
    }

    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:aws:{service}:{}:{}:{resource}",
            self.region, self.account
        )
    }
}

/// Makes the world and the list of APIs from the list of services.
macro_rules! define {
    ($($service:ident: $part:ident,)*) => {
        /// Everything that the double knows.
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub struct World {
            /// The time at which the world begins; without it, the real one.
            pub now: jiff::Timestamp,
            /// Does its clock run? Otherwise it stands still until it is turned.
            #[serde(default)]
            pub runs: bool,
            /// How far each call turns the clock, for a client that polls.
            #[serde(default)]
            pub seconds_per_call: u32,
            /// The account of everything in it.
            #[serde(default = "crate::world::account")]
            pub account: String,
            /// The region of everything in it.
            #[serde(default = "crate::world::region")]
            pub region: String,
            $(
                #[serde(default)]
                pub $service: $service::$part,
            )*
            /// What the caller may do, as the statements of an IAM policy; without it, everything. What they do not
            /// allow is answered with `AccessDeniedException`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub iam: Option<Vec<crate::AccessStatement>>,
            /// Calls that go wrong; the first that fits is used.
            #[serde(default)]
            pub faults: Vec<crate::InjectedFault>,
            /// How many calls AWS takes; without any, it throttles no call.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub rates: Vec<crate::CallRate>,
        }

        impl World {
            pub(crate) fn services(&self) -> impl Iterator<Item = &dyn crate::world::ServiceWorld> {
                [$(&self.$service as &dyn crate::world::ServiceWorld,)*].into_iter()
            }

            pub(crate) fn services_mut(
                &mut self,
            ) -> impl Iterator<Item = &mut dyn crate::world::ServiceWorld> {
                [$(&mut self.$service as &mut dyn crate::world::ServiceWorld,)*].into_iter()
            }
        }

        pub(crate) const APIS: &[&crate::api::ServiceApi] = &[$(&$service::API,)*];
    };
}
pub(crate) use define;

pub(crate) fn account() -> String {
    "111122223333".to_owned()
}

pub(crate) fn region() -> String {
    "eu-central-1".to_owned()
}

pub(crate) fn yes() -> bool {
    true
}
