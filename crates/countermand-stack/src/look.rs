//! All that AWS tells of a stack. Everything here only reads.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{Stack as Described, TemplateStage};
use aws_sdk_eventbridge::types::RuleState;
use aws_sdk_lambda::types::{LastUpdateStatus, State};
use aws_sdk_scheduler::types::ScheduleState;
use aws_sdk_sqs::types::QueueAttributeName;
use countermand_aws::Trouble;
use countermand_core::event::SCHEDULE_PREFIX;
use countermand_synth::StackFunction;
use countermand_synth::doctor::{self, Deployed, MODE_PARAMETER, StackQueue};
use futures_util::future::join_all;
use serde_json::{Map, Value};

use crate::Stack;

/// What was seen, and what was not.
#[derive(Debug)]
pub struct Look {
    pub deployed: Deployed,
    pub unknown: Vec<Unknown>,
}

/// Something that AWS did not tell.
#[derive(Debug)]
pub struct Unknown {
    pub about: String,
    pub trouble: Trouble,
}

impl Stack {
    /// Everything at once, as far as AWS tells it; nothing where it does not know the stack.
    pub async fn look(&self) -> Result<Look, Trouble> {
        let Some(described) = self.described().await? else {
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
        let mut known = |about: &str, trouble: Trouble| {
            let about = about.to_owned();
            unknown.push(Unknown { about, trouble });
        };
        let mut deployed = Deployed {
            name: self.name.clone(),
            stack: Some(of(described)),
            ..Deployed::default()
        };
        match template {
            Ok(it) => deployed.resources = Some(it),
            Err(trouble) => known("the template of the stack", trouble),
        }
        for (function, told) in StackFunction::ALL.into_iter().zip(functions) {
            match told {
                Ok(told) => {
                    deployed.functions.insert(function, told);
                }
                Err(trouble) => known(&self.function(function), trouble),
            }
        }
        match is_fed {
            Ok(it) => deployed.is_verify_fed = Some(it),
            Err(trouble) => known("what feeds verify", trouble),
        }
        match rules {
            Ok(it) => deployed.rules = Some(it),
            Err(trouble) => known("the rules", trouble),
        }
        match schedules {
            Ok(it) => deployed.schedules = Some(it),
            Err(trouble) => known("the schedules", trouble),
        }
        match queues {
            Ok(it) => deployed.waiting = it,
            Err(trouble) => known("the queues", trouble),
        }
        Ok(Look { deployed, unknown })
    }

    pub(crate) async fn described(&self) -> Result<Option<Described>, Trouble> {
        let describe = self.cloudformation.describe_stacks().stack_name(&self.name);
        let told = describe.send().await;
        let told = told.map_err(|error| Trouble::of(DESCRIBE, &error))?;
        Ok(told.stacks.unwrap_or_default().into_iter().next())
    }

    async fn template(&self) -> Result<Map<String, Value>, Trouble> {
        const CALL: &str = "cloudformation:GetTemplate";
        let get = self.cloudformation.get_template().stack_name(&self.name);
        // As it was deployed: with what it includes.
        let told = get.template_stage(TemplateStage::Processed).send().await;
        let told = told.map_err(|error| Trouble::of(CALL, &error))?;
        let read = serde_json::from_str(told.template_body().unwrap_or_default());
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
    ) -> Result<Option<doctor::DeployedFunction>, Trouble> {
        let name = self.function(function);
        let Some(told) = self.configuration(&name).await? else {
            return Ok(None);
        };
        let concurrency = self.lambda.get_function_concurrency().function_name(&name);
        let concurrency = concurrency.send().await;
        let concurrency = concurrency
            .map_err(|error| Trouble::of("lambda:GetFunctionConcurrency", &error))?
            .reserved_concurrent_executions;
        let layers = told.layers().len();
        let broken = match (&told.state, &told.last_update_status) {
            (Some(State::Failed), _) => Some(told.state_reason.unwrap_or_default()),
            (_, Some(LastUpdateStatus::Failed)) => {
                Some(told.last_update_status_reason.unwrap_or_default())
            }
            _ => None,
        };
        let variables = told.environment.and_then(|it| it.variables);
        Ok(Some(doctor::DeployedFunction {
            variables: variables.unwrap_or_default().into_iter().collect(),
            layers,
            broken,
            concurrency,
        }))
    }

    async fn is_verify_fed(&self) -> Result<bool, Trouble> {
        let list = self.lambda.list_event_source_mappings();
        let list = list.function_name(self.function(StackFunction::Verify));
        let told = list.send().await;
        let told = told.map_err(|error| Trouble::of("lambda:ListEventSourceMappings", &error))?;
        let mut mappings = told.event_source_mappings().iter();
        Ok(mappings.any(|it| matches!(it.state(), Some("Enabled" | "Enabling" | "Updating"))))
    }

    async fn rules(&self) -> Result<BTreeMap<String, doctor::DeployedRule>, Trouble> {
        let mut rules = BTreeMap::new();
        let mut next = None;
        loop {
            let list = self.eventbridge.list_rules();
            let list = list.name_prefix(format!("{}-", self.name));
            let told = list.set_next_token(next).send().await;
            let told = told.map_err(|error| Trouble::of("events:ListRules", &error))?;
            for rule in told.rules.unwrap_or_default() {
                let pattern = rule.event_pattern.unwrap_or_default();
                let deployed = doctor::DeployedRule {
                    is_enabled: rule.state != Some(RuleState::Disabled),
                    pattern: serde_json::from_str(&pattern).unwrap_or_default(),
                };
                rules.insert(rule.name.unwrap_or_default(), deployed);
            }
            next = told.next_token;
            if next.is_none() {
                return Ok(rules);
            }
        }
    }

    async fn schedules(&self) -> Result<BTreeMap<doctor::ScheduleName, bool>, Trouble> {
        let list = self.scheduler.list_schedules().name_prefix(SCHEDULE_PREFIX);
        let told = list.into_paginator().items().send().try_collect().await;
        let told = told.map_err(|error| Trouble::of("scheduler:ListSchedules", &error))?;
        let schedules = told.into_iter().map(|it| {
            let name = doctor::ScheduleName {
                group: it.group_name.unwrap_or_default(),
                name: it.name.unwrap_or_default(),
            };
            (name, it.state != Some(ScheduleState::Disabled))
        });
        Ok(schedules.collect())
    }

    async fn queues(&self) -> Result<BTreeMap<StackQueue, u64>, Trouble> {
        let list = self.cloudformation.list_stack_resources();
        let list = list.stack_name(&self.name).into_paginator();
        let told = list.items().send().try_collect().await;
        let told =
            told.map_err(|error| Trouble::of("cloudformation:ListStackResources", &error))?;
        let mut waiting = BTreeMap::new();
        for queue in StackQueue::ALL {
            let mut resources = told.iter();
            let resource = resources.find(|it| it.logical_resource_id() == Some(queue.resource()));
            let Some(url) = resource.and_then(|it| it.physical_resource_id()) else {
                continue;
            };
            let get = self.sqs.get_queue_attributes().queue_url(url);
            let number = QueueAttributeName::ApproximateNumberOfMessages;
            let told = get.attribute_names(number.clone()).send().await;
            let told = told.map_err(|error| Trouble::of("sqs:GetQueueAttributes", &error))?;
            let number = told
                .attributes()
                .and_then(|it| it.get(&number)?.parse().ok());
            waiting.extend(number.map(|it| (queue, it)));
        }
        Ok(waiting)
    }
}

const DESCRIBE: &str = "cloudformation:DescribeStacks";

pub(crate) fn of(described: Described) -> doctor::DeployedStack {
    let status = described.stack_status.map(|it| it.as_str().to_owned());
    let mut parameters = described.parameters.unwrap_or_default().into_iter();
    let mode = parameters.find(|it| it.parameter_key() == Some(MODE_PARAMETER));
    doctor::DeployedStack {
        status: status.unwrap_or_default(),
        mode: mode.and_then(|it| it.parameter_value),
    }
}

fn unreadable(call: &'static str, why: &str) -> Trouble {
    Trouble::NoAnswer {
        call,
        why: why.to_owned(),
    }
}
