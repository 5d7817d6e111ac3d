use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use countermand_core::failure::CallFailure;
use countermand_core::operations;
use countermand_double::{Double, World};
use serde_json::json;

use super::NAMES;
use crate::{Aws, failure};

/// AWS over an empty world.
fn stage() -> (Double, Aws) {
    let world = World::from_value(json!({ "now": "2026-11-20T12:00:00Z" })).unwrap();
    let double = Double::start(world).unwrap();
    let keys = Credentials::new("test", "test", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(double.url())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    (double, Aws::new(config.build()))
}

#[tokio::test]
async fn a_client_that_reads_sends_nothing_that_would_change_something() {
    let (double, aws) = stage();
    let stop = aws.read.ecs().stop_service_deployment();
    let stopped = stop.service_deployment_arn("arn").send().await;
    let refused = failure("ecs:StopServiceDeployment")(stopped.unwrap_err());
    let said = CallFailure::Refused {
        call: "ecs:StopServiceDeployment",
        code: "not sent".to_owned(),
        message: "`StopServiceDeployment` is no read, and this client only reads".to_owned(),
    };
    assert_eq!(refused, said);
    let cancel = |dry_run: Option<bool>| {
        let cancel = aws.read.opensearch().cancel_domain_config_change();
        cancel.domain_name("logs").set_dry_run(dry_run).send()
    };
    for dry_run in [None, Some(false)] {
        let error = cancel(dry_run).await.unwrap_err();
        let refused = failure("es:CancelDomainConfigChange")(error);
        assert_eq!(refused.code(), Some("not sent"), "{dry_run:?}");
    }
    assert!(double.calls().is_empty(), "{:?}", double.calls());
}

#[tokio::test]
async fn a_client_that_reads_sends_reads_and_dry_runs() {
    let (double, aws) = stage();
    aws.read.ecs().list_clusters().send().await.unwrap();
    let cancel = aws.read.opensearch().cancel_domain_config_change();
    let dry_run = cancel.domain_name("logs").dry_run(true).send().await;
    let error = failure("es:CancelDomainConfigChange")(dry_run.unwrap_err());
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
    assert_eq!(double.calls().len(), 2);
}

#[tokio::test]
async fn a_client_that_stops_sends_stops() {
    let (double, aws) = stage();
    let stop = aws.stop.ecs().stop_service_deployment();
    let _ = stop.service_deployment_arn("arn").send().await;
    assert_eq!(double.calls().len(), 1);
}

#[test]
fn the_connection_of_every_service_that_an_operation_calls_can_be_warmed() {
    for spec in operations::ALL {
        assert!(NAMES.contains(&spec.service()), "{}", spec.name);
    }
}
