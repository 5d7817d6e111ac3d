//! What each error means that AWS's models know of a call: written down once, tried, and compared with the models.

use std::collections::BTreeSet;

use countermand_core::operations;
use countermand_core::policy::{AlarmWhen, ChangeCalendarWhen};
use countermand_core::verdict::AskAbout;
use serde_json::{Value, json};

use super::worlds::{self, ECS, OPENSEARCH, PROTON, SSM};
use super::{Came, REQUESTED, Stage, Stopping, python};
use crate::{Trouble, calendar};

/// Call, what is made of the errors, the errors. What is `told` in words changes nothing: the stop was asked for.
const MEANINGS: &str = "
ecs:ListClusters refused AccessDeniedException ClientException InvalidParameterException
ecs:ListClusters no-answer ServerException
ecs:ListServices nothing-there ClusterNotFoundException
ecs:ListServices refused AccessDeniedException ClientException InvalidParameterException
ecs:ListServices no-answer ServerException
ecs:DescribeServices nothing-there ClusterNotFoundException
ecs:DescribeServices refused AccessDeniedException ClientException InvalidParameterException
ecs:DescribeServices no-answer ServerException
ecs:ListServiceDeployments nothing-there ClusterNotFoundException ServiceNotFoundException
ecs:ListServiceDeployments refused AccessDeniedException ClientException InvalidParameterException UnsupportedFeatureException
ecs:ListServiceDeployments no-answer ServerException
ecs:DescribeServiceDeployments nothing-there ClusterNotFoundException ServiceNotFoundException
ecs:DescribeServiceDeployments refused AccessDeniedException ClientException InvalidParameterException UnsupportedFeatureException
ecs:DescribeServiceDeployments no-answer ServerException
ecs:StopServiceDeployment already-over ConflictException ServiceDeploymentNotFoundException
ecs:StopServiceDeployment refused AccessDeniedException ClientException InvalidParameterException UnsupportedFeatureException
ecs:StopServiceDeployment no-answer ServerException
ecs:ContinueServiceDeployment already-over ConflictException ServiceDeploymentNotFoundException
ecs:ContinueServiceDeployment refused AccessDeniedException ClientException InvalidParameterException UnsupportedFeatureException
ecs:ContinueServiceDeployment no-answer ServerException
ssm:DescribeMaintenanceWindows no-answer InternalServerError
ssm:GetMaintenanceWindow refused DoesNotExistException
ssm:GetMaintenanceWindow no-answer InternalServerError
ssm:DescribeMaintenanceWindowExecutions no-answer InternalServerError
ssm:ListTagsForResource refused InvalidResourceId InvalidResourceType
ssm:ListTagsForResource no-answer InternalServerError
ssm:DescribeMaintenanceWindowExecutionTasks nothing-there DoesNotExistException
ssm:DescribeMaintenanceWindowExecutionTasks no-answer InternalServerError
ssm:CancelMaintenanceWindowExecution already-over DoesNotExistException
ssm:CancelMaintenanceWindowExecution no-answer InternalServerError
ssm:GetMaintenanceWindowExecution refused DoesNotExistException
ssm:GetMaintenanceWindowExecution no-answer InternalServerError
ssm:DescribeMaintenanceWindowExecutionTaskInvocations told DoesNotExistException InternalServerError
ssm:CancelCommand told DuplicateInstanceId InternalServerError InvalidCommandId InvalidInstanceId
ssm:StopAutomationExecution told AutomationExecutionNotFoundException InternalServerError InvalidAutomationStatusUpdateException
ssm:GetCalendarState refused InvalidDocument InvalidDocumentType UnsupportedCalendarException
ssm:GetCalendarState no-answer InternalServerError
es:ListDomainNames refused BaseException ValidationException
es:DescribeDomains refused BaseException ValidationException
es:DescribeDomains no-answer InternalException
es:ListTags refused BaseException ResourceNotFoundException ValidationException
es:ListTags no-answer InternalException
es:ListScheduledActions nothing-there ResourceNotFoundException
es:ListScheduledActions refused BaseException InvalidPaginationTokenException ValidationException
es:ListScheduledActions no-answer InternalException
es:CancelServiceSoftwareUpdate already-over ResourceNotFoundException
es:CancelServiceSoftwareUpdate refused BaseException ValidationException
es:CancelServiceSoftwareUpdate no-answer InternalException
proton:ListServiceInstances nothing-there ResourceNotFoundException
proton:ListServiceInstances refused AccessDeniedException ValidationException
proton:ListServiceInstances no-answer InternalServerException ThrottlingException
proton:GetServiceInstance nothing-there ResourceNotFoundException
proton:GetServiceInstance refused AccessDeniedException ValidationException
proton:GetServiceInstance no-answer InternalServerException ThrottlingException
proton:ListTagsForResource refused AccessDeniedException ResourceNotFoundException ValidationException
proton:ListTagsForResource no-answer InternalServerException ThrottlingException
proton:CancelServiceInstanceDeployment already-over ConflictException ResourceNotFoundException
proton:CancelServiceInstanceDeployment refused AccessDeniedException ValidationException
proton:CancelServiceInstanceDeployment no-answer InternalServerException ThrottlingException
cloudwatch:DescribeAlarms refused InvalidNextToken
cloudwatch:DescribeAlarmHistory refused InvalidNextToken
";

