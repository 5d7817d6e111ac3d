//! `countermand explain`: what each policy would do about an event, and why.

mod explained;
mod tree;

use std::io;

use countermand_aws::{Setting, TimeLeft, prepare};
use countermand_core::event::{Found, Reading};
use countermand_core::matching::Policies;
use countermand_core::policy::Mode;
use jiff::Timestamp;

use crate::aws::{self, Reach};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::options::{Format, time};
use crate::terminal::{self, Terminal};
use crate::{events, json, policies, progress};
use explained::{Event, Explained, Said};

/// say what each policy would do about an event, and why: this only reads
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand explain event.json\n  countermand explain event.json --profile prod --policies policies/web.yaml\n  aws sqs receive-message --queue-url $DEAD_LETTERS | countermand explain -\n  countermand explain event.json --world world.json\n\nNothing is changed, whatever the policies say: the calls that would stop something\nare shown, and not made."
)]
pub(crate) struct Args {
    #[command(flatten)]
    event: events::Args,

    #[command(flatten)]
    policies: policies::Args,

    /// look as if it were this time; else it is the event's time
    #[arg(long, value_name = "TIME", value_parser = time)]
    now: Option<Timestamp>,

    /// for people, or for machines
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "human|json"
    )]
    format: Format,

    #[command(flatten)]
    aws: aws::Args,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    let policies = match args.policies.load(to)? {
        Ok(policies) => policies,
        Err(exit) => return Ok(exit),
    };
    let explained = match explain(args, &policies) {
        Ok(explained) => explained,
        Err(complaint) => return to.refuse(&complaint),
    };
    match args.format {
        Format::Json => to.out(&json::render(&explained))?,
        Format::Human => to.out(&tree::render(&explained, terminal::out_width()))?,
    }
    for broken in explained.broken() {
        to.refuse(&Complaint::of(&broken, Exit::Wrong))?;
    }
    Ok(explained.exit())
}

fn explain(args: &Args, policies: &Policies) -> Result<Explained, Complaint> {
    let events = args.event.read()?;
    let mut reach = args.aws.reach()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::of(&error, Exit::Refused))?;
    let mut explained = Vec::new();
    for found in &events {
        let event = one(found, args, policies, &mut reach);
        explained.push(runtime.block_on(event)?);
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
    let setting = Setting {
        policies,
        aws: &side.aws,
        home: &side.home,
        ceiling: Mode::Enforce,
        now: args.now.or(side.now).unwrap_or(trigger.at),
        time_left: TimeLeft::ENDLESS,
    };
    let before = side.aws.calls();
    let prepared = progress::shown(&side.aws, prepare(&trigger, setting)).await;
    let calls = side.aws.calls() - before;
    Ok(Event::of(
        found,
        &trigger,
        &prepared,
        &side,
        setting.now,
        calls,
    ))
}
