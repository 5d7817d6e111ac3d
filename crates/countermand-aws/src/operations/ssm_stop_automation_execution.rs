//! Systems Manager: from a runbook to its executions in flight, and their stop.

#[cfg(test)]
pub(super) mod cases;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ssm::types::{
    AutomationExecution, AutomationExecutionFilter, AutomationExecutionFilterKey,
    AutomationExecutionMetadata, ResourceTypeForTagging, StopType,
};
use aws_smithy_types::error::operation::BuildError;
use countermand_core::failure::CallFailure;
use countermand_core::name::{Glob, Piece};
use countermand_core::operation::{Change, ChangeRef, Latest, Operation};
use countermand_core::operations::ssm_stop_automation_execution::{
    AutomationFacts, STATES_IN_FLIGHT, SsmStopAutomationExecution, runbook_name,
};
use countermand_core::verdict::Target;
use jiff::Timestamp;

use super::{
    Acting, Existing, Found, Query, StopReply, all, gone, names, stop_reply, timestamp, unless_code,
};
use crate::failure::failure;
use crate::retries::RepeatOnlyIfNotDone;
use crate::services::{ReadClients, StopClients};

impl Acting for SsmStopAutomationExecution {
    async fn find(&self, query: Query<'_>, aws: &ReadClients) -> Found<Change<AutomationFacts>> {
        let globs = names::of(query.target, "runbook");
        let announced = query.announced.and_then(|it| it.change.as_deref());
        let found = match announced {
            Some(id) => announced_automation(id, aws).await,
            None => automations(globs, Some(&STATES_IN_FLIGHT), aws).await,
        };
        let found = match found {
            Ok(found) => found,
            Err(failed) => return Found::failed(failed),
        };
        let in_flight = found.into_iter().filter(|it| {
            !SsmStopAutomationExecution::is_over(&it.state) && names::any(globs, &it.runbook)
        });
        let changes = in_flight.map(|it| it.with_tags(aws));
        Found::of(all(changes).await, Vec::new())
    }

    // AWS publishes one such call a second: more than a few at once are throttled, and made again. A maintenance window
    // whose policy says `running-tasks: cancel` can stop the same automation first.
    async fn stop(
        &self,
        change: &Change<AutomationFacts>,
        aws: &StopClients,
    ) -> Result<StopReply, CallFailure> {
        let stop = aws.ssm().stop_automation_execution();
        // Never left out: `Complete` would end it as done.
        let stop = stop
            .automation_execution_id(&change.id)
            .r#type(StopType::Cancel);
        let answer = stop.customize().interceptor(RepeatOnlyIfNotDone).send();
        let answer = answer.await.map_err(failure("ssm:StopAutomationExecution"));
        // The second is presumably what a final state is answered with.
        stop_reply(
            answer,
            &[NOT_FOUND, "InvalidAutomationStatusUpdateException"],
        )
    }

    async fn look_again(which: &ChangeRef, aws: &ReadClients) -> Result<Latest, CallFailure> {
        let automation = automation(&which.change, aws).await?;
        Ok(Latest {
            ended_at: automation.ended_at,
            ..Latest::of(automation.state)
        })
    }

    /// The runbooks that have run in the 30 days for which AWS remembers that.
    async fn existing(target: &Target, aws: &ReadClients) -> Result<Vec<Existing>, CallFailure> {
        let automations = automations(names::of(target, "runbook"), None, aws).await?;
        let runbooks: BTreeSet<_> = automations.into_iter().map(|it| it.runbook).collect();
        let existing = runbooks
            .into_iter()
            .map(|name| Existing::of([("runbook", vec![name])]));
        Ok(existing.collect())
    }
}

const NOT_FOUND: &str = "AutomationExecutionNotFoundException";

/// What both calls tell of an automation.
struct Automation {
    id: String,
    runbook: String,
    state: String,
    began_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    facts: AutomationFacts,
}

