//! Whether the permissions that the policies need allow a call, as IAM would say it.

use countermand_core::name::Glob;
use countermand_core::synth::{Function, Manifest};
use countermand_core::trigger::Kind;
use countermand_core::verdict::Home;
use countermand_double::Call;
use serde_json::Value;

/// The function that answers such an event.
pub(crate) fn function_of(trigger: &Kind) -> Option<Function> {
    match trigger {
        Kind::AlarmChanged(_) => Some(Function::OnAlarm),
        Kind::PolicyDue(_) | Kind::CalendarClosed(_) => Some(Function::OnSchedule),
        Kind::ChangeBegan(_) => Some(Function::OnChange),
        Kind::Asked(_) => None,
    }
}

/// As IAM calls it.
pub(crate) fn action_of(call: &Call) -> String {
    let service = match call.service.as_str() {
        "opensearch" => "es",
        other => other,
    };
    format!("{service}:{}", call.operation)
}

/// Every resource of the call is allowed by some statement. Tags are left to IAM.
pub(crate) fn is_allowed(
    call: &Call,
    function: Function,
    manifest: &Manifest,
    home: &Home,
) -> bool {
    let action = action_of(call);
    let statements = manifest
        .statements
        .iter()
        .filter(|it| it.function == function);
    let granted = statements.filter(|it| it.actions.contains_key(action.as_str()));
    let granted: Vec<Glob> = granted
        .flat_map(|it| &it.resources)
        .map(|resource| in_place(resource, home).parse().unwrap())
        .collect();
    let resources = resources(call, home);
    !granted.is_empty()
        && resources
            .iter()
            .all(|resource| granted.iter().any(|it| it.matches(resource)))
}

fn in_place(resource: &str, home: &Home) -> String {
    resource
        .replace("${AWS::Partition}", "aws")
        .replace("${AWS::Region}", &home.region)
        .replace("${AWS::AccountId}", &home.account)
}

/// What the call is about, as far as its input says so: which window an execution is of, it does not say.
fn resources(call: &Call, home: &Home) -> Vec<String> {
    let arn = |service: &str, rest: &str| {
        format!("arn:aws:{service}:{}:{}:{rest}", home.region, home.account)
    };
    let texts = |key: &str| match call.input.get(key) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|it| Some(it.as_str()?.to_owned()))
            .collect(),
        _ => Vec::new(),
    };
    let one = |key: &str| texts(key).pop().unwrap_or_default();
    match action_of(call).as_str() {
        "ecs:DescribeServices" => {
            let services = texts("services").into_iter();
            services
                .map(|it| arn("ecs", &format!("service/{}/{it}", one("cluster"))))
                .collect()
        }
        "ecs:ListServiceDeployments" => {
            vec![arn(
                "ecs",
                &format!("service/{}/{}", one("cluster"), one("service")),
            )]
        }
        "ecs:DescribeServiceDeployments" => with_services(texts("serviceDeploymentArns")),
        "ecs:StopServiceDeployment" | "ecs:ContinueServiceDeployment" => {
            with_services(texts("serviceDeploymentArn"))
        }
        "ssm:DescribeMaintenanceWindowExecutions" | "ssm:GetMaintenanceWindow" => {
            vec![arn(
                "ssm",
                &format!("maintenancewindow/{}", one("WindowId")),
            )]
        }
        "ssm:ListTagsForResource" => {
            vec![arn(
                "ssm",
                &format!("maintenancewindow/{}", one("ResourceId")),
            )]
        }
        "ssm:GetCalendarState" => {
            let names = texts("CalendarNames").into_iter();
            names
                .map(|it| {
                    if it.starts_with("arn:") {
                        it
                    } else {
                        arn("ssm", &format!("document/{it}"))
                    }
                })
                .collect()
        }
        "es:ListTags" => texts("ARN"),
        "es:DescribeDomains" => {
            let names = texts("DomainNames").into_iter();
            names.map(|it| arn("es", &format!("domain/{it}"))).collect()
        }
        "es:ListScheduledActions" | "es:CancelServiceSoftwareUpdate" => {
            vec![arn("es", &format!("domain/{}", one("DomainName")))]
        }
        "proton:ListTagsForResource" => texts("resourceArn"),
        "proton:GetServiceInstance" => {
            let (service, name) = (one("serviceName"), one("name"));
            vec![arn(
                "proton",
                &format!("service/{service}/service-instance/{name}"),
            )]
        }
        "proton:CancelServiceInstanceDeployment" => {
            let (service, name) = (one("serviceName"), one("serviceInstanceName"));
            vec![arn(
                "proton",
                &format!("service/{service}/service-instance/{name}"),
            )]
        }
        _ => Vec::new(),
    }
}

/// ECS wants both: the deployment and its service.
fn with_services(deployments: Vec<String>) -> Vec<String> {
    let services = deployments.iter().filter_map(|arn| {
        let (service, _) = arn.rsplit_once('/')?;
        Some(service.replace(":service-deployment/", ":service/"))
    });
    let services: Vec<_> = services.collect();
    [deployments, services].concat()
}
