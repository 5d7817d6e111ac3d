//! How many calls each case costs, and that every call is declared.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde_json::json;
use tokio::sync::Barrier;

use super::cases;
use super::{Attempt, REQUESTED, Stage};
use crate::operations::ecs_stop_service_deployment::cases::{
    ACTION as ECS, deployment, services as ecs,
};
use crate::operations::opensearch_cancel_service_software_update::cases::{
    ACTION as OPENSEARCH, domains as opensearch,
};
use crate::operations::proton_cancel_service_instance_deployment::cases::{
    ACTION as PROTON, instance as proton,
};
use crate::operations::ssm_cancel_maintenance_window_execution::cases::{
    ACTION as SSM, WINDOW, execution as ssm,
};
use countermand_core::verdict::HoldCode;

/// Runs the stage, and compares the calls that it made.
async fn costs(stage: &Stage, calls: &[(&str, usize)]) {
    let attempts = stage.run().await;
    assert!(!attempts.is_empty(), "nothing found");
    assert!(attempts.iter().all(|it| *it == REQUESTED), "{attempts:?}");
    same_calls(stage, calls);
}

fn same_calls(stage: &Stage, calls: &[(&str, usize)]) {
    let wanted: BTreeMap<_, _> = calls
        .iter()
        .map(|(call, times)| ((*call).to_owned(), *times))
        .collect();
    assert_eq!(stage.calls(), wanted);
    let spec = stage.policy().actions[0].spec();
    for (call, _) in calls {
        assert!(
            spec.permissions().iter().any(|it| it.action == *call),
            "{call} is not declared by {}",
            spec.name
        );
    }
}

#[tokio::test]
async fn one_named_ecs_service_costs_four_calls() {
    let calls = [
        ("ecs:DescribeServices", 1),
        ("ecs:DescribeServiceDeployments", 1),
        ("ecs:ListServiceDeployments", 1),
        ("ecs:StopServiceDeployment", 1),
    ];
    costs(&Stage::new(ecs(1, 1), ECS), &calls).await;
}

/// Sends requests only in pairs: a request that needs the other's answer first would wait for ever.
#[derive(Debug, Clone)]
struct Together {
    inner: SharedHttpConnector,
    both: [&'static str; 2],
    barrier: Arc<Barrier>,
}

impl HttpConnector for Together {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let is_one = this.both.iter().any(|it| target.ends_with(it));
        HttpConnectorFuture::new(async move {
            if is_one {
                this.barrier.wait().await;
            }
            this.inner.call(request).await
        })
    }
}

#[derive(Debug)]
struct TogetherClient(SharedHttpClient, Arc<Barrier>);

impl HttpClient for TogetherClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Together {
            inner: self.0.http_connector(settings, components),
            both: [".DescribeServiceDeployments", ".ListServiceDeployments"],
            barrier: Arc::clone(&self.1),
        })
    }
}

#[tokio::test]
async fn of_the_four_calls_two_are_made_side_by_side() {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let client = TogetherClient(http, Arc::new(Barrier::new(2)));
    let stage = Stage::through(SharedHttpClient::new(client), ecs(1, 1), ECS, "");
    // Only ends a test that would hang.
    let attempts = tokio::time::timeout(Duration::from_mins(1), stage.run()).await;
    assert_eq!(attempts.as_deref(), Ok(&[REQUESTED][..]));
}

/// Counts the requests that are under way at once.
#[derive(Debug, Clone)]
struct Counting<T> {
    inner: T,
    under_way: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl HttpConnector for Counting<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let now = this.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            this.most.fetch_max(now, Ordering::SeqCst);
            let answer = this.inner.call(request).await;
            this.under_way.fetch_sub(1, Ordering::SeqCst);
            answer
        })
    }
}

impl HttpClient for Counting<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Counting {
            inner: self.inner.http_connector(settings, components),
            under_way: Arc::clone(&self.under_way),
            most: Arc::clone(&self.most),
        })
    }
}

#[tokio::test]
async fn however_wide_a_target_is_ten_reads_are_under_way_at_once() {
    for (world, action) in [
        (
            ecs(400, 30),
            r#"ecs.stop-service-deployment: { cluster: "*", service: "*" }"#,
        ),
        (
            opensearch(80, 30, &json!({})),
            r#"opensearch.cancel-service-software-update: { domain: "*" }"#,
        ),
    ] {
        let most = Arc::new(AtomicUsize::new(0));
        let counting = Counting {
            inner: aws_smithy_http_client::Builder::new().build_http(),
            under_way: Arc::default(),
            most: Arc::clone(&most),
        };
        let stage = Stage::through(SharedHttpClient::new(counting), world, action, "");
        assert_eq!(stage.find().await.changes.len(), 30);
        assert_eq!(most.load(Ordering::SeqCst), 10, "{action}");
    }
}