const SCRIPT: &str = "crates/countermand-aws/src/operations/tests/modelled_errors.py";

/// Every call, error and meaning.
fn meanings() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    MEANINGS.lines().flat_map(|line| {
        let mut words = line.split(' ');
        let call = words.next().unwrap_or_default();
        let meaning = words.next().unwrap_or_default();
        words.map(move |error| (call, meaning, error))
    })
}

pub(super) fn every_call() -> BTreeSet<&'static str> {
    meanings().map(|(call, ..)| call).collect()
}

#[tokio::test]
async fn every_error_leads_to_what_it_means() {
    for (call, meaning, error) in meanings() {
        assert_eq!(what_comes_of(call, error).await, meaning, "{call} {error}");
    }
}

#[tokio::test]
async fn whatever_is_called_a_throttle_is_no_answer_and_a_denied_call_is_refused() {
    for call in every_call() {
        for (fault, meaning) in [
            ("throttle", "no-answer"),
            ("500", "no-answer"),
            ("reset", "no-answer"),
            ("garbage", "no-answer"),
            ("cut", "no-answer"),
            ("access-denied", "refused"),
            ("SomethingNewException", "refused"),
        ] {
            let is_told = meanings().any(|it| (it.0, it.1) == (call, "told"));
            let meaning = if is_told { "told" } else { meaning };
            assert_eq!(what_comes_of(call, fault).await, meaning, "{call} {fault}");
        }
    }
}

#[test]
fn every_error_that_aws_has_modelled_is_written_down() {
    let calls: Vec<_> = every_call().into_iter().collect();
    let told = python(SCRIPT, &calls.join("\n"));
    let modelled: BTreeSet<_> = told.lines().filter_map(|it| it.split_once(' ')).collect();
    let written: BTreeSet<_> = meanings().map(|(call, _, error)| (call, error)).collect();
    let missing: Vec<_> = modelled.difference(&written).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(modelled.len() > 80, "{told}");
    // AWS models no conflict there, and could have one as well.
    let more: Vec<_> = written.difference(&modelled).collect();
    assert_eq!(
        more,
        [&("ecs:ContinueServiceDeployment", "ConflictException")]
    );
}

#[test]
fn every_call_of_an_operation_is_written_down() {
    let of_operations = operations::ALL.iter().flat_map(|it| it.permissions);
    let of_triggers = AlarmWhen::PERMISSIONS
        .iter()
        .chain(ChangeCalendarWhen::PERMISSIONS);
    let declared: BTreeSet<_> = of_operations
        .chain(of_triggers)
        .map(|it| it.action)
        .collect();
    let written: BTreeSet<_> = meanings().map(|(call, ..)| call).collect();
    assert_eq!(written, declared);
}

