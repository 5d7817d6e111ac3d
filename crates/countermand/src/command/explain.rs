//! `countermand explain`: what each policy would do about an event, and why.

use countermand_aws::survey;
use countermand_core::event::Reading;
use countermand_core::policy::Policies;
use countermand_core::record::TriggerRecord;
use countermand_core::trigger::Trigger;
use jiff::Timestamp;

use crate::aws::{self, AwsConnection, block_on};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::explained::{
    EventMeaning, Explained, ExplainedEvent, ExplainedTrigger, Explanation, tree,
};
use crate::options::{OutputArgs, parse_time};
use crate::terminal::Terminal;
use crate::{events, policies, progress};

/// say what each policy would do about an event, and why: this only reads
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand explain event.json\n  countermand explain event.json --profile prod --policies policies/web.yaml\n  aws sqs receive-message --queue-url $DEAD_LETTERS | countermand explain -\n  countermand explain event.json --world world.json\n\nNothing is changed, whatever the policies say: the calls that would stop something\nare shown, and not made."
)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    event: events::EventArgs,

    #[command(flatten)]
    policies: policies::PolicyArgs,

    /// look as if it were this time; else it is the event's time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    now: Option<Timestamp>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    aws: aws::AwsArgs,
}

pub(crate) fn run(args: &ExplainArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let policies = args.policies.load(to)?;
    let explained = block_on(explain(args, &policies))?;
    args.output
        .print(to, &explained, |width| tree::render(&explained, width))?;
    for broken in explained.broken() {
        to.refuse(&Complaint::of(broken, Exit::Wrong))?;
    }
    Ok(explained.exit())
}

async fn explain(args: &ExplainArgs, policies: &Policies) -> Result<Explained, Complaint> {
    let mut events = Vec::new();
    let found = args.event.read()?;
    let mut connections = args.aws.connections()?;
    for found in &found {
        let meaning = match found.read() {
            Reading::Ours(trigger) => {
                let connection = connections.connect(&trigger.from).await?;
                let ours = one(&trigger, args.now, policies, &connection).await;
                EventMeaning::Ours(Box::new(ours))
            }
            Reading::NotOurs(why) => EventMeaning::NotOurs(why.to_string()),
            Reading::Broken(why) => EventMeaning::Broken(format!("`{}`: {why}", args.event.name())),
        };
        let place = found.place.clone();
        events.push(ExplainedEvent { place, meaning });
    }
    Ok(Explained { events })
}

async fn one(
    trigger: &Trigger,
    now: Option<Timestamp>,
    policies: &Policies,
    connection: &AwsConnection,
) -> ExplainedTrigger {
    let now = now.unwrap_or_else(|| connection.now_or(trigger.at));
    let context = connection.context(policies, now);
    let reads = &connection.aws.read;
    let before = reads.calls();
    let survey = progress::with_call_count(reads, survey(trigger, context)).await;
    let plan = survey.plan();
    let mut policies = Vec::new();
    for view in survey.views(&plan, trigger, context) {
        policies.push(Explanation::of(&view).with_dry_runs(&view, reads).await);
    }
    ExplainedTrigger {
        trigger: TriggerRecord::from(trigger),
        now,
        account: connection.home.account.clone(),
        region: connection.home.region.clone(),
        note: connection.note.clone(),
        policies,
        not_matching: survey.not_matching,
        calls: reads.calls() - before,
    }
}
