//! `countermand explain`: what each policy would do about an event, and why.

use std::io;

use countermand_aws::survey;
use countermand_core::event::{Reading, UnwrappedEvent};
use countermand_core::policy::Policies;
use jiff::Timestamp;

use crate::aws::{self, AwsConnections, block_on};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::explained::{EventMeaning, Explained, ExplainedEvent, Explanation, tree};
use crate::options::{OutputArgs, OutputFormat, parse_time};
use crate::terminal::{self, Terminal};
use crate::{events, json, policies, progress};

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

pub(crate) fn run(args: &ExplainArgs, to: &Terminal) -> io::Result<Exit> {
    let policies = match args.policies.load(to)? {
        Ok(policies) => policies,
        Err(exit) => return Ok(exit),
    };
    let explained = match block_on(explain(args, &policies)).flatten() {
        Ok(explained) => explained,
        Err(complaint) => return to.refuse(&complaint),
    };
    match args.output.format {
        OutputFormat::Json => to.out(&json::render(&explained))?,
        OutputFormat::Human => to.out(&tree::render(&explained, terminal::out_width()))?,
    }
    for broken in explained.broken() {
        to.refuse(&Complaint::of(&broken, Exit::Wrong))?;
    }
    Ok(explained.exit())
}

async fn explain(args: &ExplainArgs, policies: &Policies) -> Result<Explained, Complaint> {
    let events = args.event.read()?;
    let mut connections = args.aws.connections()?;
    let mut explained = Vec::new();
    for found in &events {
        explained.push(one(found, args, policies, &mut connections).await?);
    }
    Ok(Explained::of(explained))
}

async fn one(
    found: &UnwrappedEvent,
    args: &ExplainArgs,
    policies: &Policies,
    connections: &mut AwsConnections<'_>,
) -> Result<ExplainedEvent, Complaint> {
    let trigger = match found.read() {
        Reading::Ours(trigger) => trigger,
        Reading::NotOurs(why) => {
            return Ok(ExplainedEvent::without(
                found,
                EventMeaning::NotOurs(why.to_string()),
            ));
        }
        Reading::Broken(why) => {
            let why = format!("`{}`: {why}", args.event.name());
            return Ok(ExplainedEvent::without(found, EventMeaning::Broken(why)));
        }
    };
    let connection = connections.connect(&trigger.from).await?;
    let now = args.now.unwrap_or_else(|| connection.now_or(trigger.at));
    let context = connection.context(policies, now);
    let reads = &connection.aws.read;
    let before = reads.calls();
    let survey = progress::with_call_count(reads, survey(&trigger, context)).await;
    let plan = survey.plan();
    let mut policies = Vec::new();
    for view in survey.views(&plan, &trigger, context) {
        policies.push(Explanation::of(&view).with_dry_runs(&view, reads).await);
    }
    let calls = reads.calls() - before;
    let others = survey.not_matching;
    Ok(ExplainedEvent::of(
        found,
        &trigger,
        policies,
        others,
        &connection,
        now,
        calls,
    ))
}
