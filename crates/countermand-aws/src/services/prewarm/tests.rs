use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use countermand_core::load::{Source, load};

use super::*;
use crate::Aws;

/// How the server behaves.
#[derive(Debug, Clone, Copy)]
enum End {
    Answers(u16),
    IsNotThere,
    NeverAnswers,
}

/// Records the requests.
#[derive(Debug, Clone)]
struct Wire {
    sent: Arc<Mutex<Vec<String>>>,
    end: End,
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let headers: Vec<_> = request.headers().iter().collect();
        let body = request.body().bytes();
        let sent = format!(
            "{} {} {headers:?} {body:?}",
            request.method(),
            request.uri()
        );
        self.sent.lock().unwrap().push(sent);
        match self.end {
            End::Answers(status) => {
                let answer =
                    HttpResponse::new(status.try_into().unwrap(), SdkBody::from("healthy"));
                HttpConnectorFuture::ready(Ok(answer))
            }
            End::IsNotThere => {
                let nobody = ConnectorError::io("nobody is there".into());
                HttpConnectorFuture::ready(Err(nobody))
            }
            End::NeverAnswers => HttpConnectorFuture::new(std::future::pending()),
        }
    }
}

/// The requests that prewarming sends for these policies.
async fn sent(policies: &str, end: End, endpoint: Option<&str>) -> Vec<String> {
    let wire = Wire {
        sent: Arc::default(),
        end,
    };
    let connector = SharedHttpConnector::new(wire.clone());
    let keys = Credentials::new("AKIDEXAMPLE", "secret", Some("token".into()), None, "test");
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .retry_config(crate::retries())
        .http_client(http_client_fn(move |_, _| connector.clone()));
    config.set_endpoint_url(endpoint.map(str::to_owned));
    let aws = Aws::new(config.build());
    let source = Source::new("policies.yaml", policies.into());
    let policies = load(&[source]).into_policies().unwrap();
    prewarm(policies.list(), &aws.read).await;
    let sent = wire.sent.lock().unwrap();
    sent.clone()
}

fn policy(name: &str, when: &str, action: &str) -> String {
    format!("- {{ name: {name}, when: {{ {when} }}, do: [{{ {action} }}] }}\n")
}

const ALARM: &str = "alarm: { name: web-5xx }";
const HOURLY: &str = "schedule: { expression: rate(1 hour) }";
const CALENDAR: &str = "change-calendar: { calendar: year-end }";
const ECS: &str = "ecs.stop-service-deployment: { cluster: prod, service: web }";
const SSM: &str = "ssm.cancel-maintenance-window-execution: { window: patch }";
const OPENSEARCH: &str = "opensearch.cancel-service-software-update: { domain: logs }";
const PROTON: &str = "proton.cancel-service-instance-deployment: { service: shop, instance: prod }";

fn file(policies: &[(&str, &str)]) -> String {
    let mut text = "version: 1\npolicies:\n".to_owned();
    for (nth, (when, action)) in policies.iter().enumerate() {
        text += &policy(&format!("tried-{nth}"), when, action);
    }
    text
}

#[tokio::test]
async fn each_service_that_the_policies_ask_is_pinged_once_and_told_nothing() {
    for (policies, hosts) in [
        (
            &[(ALARM, ECS), (ALARM, ECS)][..],
            &["monitoring", "ecs"][..],
        ),
        (&[(HOURLY, SSM)], &["ssm"]),
        (&[(CALENDAR, OPENSEARCH)], &["es", "ssm"]),
        (&[(HOURLY, PROTON)], &["proton"]),
    ] {
        let pings = hosts
            .iter()
            .map(|host| format!("GET https://{host}.eu-central-1.amazonaws.com/ping [] Some([])"));
        let sent = sent(&file(policies), End::Answers(200), None).await;
        assert_eq!(sent, pings.collect::<Vec<_>>(), "{policies:?}");
    }
}

#[tokio::test]
async fn a_policy_that_is_switched_off_asks_nobody() {
    let policies = file(&[(ALARM, ECS)]).replace("name: tried-0", "name: tried-0, mode: disabled");
    let sent = sent(&policies, End::Answers(200), None).await;
    assert_eq!(sent, [""; 0]);
}

#[tokio::test]
async fn no_connection_is_warmed_without_tls() {
    let policies = file(&[(ALARM, ECS), (HOURLY, SSM)]);
    let emulator = Some("http://127.0.0.1:4566");
    let sent = sent(&policies, End::Answers(200), emulator).await;
    assert_eq!(sent, [""; 0]);
}

#[tokio::test]
async fn whatever_comes_of_it_there_is_one_ping_and_its_wait_ends() {
    let policies = file(&[(HOURLY, SSM)]);
    for end in [
        End::Answers(403),
        End::Answers(503),
        End::IsNotThere,
        End::NeverAnswers,
    ] {
        let sent = sent(&policies, end, None).await;
        assert_eq!(sent.len(), 1, "{end:?}");
    }
}
