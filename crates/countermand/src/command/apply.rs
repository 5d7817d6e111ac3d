//! `countermand apply`: answers an event as the functions would, from here.

use std::env;
use std::io;

use countermand_aws::{Context, answer};
use countermand_core::event::{Reading, UnwrappedEvent};
use countermand_core::policy::{Mode, Policies};
use countermand_core::record::{Record, text};
use countermand_core::trigger::Trigger;
use countermand_core::verdict::Age;
use jiff::Timestamp;

use crate::aws::{self, AwsConnection, AwsConnections, block_on};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::heading::{EventPosition, headed, not_ours, titled};
use crate::options::{OutputArgs, OutputFormat};
use crate::terminal::{self, Terminal};
use crate::text::FAINT;
use crate::{events, json, policies, progress, recorded};

/// A ceiling over every policy's mode, for people as for functions.
const MODE: &str = "COUNTERMAND_MODE";

/// do what each policy says about an event, now: this stops changes
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand explain event.json && countermand apply event.json\n  countermand apply event.json --accept-age --profile prod\n  aws sqs receive-message --queue-url $QUEUE | countermand apply - --accept-age\n  countermand apply event.json --world world.json\n\nIt goes through the same code as the functions, and asks nothing: `explain`\nshows beforehand what it will do. A policy that observes stops nothing here\neither; `countermand stop` stops something whatever the policies say. With\n`--format json` the record of each event is printed as the functions return\nit, one after the other.\n\nCOUNTERMAND_MODE is a ceiling over every policy's mode, as it is for the\nfunctions: `observe` or `disabled` in the environment keeps this from stopping\nanything."
)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    event: events::EventArgs,

    #[command(flatten)]
    policies: policies::PolicyArgs,

    /// answer an event however old it is, as one from a dead-letter queue; all other guards stay
    #[arg(long)]
    accept_age: bool,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    aws: aws::AwsArgs,
}

pub(crate) fn run(args: &ApplyArgs, to: &Terminal) -> io::Result<Exit> {
    let policies = match args.policies.load(to)? {
        Ok(policies) => policies,
        Err(exit) => return Ok(exit),
    };
    let set_up = || {
        let ceiling = ceiling()?;
        Ok((ceiling, args.event.read()?, args.aws.connections()?))
    };
    let (ceiling, events, mut connections) = match set_up() {
        Ok(set_up) => set_up,
        Err(complaint) => return to.refuse(&complaint),
    };
    let apply = Apply {
        args,
        policies: &policies,
        ceiling,
        to,
    };
    match block_on(apply.all(&events, &mut connections)) {
        Ok(exit) => exit,
        Err(complaint) => to.refuse(&complaint),
    }
}

/// A word that is no mode was meant to hold something back.
fn ceiling() -> Result<Mode, Complaint> {
    let Some(word) = env::var_os(MODE) else {
        return Ok(Mode::Enforce);
    };
    let word = word.to_string_lossy();
    Mode::named(&word).ok_or_else(|| {
        let said = format!(
            "`{MODE}` is `{word}`, which is no mode\nset it to `enforce`, `observe` or `disabled`, or unset it"
        );
        Complaint::of(&said, Exit::Usage)
    })
}

struct Apply<'a> {
    args: &'a ApplyArgs,
    policies: &'a Policies,
    ceiling: Mode,
    to: &'a Terminal,
}

impl Apply<'_> {
    /// Each is told before the next one is begun: what was done is to be known, whatever comes then.
    async fn all(
        &self,
        events: &[UnwrappedEvent],
        connections: &mut AwsConnections<'_>,
    ) -> io::Result<Exit> {
        let mut exit = Exit::Done;
        for (at, found) in events.iter().enumerate() {
            let which = EventPosition {
                index: at,
                count: events.len(),
                place: &found.place,
            };
            if at > 0 && self.is_for_people() {
                self.to.out("\n")?;
            }
            exit = exit.worst(self.one(found, which, connections).await?);
        }
        Ok(exit)
    }

    async fn one(
        &self,
        found: &UnwrappedEvent,
        which: EventPosition<'_>,
        connections: &mut AwsConnections<'_>,
    ) -> io::Result<Exit> {
        let width = terminal::out_width();
        match found.read() {
            Reading::Ours(trigger) => match connections.connect(&trigger.from).await {
                Ok(connection) => self.answer(&trigger, &connection, which).await,
                Err(complaint) => self.to.refuse(&complaint),
            },
            Reading::NotOurs(why) => {
                let why = why.to_string();
                self.tell(&noted(&why), || not_ours(&why, which, width))?;
                Ok(Exit::Done)
            }
            Reading::Broken(why) => {
                let note = format!("the event cannot be read: {why}");
                self.tell(&noted(&note), || headed("cannot be read", which, width))?;
                let said = format!("`{}`: {why}", self.args.event.name());
                self.to.refuse(&Complaint::of(&said, Exit::Wrong))
            }
        }
    }

    async fn answer(
        &self,
        trigger: &Trigger,
        connection: &AwsConnection,
        which: EventPosition<'_>,
    ) -> io::Result<Exit> {
        let context = Context {
            ceiling: self.ceiling,
            age: if self.args.accept_age {
                Age::Accepted
            } else {
                Age::Guarded
            },
            ..connection.context(self.policies, connection.now())
        };
        let answered = answer(trigger, context, connection.aws.executor());
        let record = progress::with_call_count(&connection.aws.read, answered).await;
        self.tell(&record, || {
            let width = terminal::out_width();
            let home = &connection.home;
            let place = format!(
                "answered in account {} in {}, at {}",
                home.account, home.region, context.now
            );
            let mut told = record.trigger.as_ref().map_or_else(String::new, |it| {
                headed(&text::trigger(it), which, width) + &titled(&place, FAINT, width)
            });
            if let Some(note) = &connection.note {
                told += &titled(note, FAINT, width);
            }
            told + &recorded::render(&record, width)
        })?;
        Ok(recorded::exit(&record))
    }

    fn tell(&self, record: &Record, in_words: impl FnOnce() -> String) -> io::Result<()> {
        self.to.out(&match self.args.output.format {
            OutputFormat::Json => json::render(record),
            OutputFormat::Human => in_words(),
        })
    }

    fn is_for_people(&self) -> bool {
        self.args.output.format == OutputFormat::Human
    }
}

fn noted(why: &str) -> Record {
    Record::noted(Timestamp::now(), None, why)
}