#[tokio::test]
async fn a_thousand_ecs_services_with_five_in_flight_cost_121_calls() {
    let action = r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#;
    let calls = [
        ("ecs:ListServices", 10),
        ("ecs:DescribeServices", 100),
        ("ecs:DescribeServiceDeployments", 1),
        ("ecs:ListServiceDeployments", 5),
        ("ecs:StopServiceDeployment", 5),
    ];
    costs(&Stage::new(ecs(1000, 5), action), &calls).await;
}

#[tokio::test]
async fn a_cluster_with_a_wildcard_costs_one_call_more() {
    let action = r#"ecs.stop-service-deployment: { cluster: "pr*", service: checkout }"#;
    let calls = [
        ("ecs:ListClusters", 1),
        ("ecs:DescribeServices", 1),
        ("ecs:DescribeServiceDeployments", 1),
        ("ecs:ListServiceDeployments", 1),
        ("ecs:StopServiceDeployment", 1),
    ];
    costs(&Stage::new(ecs(3, 1), action), &calls).await;
}

#[tokio::test]
async fn a_deployment_that_waits_in_a_hook_costs_one_call_more() {
    let world =
        deployment(&json!({ "hooks": [{ "id": "hook-1" }], "stoppable-while-paused": false }));
    let calls = [
        ("ecs:DescribeServices", 1),
        ("ecs:DescribeServiceDeployments", 1),
        ("ecs:ListServiceDeployments", 1),
        ("ecs:StopServiceDeployment", 1),
        ("ecs:ContinueServiceDeployment", 1),
    ];
    let stage = Stage::new(world, ECS);
    costs(&stage, &calls).await;
    let shown = stage.double.calls();
    let hook = shown
        .iter()
        .find(|it| it.operation == "ContinueServiceDeployment");
    assert_eq!(hook.unwrap().input["action"], "ROLLBACK");
    let deployment = &stage.double.world().ecs.clusters[0].services[0].deployments[0];
    assert_eq!(deployment.status, "ROLLBACK_REQUESTED");
}

/// The calls for a window by its id: three, and one for its tags.
const ONE_WINDOW: [(&str, usize); 4] = [
    ("ssm:DescribeMaintenanceWindowExecutions", 1),
    ("ssm:ListTagsForResource", 1),
    ("ssm:DescribeMaintenanceWindowExecutionTasks", 1),
    ("ssm:CancelMaintenanceWindowExecution", 1),
];

#[tokio::test]
async fn a_window_by_its_id_costs_three_calls_and_its_tags() {
    costs(&Stage::new(ssm(&json!({})), SSM), &ONE_WINDOW).await;
}

#[tokio::test]
async fn an_exception_by_another_id_needs_no_name() {
    let except = "except: [{ window: mw-00000000000000000, why: INC-1 }]";
    costs(&Stage::with(ssm(&json!({})), SSM, except), &ONE_WINDOW).await;
}

#[tokio::test]
async fn a_window_by_its_name_costs_one_call_more() {
    let action = "ssm.cancel-maintenance-window-execution: { window: patch-web }";
    let listed = [("ssm:DescribeMaintenanceWindows", 1)];
    let calls = [&listed[..], &ONE_WINDOW].concat();
    costs(&Stage::new(ssm(&json!({})), action), &calls).await;
}

#[tokio::test]
async fn an_exception_by_a_name_costs_one_call_more() {
    let except = "except: [{ window: patch-db, why: INC-1 }]";
    let named = [("ssm:GetMaintenanceWindow", 1)];
    let calls = [&named[..], &ONE_WINDOW].concat();
    costs(&Stage::with(ssm(&json!({})), SSM, except), &calls).await;
}

