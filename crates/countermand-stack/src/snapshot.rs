//! Reads the state of a stack from CloudFormation, Lambda, EventBridge, Scheduler and SQS. Nothing here writes.

use countermand_aws::failure;
use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{Stack as Described, TemplateStage};
use aws_sdk_eventbridge::types::RuleState;
use aws_sdk_lambda::types::{LastUpdateStatus, State};
use aws_sdk_scheduler::types::ScheduleState;
use aws_sdk_sqs::types::QueueAttributeName;
use countermand_core::event::SCHEDULE_PREFIX;
use countermand_core::failure::CallFailure;
use countermand_synth::StackFunction;
use countermand_synth::doctor::{self, Deployed, MODE_PARAMETER, StackQueue};
use futures_util::future::join_all;
use serde_json::{Map, Value};

use crate::Stack;

/// The state of a stack, as far as AWS told it.
#[derive(Debug)]
pub struct StackSnapshot {
    pub deployed: Deployed,
    /// The parts that could not be read, and why.
    pub unknown: Vec<(String, CallFailure)>,
}

impl Stack {
    /// Reads all parts concurrently. Fails only where CloudFormation does not describe the stack.
    pub async fn read(&self) -> Result<StackSnapshot, CallFailure> {
        let Some(described) = self.describe().await? else {
            return Err(unreadable(DESCRIBE, "the answer names no stack"));
        };
        let (template, functions, is_fed, rules, schedules, queues) = tokio::join!(
            self.template(),
            join_all(StackFunction::ALL.map(|it| self.deployed_function(it))),
            self.is_verify_fed(),
            self.rules(),
            self.schedules(),
            self.queues(),
        );
        let mut unknown = Vec::new();
        let mut not_read = |about: &str, trouble: CallFailure| {
            unknown.push((about.to_owned(), trouble));
        };
        let mut deployed = Deployed {
            name: self.name.clone(),
            stack: Some(deployed_stack(described)),
            ..Deployed::default()
        };
        match template {
            Ok(it) => deployed.resources = Some(it),
            Err(trouble) => not_read("the template of the stack", trouble),
        }
        for (function, read) in StackFunction::ALL.into_iter().zip(functions) {
            match read {
                Ok(it) => {
                    deployed.functions.insert(function, it);
                }
                Err(trouble) => not_read(&self.function(function), trouble),
            }
        }
        match is_fed {
            Ok(it) => deployed.is_verify_fed = Some(it),
            Err(trouble) => not_read("what feeds verify", trouble),
        }
        match rules {
            Ok(it) => deployed.rules = Some(it),
            Err(trouble) => not_read("the rules", trouble),
        }
        match schedules {
            Ok(it) => deployed.schedules = Some(it),
            Err(trouble) => not_read("the schedules", trouble),
        }
        match queues {
            Ok(it) => deployed.waiting = it,
            Err(trouble) => not_read("the queues", trouble),
        }
        Ok(StackSnapshot { deployed, unknown })
    }

    pub(crate) async fn describe(&self) -> Result<Option<Described>, CallFailure> {
        let describe = self.cloudformation.describe_stacks().stack_name(&self.name);
        let output = describe.send().await.map_err(failure(DESCRIBE))?;
        Ok(output.stacks.unwrap_or_default().into_iter().next())
    }

    async fn template(&self) -> Result<Map<String, Value>, CallFailure> {
        const CALL: &str = "cloudformation:GetTemplate";
        let get = self.cloudformation.get_template().stack_name(&self.name);
        // The processed template has what `Fn::Transform` includes.
        let output = get
            .template_stage(TemplateStage::Processed)
            .send()
            .await
            .map_err(failure(CALL))?;
        let read = serde_json::from_str(output.template_body().unwrap_or_default());
        let mut template: Map<String, Value> =
            read.map_err(|error| unreadable(CALL, &error.to_string()))?;
        match template.remove("Resources") {
            Some(Value::Object(resources)) => Ok(resources),
            _ => Err(unreadable(CALL, "the template has no resources")),
        }
    }

