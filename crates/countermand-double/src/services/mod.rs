//! The services of AWS that the double plays: one module for each, with all that is its own. A new service needs its
//! module, and here its `mod` line and its row in the list.

pub mod cloudwatch;
pub mod ecs;
pub mod events;
pub mod opensearch;
pub mod proton;
pub mod sqs;
pub mod ssm;

// The module, which is the key of the world too, and the type of its part of the world.
crate::world::define! {
    ecs: EcsWorld,
    ssm: SsmWorld,
    opensearch: OpenSearchWorld,
    proton: ProtonWorld,
    cloudwatch: CloudWatchWorld,
    sqs: SqsWorld,
    events: EventBridgeWorld,
}
