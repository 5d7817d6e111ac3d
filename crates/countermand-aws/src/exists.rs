//! What there is that a policy could mean: nothing need be in flight there.

use countermand_core::name::Glob;
use countermand_core::operations::Action;
use countermand_core::verdict::Target;

use crate::operations::{last_part, names};
use crate::{Aws, Trouble};

/// Something that an operation could be applied to: for each key all that it is called. A cluster without services
/// is called by its own key alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    pub names: Vec<(&'static str, Vec<String>)>,
}

/// All that there is to choose the target from, read from lists alone.
pub async fn existing(
    action: &Action,
    target: &Target,
    aws: &Aws,
) -> Result<Vec<Existing>, Trouble> {
    match action {
        Action::StopServiceDeployment(_) => services(target, aws).await,
        Action::CancelMaintenanceWindowExecution(_) => windows(aws).await,
        Action::CancelServiceSoftwareUpdate(_) => domains(aws).await,
        Action::CancelServiceInstanceDeployment(_) => instances(aws).await,
    }
}

impl Existing {
    fn of<const N: usize>(names: [(&'static str, Vec<String>); N]) -> Self {
        Self {
            names: names.into(),
        }
    }

    /// Whether it is called so, by this key.
    pub fn is_called(&self, key: &str, globs: &[Glob]) -> bool {
        let called = self.names.iter().filter(|(it, _)| *it == key);
        let mut called = called.flat_map(|(_, names)| names);
        called.any(|name| names::any(globs, name))
    }
}

async fn services(target: &Target, aws: &Aws) -> Result<Vec<Existing>, Trouble> {
    let clusters = aws.ecs().list_clusters().max_results(100).into_paginator();
    let clusters = clusters.items().send().try_collect().await;
    let clusters = clusters.map_err(|error| Trouble::of("ecs:ListClusters", &error))?;
    let clusters = clusters.iter().map(|arn| last_part(arn));
    let meant = names::of(target, "cluster");
    let mut all = Vec::new();
    for cluster in clusters.filter(|name| names::any(meant, name)) {
        let services = aws.ecs().list_services().cluster(cluster).max_results(100);
        let services = services.into_paginator().items().send().try_collect().await;
        let services = services.map_err(|error| Trouble::of("ecs:ListServices", &error))?;
        if services.is_empty() {
            all.push(Existing::of([("cluster", vec![cluster.to_owned()])]));
        }
        all.extend(services.iter().map(|arn| {
            Existing::of([
                ("cluster", vec![cluster.to_owned()]),
                ("service", vec![last_part(arn).to_owned()]),
            ])
        }));
    }
    Ok(all)
}

async fn windows(aws: &Aws) -> Result<Vec<Existing>, Trouble> {
    let describe = aws.ssm().describe_maintenance_windows().max_results(100);
    let windows = describe.into_paginator().items().send().try_collect().await;
    let windows = windows.map_err(|error| Trouble::of("ssm:DescribeMaintenanceWindows", &error))?;
    let windows = windows.into_iter().map(|window| {
        let called = window.window_id.into_iter().chain(window.name);
        Existing::of([("window", called.collect())])
    });
    Ok(windows.collect())
}

async fn domains(aws: &Aws) -> Result<Vec<Existing>, Trouble> {
    let answer = aws.opensearch().list_domain_names().send().await;
    let answer = answer.map_err(|error| Trouble::of("es:ListDomainNames", &error))?;
    let domains = answer.domain_names.unwrap_or_default().into_iter();
    let domains = domains.filter_map(|it| it.domain_name);
    Ok(domains
        .map(|name| Existing::of([("domain", vec![name])]))
        .collect())
}

#[expect(
    deprecated,
    reason = "AWS Proton has ended; its SDK marks every operation"
)]
async fn instances(aws: &Aws) -> Result<Vec<Existing>, Trouble> {
    let list = aws.proton().list_service_instances().max_results(100);
    let instances = list.into_paginator().items().send().try_collect().await;
    let instances =
        instances.map_err(|error| Trouble::of("proton:ListServiceInstances", &error))?;
    let instances = instances.into_iter().map(|it| {
        Existing::of([
            ("service", vec![it.service_name]),
            ("instance", vec![it.name]),
        ])
    });
    Ok(instances.collect())
}
