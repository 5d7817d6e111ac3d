//! `countermand explain`: what each policy would do about an event, and why.

use std::io;

use countermand_aws::prepare;
use countermand_core::event::{Found, Reading};
use countermand_core::matching::Policies;
use jiff::Timestamp;

use crate::aws::{self, Reach, block_on};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::explained::{Event, Explained, Said, tree};
use crate::options::{OutputArgs, OutputFormat, parse_time};
use crate::terminal::{self, Terminal};
use crate::{events, json, policies, progress};

/// say what each policy would do about an event, and why: this only reads
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand explain event.json\n  countermand explain event.json --profile prod --policies policies/web.yaml\n  aws sqs receive-message --queue-url $DEAD_LETTERS | countermand explain -\n  countermand explain event.json --world world.json\n\nNothing is changed, whatever the policies say: the calls that would stop something\nare shown, and not made."
)]
pub(crate) struct Args {
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
    aws: aws::Args,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
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

async fn explain(args: &Args, policies: &Policies) -> Result<Explained, Complaint> {
    let events = args.event.read()?;
    let mut reach = args.aws.reach()?;
    let mut explained = Vec::new();
    for found in &events {
        explained.push(one(found, args, policies, &mut reach).await?);
    }
    Ok(Explained::of(explained))
}

async fn one(
    found: &Found,
    args: &Args,
    policies: &Policies,
    reach: &mut Reach<'_>,
) -> Result<Event, Complaint> {
    let trigger = match found.read() {
        Reading::Ours(trigger) => trigger,
        Reading::NotOurs(why) => return Ok(Event::without(found, Said::NotOurs(why.to_string()))),
        Reading::Broken(why) => {
            let why = format!("`{}`: {why}", args.event.name());
            return Ok(Event::without(found, Said::Broken(why)));
        }
    };
    let side = reach.to(&trigger.from).await?;
    let now = args.now.unwrap_or_else(|| side.then(trigger.at));
    let setting = side.setting(policies, now);
    let before = side.aws.calls();
    let prepared = progress::with_call_count(&side.aws, prepare(&trigger, setting)).await;
    let calls = side.aws.calls() - before;
    Ok(Event::of(found, &trigger, &prepared, &side, now, calls))
}
