//! What the functions may do, taken from the template that is deployed.

use countermand_core::event::{Reading, read};
use countermand_core::load::load;
use countermand_core::trigger::TriggerKind;
use countermand_core::verdict::Home;
use countermand_double::AccessStatement;
use countermand_synth::{StackFunction, TemplateForm, cloudformation, synth};
use countermand_tests::Scenario;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What the function that answers a scenario's event may do, and what `verify` may do.
#[derive(Clone)]
pub(crate) struct Roles {
    answering: Vec<AccessStatement>,
    verify: Vec<AccessStatement>,
    /// Whatever the policies are, the stack's template lets every function send to its queue.
    queue: AccessStatement,
}

impl Roles {
    /// As `synth` makes them of the scenario's policies.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let function = function_of(scenario);
        Self {
            answering: function.map_or_else(Vec::new, |it| statements(scenario, it)),
            verify: statements(scenario, StackFunction::Verify),
            queue: queue(scenario),
        }
    }

    /// Of the function that answers the event, and of `verify`; each with the queue.
    pub(crate) fn whole(&self) -> [Vec<AccessStatement>; 2] {
        [&self.answering, &self.verify].map(|it| [it, &[self.queue.clone()][..]].concat())
    }

    pub(crate) fn of_function(&self, function: StackFunction) -> &[AccessStatement] {
        match function {
            StackFunction::Verify => &self.verify,
            StackFunction::OnAlarm | StackFunction::OnSchedule | StackFunction::OnChange => {
                &self.answering
            }
        }
    }

    pub(crate) fn of_function_mut(&mut self, function: StackFunction) -> &mut Vec<AccessStatement> {
        match function {
            StackFunction::Verify => &mut self.verify,
            StackFunction::OnAlarm | StackFunction::OnSchedule | StackFunction::OnChange => {
                &mut self.answering
            }
        }
    }
}

fn queue(scenario: &Scenario) -> AccessStatement {
    let Home { account, region } = scenario.home();
    let queues = scenario.world().sqs.queues;
    let arns = queues
        .iter()
        .map(|it| format!("arn:aws:sqs:{region}:{account}:{}", it.name));
    let arns: Vec<_> = arns.collect();
    let statement = json!({ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arns });
    serde_json::from_value(statement).unwrap()
}

/// The function that answers the scenario's event; none where nothing is done about it.
pub(crate) fn function_of(scenario: &Scenario) -> Option<StackFunction> {
    let Reading::Ours(trigger) = read(scenario.event.as_bytes()) else {
        return None;
    };
    match trigger.kind {
        TriggerKind::AlarmChanged(_) => Some(StackFunction::OnAlarm),
        TriggerKind::PolicyDue(_) | TriggerKind::CalendarClosed(_) => {
            Some(StackFunction::OnSchedule)
        }
        TriggerKind::ChangeBegan(_) => Some(StackFunction::OnChange),
        TriggerKind::Asked(_) => None,
    }
}

/// What the scenario's policies let the function do.
pub(crate) fn statements(scenario: &Scenario, function: StackFunction) -> Vec<AccessStatement> {
    let policies = load(&scenario.sources()).into_policies().unwrap();
    let manifest = synth(&policies, Timestamp::MIN);
    let mut template = cloudformation(&manifest, TemplateForm::Included, "");
    // `OnAlarm` is how the template calls it too.
    let policy = template.get_mut(format!("{function:?}Permissions"));
    let document = policy.and_then(|it| it.pointer_mut("/Properties/PolicyDocument/Statement"));
    document.map_or_else(Vec::new, |it| {
        let statements = filled_in(it.take(), &scenario.home());
        serde_json::from_value(statements).unwrap()
    })
}

/// As CloudFormation does it.
fn filled_in(value: Value, home: &Home) -> Value {
    match value {
        Value::Object(mut members) => match members.remove("Fn::Sub") {
            Some(text) => {
                let text = text.as_str().unwrap();
                let text = text
                    .replace("${AWS::Partition}", "aws")
                    .replace("${AWS::Region}", &home.region)
                    .replace("${AWS::AccountId}", &home.account);
                assert!(!text.contains("${"), "`{text}` is not filled in");
                json!(text)
            }
            None => members
                .into_iter()
                .map(|(key, it)| (key, filled_in(it, home)))
                .collect(),
        },
        Value::Array(items) => items.into_iter().map(|it| filled_in(it, home)).collect(),
        value => value,
    }
}