    async fn deployed_function(
        &self,
        function: StackFunction,
    ) -> Result<Option<doctor::DeployedFunction>, CallFailure> {
        let name = self.function(function);
        let Some(output) = self.configuration(&name).await? else {
            return Ok(None);
        };
        let concurrency = self.lambda.get_function_concurrency().function_name(&name);
        let concurrency = concurrency.send().await;
        let concurrency = concurrency
            .map_err(failure("lambda:GetFunctionConcurrency"))?
            .reserved_concurrent_executions;
        let layers = output.layers().len();
        let broken = match (&output.state, &output.last_update_status) {
            (Some(State::Failed), _) => Some(output.state_reason.unwrap_or_default()),
            (_, Some(LastUpdateStatus::Failed)) => {
                Some(output.last_update_status_reason.unwrap_or_default())
            }
            _ => None,
        };
        let variables = output.environment.and_then(|it| it.variables);
        Ok(Some(doctor::DeployedFunction {
            variables: variables.unwrap_or_default().into_iter().collect(),
            layers,
            broken,
            concurrency,
        }))
    }

    async fn is_verify_fed(&self) -> Result<bool, CallFailure> {
        let list = self.lambda.list_event_source_mappings();
        let list = list.function_name(self.function(StackFunction::Verify));
        let output = list
            .send()
            .await
            .map_err(failure("lambda:ListEventSourceMappings"))?;
        let mut mappings = output.event_source_mappings().iter();
        Ok(mappings.any(|it| matches!(it.state(), Some("Enabled" | "Enabling" | "Updating"))))
    }

    async fn rules(&self) -> Result<BTreeMap<String, doctor::DeployedRule>, CallFailure> {
        let mut rules = BTreeMap::new();
        let mut next = None;
        loop {
            let list = self.eventbridge.list_rules();
            let list = list.name_prefix(format!("{}-", self.name));
            let output = list
                .set_next_token(next)
                .send()
                .await
                .map_err(failure("events:ListRules"))?;
            for rule in output.rules.unwrap_or_default() {
                let pattern = rule.event_pattern.unwrap_or_default();
                let deployed = doctor::DeployedRule {
                    is_enabled: rule.state != Some(RuleState::Disabled),
                    pattern: serde_json::from_str(&pattern).unwrap_or_default(),
                };
                rules.insert(rule.name.unwrap_or_default(), deployed);
            }
            next = output.next_token;
            if next.is_none() {
                return Ok(rules);
            }
        }
    }

    async fn schedules(&self) -> Result<BTreeMap<doctor::ScheduleName, bool>, CallFailure> {
        let list = self.scheduler.list_schedules().name_prefix(SCHEDULE_PREFIX);
        let output = list
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(failure("scheduler:ListSchedules"))?;
        let schedules = output.into_iter().map(|it| {
            let name = doctor::ScheduleName {
                group: it.group_name.unwrap_or_default(),
                name: it.name.unwrap_or_default(),
            };
            (name, it.state != Some(ScheduleState::Disabled))
        });
        Ok(schedules.collect())
    }

    async fn queues(&self) -> Result<BTreeMap<StackQueue, u64>, CallFailure> {
        let list = self.cloudformation.list_stack_resources();
        let list = list.stack_name(&self.name).into_paginator();
        let output = list.items().send().try_collect().await;
        let output = output.map_err(failure("cloudformation:ListStackResources"))?;
        let mut waiting = BTreeMap::new();
        for queue in StackQueue::ALL {
            let mut resources = output.iter();
            let resource = resources.find(|it| it.logical_resource_id() == Some(queue.resource()));
            let Some(url) = resource.and_then(|it| it.physical_resource_id()) else {
                continue;
            };
            let get = self.sqs.get_queue_attributes().queue_url(url);
            let number = QueueAttributeName::ApproximateNumberOfMessages;
            let output = get
                .attribute_names(number.clone())
                .send()
                .await
                .map_err(failure("sqs:GetQueueAttributes"))?;
            let number = output
                .attributes()
                .and_then(|it| it.get(&number)?.parse().ok());
            waiting.extend(number.map(|it| (queue, it)));
        }
        Ok(waiting)
    }
}

const DESCRIBE: &str = "cloudformation:DescribeStacks";

pub(crate) fn deployed_stack(described: Described) -> doctor::DeployedStack {
    let status = described.stack_status.map(|it| it.as_str().to_owned());
    let mut parameters = described.parameters.unwrap_or_default().into_iter();
    let mode = parameters.find(|it| it.parameter_key() == Some(MODE_PARAMETER));
    doctor::DeployedStack {
        status: status.unwrap_or_default(),
        mode: mode.and_then(|it| it.parameter_value),
    }
}

fn unreadable(call: &'static str, why: &str) -> CallFailure {
    CallFailure::NoAnswer {
        call,
        why: why.to_owned(),
    }
}
