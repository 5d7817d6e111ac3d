//! The services of AWS that the double imitates: one module for each, with everything that is specific to it. A new
//! service needs its module, and here a `mod` line and a row in the list.

pub mod cloudwatch;
pub mod ecs;
pub mod events;
pub mod opensearch;
pub mod proton;
pub mod sqs;
pub mod ssm;

// Each module, which names the world's key too, and the type of that key.
crate::world::define! {
    ecs: EcsWorld,
    ssm: SsmWorld,
    opensearch: OpenSearchWorld,
    proton: ProtonWorld,
    cloudwatch: CloudWatchWorld,
    sqs: SqsWorld,
    events: EventBridgeWorld,
}