/// Makes the one call go wrong, in a world in which it is made, and sees what comes of it.
async fn what_comes_of(call: &str, fault: &str) -> &'static str {
    let (mut world, action, more) = scene(call);
    let by_double = call.replacen("es:", "opensearch:", usize::from(call.starts_with("es:")));
    world["faults"] = json!([{ "call": by_double, "fault": fault }]);
    if call == "ecs:ContinueServiceDeployment" {
        let paused = json!({ "call": "ecs:StopServiceDeployment", "fault": "ConflictException" });
        world["faults"].as_array_mut().unwrap().push(paused);
    }
    let stage = Stage::with(world, action, more);
    let came = match call {
        "cloudwatch:DescribeAlarms" => {
            let asked = stage.aws.cloudwatch().describe_alarms().send().await;
            meaning_of(&Trouble::of(
                "cloudwatch:DescribeAlarms",
                &asked.unwrap_err(),
            ))
        }
        "cloudwatch:DescribeAlarmHistory" => {
            let asked = stage.aws.cloudwatch().describe_alarm_history().send().await;
            meaning_of(&Trouble::of(
                "cloudwatch:DescribeAlarmHistory",
                &asked.unwrap_err(),
            ))
        }
        "ssm:GetCalendarState" => {
            let asked = calendar::change_calendar("year-end", AskAbout::Now, &stage.aws).await;
            meaning_of(&asked.unwrap_err())
        }
        "ssm:DescribeMaintenanceWindowExecutionTaskInvocations"
        | "ssm:CancelCommand"
        | "ssm:StopAutomationExecution" => {
            assert_eq!(stage.run().await, [REQUESTED], "{call} {fault}");
            let told = stage.find().await.changes[0].stop_along(&stage.aws).await;
            let asked = |it: &String| it.starts_with("asked AWS to cancel");
            // Of the command and the automation at least one is not cancelled.
            assert!(told.iter().filter(|it| asked(it)).count() < 2, "{told:?}");
            assert!(told.iter().any(|it| !asked(it)), "{told:?}");
            "told"
        }
        "ssm:GetMaintenanceWindowExecution" => {
            let found = stage.find().await;
            meaning_of(&found.changes[0].look_again(&stage.aws).await.unwrap_err())
        }
        _ => match stage.run().await.as_slice() {
            [Came::Trouble(trouble)] => meaning_of(trouble),
            [Came::Stopping(Stopping::AlreadyOver(_))] => "already-over",
            // As if it had said that there is nothing.
            [] | [Came::Stopping(Stopping::Requested) | Came::Held(_)] => "nothing-there",
            several => panic!("{several:?}"),
        },
    };
    assert!(stage.calls().contains_key(call), "{call} was not made");
    came
}

fn meaning_of(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Refused { .. } => "refused",
        Trouble::Throttled { .. } | Trouble::NoAnswer { .. } | Trouble::NoTime => "no-answer",
    }
}

/// World, action and further keys of a policy for which the call is made.
pub(super) fn scene(call: &str) -> (Value, &'static str, &'static str) {
    let plain = &json!({});
    let (service, operation) = call.split_once(':').unwrap();
    match (service, operation) {
        ("ecs", "ListClusters") => (
            worlds::ecs(1, 1),
            r#"ecs.stop-service-deployment: { cluster: "*", service: checkout }"#,
            "",
        ),
        ("ecs", "ListServices") => (
            worlds::ecs(1, 1),
            r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#,
            "",
        ),
        ("ecs", "ContinueServiceDeployment") => (
            worlds::ecs_deployment(&json!({ "hooks": [{ "id": "hook-1" }] })),
            ECS,
            "",
        ),
        ("ssm", "DescribeMaintenanceWindows") => (
            worlds::ssm(plain),
            "ssm.cancel-maintenance-window-execution: { window: patch-web }",
            "",
        ),
        ("ssm", "GetMaintenanceWindow") => (
            worlds::ssm(plain),
            SSM,
            "except: [{ window: patch-db, why: INC-1 }]",
        ),
        (
            "ssm",
            "DescribeMaintenanceWindowExecutionTaskInvocations"
            | "CancelCommand"
            | "StopAutomationExecution",
        ) => (
            worlds::ssm_at_work(),
            "ssm.cancel-maintenance-window-execution: { window: mw-0123456789abcdef0, running-tasks: cancel }",
            "",
        ),
        ("ssm", "GetCalendarState") => {
            let mut world = worlds::ssm(plain);
            world["ssm"]["calendars"] = json!([{ "name": "year-end" }]);
            (world, SSM, "")
        }
        ("ssm", _) => (worlds::ssm(plain), SSM, ""),
        ("es", "ListDomainNames") => (
            worlds::opensearch(1, 1, plain),
            r#"opensearch.cancel-service-software-update: { domain: "*" }"#,
            "",
        ),
        ("es", "ListScheduledActions") => (
            worlds::opensearch(1, 1, plain),
            OPENSEARCH,
            "when: { change-calendar: { calendar: year-end } }",
        ),
        ("es", _) => (worlds::opensearch(1, 1, plain), OPENSEARCH, ""),
        ("proton", "ListServiceInstances") => (
            worlds::proton(plain),
            r#"proton.cancel-service-instance-deployment: { service: web, instance: "*" }"#,
            "",
        ),
        ("proton", _) => (worlds::proton(plain), PROTON, ""),
        _ => (worlds::ecs(1, 1), ECS, ""),
    }
}