macro_rules! automation_of {
    ($told:ty) => {
        impl From<$told> for Automation {
            fn from(told: $told) -> Self {
                let state = told.automation_execution_status();
                let alarms = told.triggered_alarms().iter();
                Self {
                    runbook: runbook_name(told.document_name().unwrap_or_default()).to_owned(),
                    state: state.map(|it| it.as_str().to_owned()).unwrap_or_default(),
                    began_at: told.execution_start_time().and_then(timestamp),
                    ended_at: told.execution_end_time().and_then(timestamp),
                    facts: AutomationFacts {
                        triggered_alarms: alarms.map(|it| it.name().to_owned()).collect(),
                        scheduled_for: told.scheduled_time().and_then(timestamp),
                        parent: told.parent_automation_execution_id,
                        association: told.association_id,
                        step: told.current_step_name,
                        action: told.current_action,
                    },
                    id: told.automation_execution_id.unwrap_or_default(),
                }
            }
        }
    };
}

automation_of!(AutomationExecution);
automation_of!(AutomationExecutionMetadata);

impl Automation {
    async fn with_tags(self, aws: &ReadClients) -> Result<Change<AutomationFacts>, CallFailure> {
        Ok(Change {
            tags: tags(&self.id, aws).await?,
            id: self.id,
            names: [("runbook", self.runbook)].into(),
            state: self.state,
            began_at: self.began_at,
            facts: self.facts,
        })
    }
}

/// The automations that AWS lists for these names and states, and perhaps some of other names.
async fn automations(
    globs: &[Glob],
    states: Option<&[&str]>,
    aws: &ReadClients,
) -> Result<Vec<Automation>, CallFailure> {
    let call = "ssm:DescribeAutomationExecutions";
    let mut filters = Vec::new();
    if let Some(states) = states {
        filters.extend(filter(
            AutomationExecutionFilterKey::ExecutionStatus,
            states,
        ));
    }
    if let Some(prefix) = prefix(globs) {
        let key = AutomationExecutionFilterKey::DocumentNamePrefix;
        filters.extend(filter(key, &[&prefix]));
    }
    let describe = aws.ssm().describe_automation_executions().max_results(50);
    let describe = describe.set_filters((!filters.is_empty()).then_some(filters));
    let found = describe
        .into_paginator()
        .items()
        .send()
        .try_collect()
        .await
        .map_err(failure(call))?;
    Ok(found.into_iter().map(Automation::from).collect())
}

fn filter(
    key: AutomationExecutionFilterKey,
    values: &[&str],
) -> Result<AutomationExecutionFilter, BuildError> {
    let values = values.iter().map(|it| (*it).to_owned()).collect();
    let filter = AutomationExecutionFilter::builder().key(key);
    filter.set_values(Some(values)).build()
}

/// What all names that are meant begin with. Whether AWS takes several prefixes is not documented.
fn prefix(globs: &[Glob]) -> Option<String> {
    let [glob] = globs else { return None };
    let spellings = glob.spellings();
    let [spelling] = spellings.as_slice() else {
        return None;
    };
    match spelling.pieces().first()? {
        // AWS takes no longer value, and no runbook has a longer name.
        Piece::Text(text) if text.len() <= 128 => Some(text.clone()),
        _ => None,
    }
}

/// The one execution that an event tells of: what else its runbook does is of no interest.
async fn announced_automation(id: &str, aws: &ReadClients) -> Result<Vec<Automation>, CallFailure> {
    match automation(id, aws).await {
        Ok(automation) => Ok(vec![automation]),
        Err(failed) => unless_code(failed, &[NOT_FOUND]),
    }
}

async fn automation(id: &str, aws: &ReadClients) -> Result<Automation, CallFailure> {
    let get = aws.ssm().get_automation_execution();
    let answer = get
        .automation_execution_id(id)
        .send()
        .await
        .map_err(failure(GET))?;
    answer
        .automation_execution
        .map(Automation::from)
        .ok_or_else(|| gone(GET))
}

const GET: &str = "ssm:GetAutomationExecution";

async fn tags(id: &str, aws: &ReadClients) -> Result<BTreeMap<String, String>, CallFailure> {
    let list = aws.ssm().list_tags_for_resource();
    let list = list
        .resource_type(ResourceTypeForTagging::Automation)
        .resource_id(id);
    let answer = list
        .send()
        .await
        .map_err(failure("ssm:ListTagsForResource"))?;
    let tags = answer.tag_list.unwrap_or_default().into_iter();
    Ok(tags.map(|tag| (tag.key, tag.value)).collect())
}