#[tokio::test]
async fn a_window_by_its_id_is_excepted_by_its_name() {
    for name in ["patch-web", "\"patch-*\"", WINDOW, "\"mw-*\""] {
        let except = format!("except: [{{ window: {name}, why: INC-1 }}]");
        let stage = Stage::with(ssm(&json!({})), SSM, &except);
        assert_eq!(
            stage.run().await,
            [Attempt::Held(vec![HoldCode::Excepted])],
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_window_at_rest_costs_one_call() {
    let stage = Stage::new(ssm(&json!({ "status": "SUCCESS" })), SSM);
    assert_eq!(stage.run().await, []);
    same_calls(&stage, &[("ssm:DescribeMaintenanceWindowExecutions", 1)]);
}

#[tokio::test]
async fn one_named_domain_costs_two_calls_and_its_tags() {
    let calls = [
        ("es:DescribeDomains", 1),
        ("es:ListTags", 1),
        ("es:CancelServiceSoftwareUpdate", 1),
    ];
    costs(
        &Stage::new(opensearch(1, 1, &json!({})), OPENSEARCH),
        &calls,
    )
    .await;
}

#[tokio::test]
async fn a_hundred_domains_with_two_updates_cost_23_calls_and_their_tags() {
    let action = r#"opensearch.cancel-service-software-update: { domain: "*" }"#;
    let calls = [
        ("es:ListDomainNames", 1),
        ("es:DescribeDomains", 20),
        ("es:ListTags", 2),
        ("es:CancelServiceSoftwareUpdate", 2),
    ];
    costs(&Stage::new(opensearch(100, 2, &json!({})), action), &calls).await;
}

/// A freeze asks when the update will begin: only `ListScheduledActions` has that time.
#[tokio::test]
async fn a_freeze_asks_for_the_time_of_a_scheduled_update() {
    let freeze = "when: { change-calendar: { calendar: year-end } }";
    for (scheduled_at, wanted) in [
        ("+1d", REQUESTED),
        ("+3d", Attempt::Held(vec![HoldCode::CalendarOpen])),
    ] {
        let mut world = opensearch(1, 1, &json!({ "automated-at": "+4d" }));
        world["opensearch"]["domains"][0]["scheduled-actions"] = json!([
            { "id": "tuning", "kind": "JVM_HEAP_SIZE_TUNING", "scheduled-at": "+2h" },
            { "id": "past", "status": "COMPLETED", "scheduled-at": "-9d" },
            { "id": "update", "scheduled-at": scheduled_at },
        ]);
        let stage = Stage::with(world, OPENSEARCH, freeze);
        assert_eq!(stage.run().await, [wanted], "{scheduled_at}");
        assert_eq!(stage.calls()["es:ListScheduledActions"], 1);
    }
}

/// Tags are a call of their own: `GetServiceInstance` does not return them.
#[tokio::test]
async fn one_named_instance_costs_two_calls_and_its_tags() {
    let calls = [
        ("proton:GetServiceInstance", 1),
        ("proton:ListTagsForResource", 1),
        ("proton:CancelServiceInstanceDeployment", 1),
    ];
    costs(&Stage::new(proton(&json!({})), PROTON), &calls).await;
}

#[tokio::test]
async fn an_instance_with_a_wildcard_is_listed() {
    let action = r#"proton.cancel-service-instance-deployment: { service: web, instance: "*" }"#;
    let calls = [
        ("proton:ListServiceInstances", 1),
        ("proton:ListTagsForResource", 1),
        ("proton:CancelServiceInstanceDeployment", 1),
    ];
    costs(&Stage::new(proton(&json!({})), action), &calls).await;
}

/// The call that people read before a stop is the call that is sent.
#[tokio::test]
async fn the_call_that_is_shown_is_the_call_that_is_made() {
    for (_, cases) in cases::all() {
        let action = cases.action;
        let stage = Stage::new((cases.world)(&json!({})), action);
        let mut found = stage.find().await;
        let [change] = found.changes.as_mut_slice() else {
            panic!("{action}: {found:?}");
        };
        stage.judge(change.as_mut(), false).await.unwrap();
        stage.double.forget_calls();
        change.stop(&stage.aws.stop).await.unwrap();
        let shown = change.call();
        let parameters = shown.parameters.iter();
        let input: serde_json::Map<_, _> = parameters
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        let [made] = &stage.double.calls()[..] else {
            panic!("{action}: not one call");
        };
        assert_eq!(
            (shown.service, shown.operation, &json!(input)),
            (made.service.as_str(), made.operation.as_str(), &made.input)
        );
    }
}

#[tokio::test]
async fn a_tag_can_hold_every_target() {
    for (spec, cases) in cases::all() {
        let mut world = (cases.world)(&json!({}));
        let target = world.pointer_mut(cases.tagged).unwrap();
        target["tags"] = json!({ "countermand:hold-until": "2026-11-21T00:00:00Z" });
        let attempts = Stage::new(world, cases.action).run().await;
        assert_eq!(
            attempts,
            [Attempt::Held(vec![HoldCode::HeldByTag])],
            "{}",
            spec.name
        );
    }
}

/// Checked against AWS's models, as botocore has them.
#[tokio::test]
async fn every_request_is_one_that_aws_would_read() {
    let mut lines = Vec::new();
    for (cases, call) in super::errors::every_call() {
        let (world, action, more) = (cases.scene)(call);
        let stage = Stage::with(world, action, more);
        for change in stage.find().await.changes.as_mut_slice() {
            let _ = stage.judge(change.as_mut(), false).await;
            change.stop(&stage.aws.stop).await.unwrap();
            change.stop_along(&stage.aws.read, &stage.aws.stop).await;
            stage.look_again(change.as_ref()).await.unwrap();
        }
        let calls = stage.double.calls();
        lines.extend(calls.iter().map(|it| serde_json::to_string(it).unwrap()));
    }
    assert!(lines.len() > 100);
    super::python("tests/validate_requests.py", &lines.join("\n"));
}
