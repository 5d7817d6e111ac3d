//! What a call is about, as IAM sees it: every one of these ARNs has to be allowed. `*` stands for a call that IAM
//! checks against no resource, or one that does not say which.

use serde_json::Value;

use crate::ecs::service_arn;
use crate::opensearch::domain_arn;
use crate::proton::instance_arn;
use crate::world::{Tags, World};

pub(crate) type About = fn(&World, &Value) -> Vec<String>;

pub(crate) fn everything(_: &World, _: &Value) -> Vec<String> {
    or_everything(Vec::new())
}

pub(crate) fn ecs_services(world: &World, input: &Value) -> Vec<String> {
    let cluster = text(input, "cluster").unwrap_or("default");
    let (_, cluster) = cluster.rsplit_once('/').unwrap_or(("", cluster));
    let services = texts(input, "services").chain(text(input, "service"));
    arns(world, "ecs", services, |name| {
        format!("service/{cluster}/{name}")
    })
}

/// ECS wants both: the deployment and its service.
pub(crate) fn ecs_deployments(_: &World, input: &Value) -> Vec<String> {
    let deployments =
        texts(input, "serviceDeploymentArns").chain(text(input, "serviceDeploymentArn"));
    let both: Vec<_> = deployments
        .flat_map(|deployment| {
            let service = deployment.rsplit_once('/');
            let service =
                service.map(|(it, _)| it.replacen(":service-deployment/", ":service/", 1));
            [Some(deployment.to_owned()), service]
        })
        .flatten()
        .collect();
    or_everything(both)
}

pub(crate) fn ssm_window(world: &World, input: &Value) -> Vec<String> {
    windows(world, text(input, "WindowId"))
}

/// The input names the execution alone: whose it is, AWS knows.
pub(crate) fn ssm_window_of_execution(world: &World, input: &Value) -> Vec<String> {
    let id = text(input, "WindowExecutionId");
    let mut all = world.ssm.windows.iter();
    let window = all.find(|window| {
        let mut executions = window.executions.iter();
        executions.any(|it| Some(it.id.as_str()) == id)
    });
    windows(world, window.map(|it| it.id.as_str()))
}

/// Of all that has tags the double has windows only.
pub(crate) fn ssm_tagged(world: &World, input: &Value) -> Vec<String> {
    let is_window = text(input, "ResourceType") == Some("MaintenanceWindow");
    windows(world, text(input, "ResourceId").filter(|_| is_window))
}

pub(crate) fn ssm_documents(world: &World, input: &Value) -> Vec<String> {
    arns(world, "ssm", texts(input, "CalendarNames"), |name| {
        format!("document/{name}")
    })
}

pub(crate) fn ssm_automation(world: &World, input: &Value) -> Vec<String> {
    let id = text(input, "AutomationExecutionId");
    arns(world, "ssm", id, |id| format!("automation-execution/{id}"))
}

pub(crate) fn opensearch_domains(world: &World, input: &Value) -> Vec<String> {
    let names = texts(input, "DomainNames").chain(text(input, "DomainName"));
    arns(world, "es", names, |name| format!("domain/{name}"))
}

pub(crate) fn opensearch_tagged(world: &World, input: &Value) -> Vec<String> {
    arns(world, "es", text(input, "Arn"), str::to_owned)
}

pub(crate) fn proton_instance(world: &World, input: &Value) -> Vec<String> {
    let service = text(input, "serviceName").unwrap_or_default();
    let name = text(input, "serviceInstanceName").or(text(input, "name"));
    arns(world, "proton", name, |name| {
        format!("service/{service}/service-instance/{name}")
    })
}

pub(crate) fn proton_tagged(world: &World, input: &Value) -> Vec<String> {
    arns(world, "proton", text(input, "resourceArn"), str::to_owned)
}

/// Of composite alarms CloudWatch tells only those who may read all.
pub(crate) fn cloudwatch_alarms(world: &World, input: &Value) -> Vec<String> {
    let has_other_kinds = texts(input, "AlarmTypes").any(|kind| kind != "MetricAlarm");
    let names = texts(input, "AlarmNames").chain(text(input, "AlarmName"));
    let names = names.filter(|_| !has_other_kinds);
    arns(world, "cloudwatch", names, |name| format!("alarm:{name}"))
}

pub(crate) fn sqs_queue(world: &World, input: &Value) -> Vec<String> {
    let name = text(input, "QueueUrl").and_then(|url| Some(url.rsplit_once('/')?.1));
    arns(world, "sqs", name, str::to_owned)
}

pub(crate) fn events_buses(world: &World, input: &Value) -> Vec<String> {
    let entries = input.get("Entries").and_then(Value::as_array);
    let buses = entries.into_iter().flatten();
    let buses = buses.map(|entry| text(entry, "EventBusName").unwrap_or("default"));
    arns(world, "events", buses, |name| format!("event-bus/{name}"))
}

/// The tags of what has this ARN.
pub(crate) fn tags_of<'w>(world: &'w World, arn: &str) -> Option<&'w Tags> {
    let services = world.ecs.clusters.iter().flat_map(|cluster| {
        let services = cluster.services.iter();
        services.map(move |it| (service_arn(world, cluster, it), &it.tags))
    });
    let windows = world.ssm.windows.iter();
    let windows = windows.map(|it| (window_arn(world, &it.id), &it.tags));
    let domains = world.opensearch.domains.iter();
    let domains = domains.map(|it| (domain_arn(world, it), &it.tags));
    let instances = world.proton.instances.iter();
    let instances = instances.map(|it| (instance_arn(world, it), &it.tags));
    let mut all = services.chain(windows).chain(domains).chain(instances);
    all.find(|(known, _)| known == arn).map(|(_, tags)| tags)
}

fn windows(world: &World, id: Option<&str>) -> Vec<String> {
    arns(world, "ssm", id, |id| format!("maintenancewindow/{id}"))
}

fn window_arn(world: &World, id: &str) -> String {
    world.arn("ssm", &format!("maintenancewindow/{id}"))
}

/// The ARNs of what is named; an ARN in place of a name is one already.
fn arns<'i>(
    world: &World,
    service: &str,
    named: impl IntoIterator<Item = &'i str>,
    resource: impl Fn(&str) -> String,
) -> Vec<String> {
    let named = named.into_iter();
    let arns: Vec<_> = named
        .map(|name| {
            if name.starts_with("arn:") {
                name.to_owned()
            } else {
                world.arn(service, &resource(name))
            }
        })
        .collect();
    or_everything(arns)
}

fn or_everything(arns: Vec<String>) -> Vec<String> {
    if arns.is_empty() {
        vec!["*".to_owned()]
    } else {
        arns
    }
}

fn text<'i>(input: &'i Value, member: &str) -> Option<&'i str> {
    input.get(member)?.as_str()
}

fn texts<'i>(input: &'i Value, member: &str) -> impl Iterator<Item = &'i str> {
    let list = input.get(member).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}
