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
use crate::heading::{headed, not_ours, position, titled};
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

pub(crate) fn run(args: &ApplyArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let apply = Apply {
        args,
        policies: &args.policies.load(to)?,
        ceiling: ceiling()?,
        to,
    };
    let events = args.event.read()?;
    let mut connections = args.aws.connections()?;
    block_on(apply.all(&events, &mut connections))
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
    /// Prints the record of each event before the next one is answered, so that a later failure hides nothing.
    async fn all(
        &self,
        events: &[UnwrappedEvent],
        connections: &mut AwsConnections<'_>,
    ) -> Result<Exit, Complaint> {
        let mut exit = Exit::Done;
        for (at, found) in events.iter().enumerate() {
            let position = position(at, events.len(), &found.place);
            if at > 0 && self.args.output.format == OutputFormat::Human {
                self.to.out("\n")?;
            }
            exit = exit.worst(self.one(found, &position, connections).await?);
        }
        Ok(exit)
    }

    async fn one(
        &self,
        found: &UnwrappedEvent,
        position: &str,
        connections: &mut AwsConnections<'_>,
    ) -> Result<Exit, Complaint> {
        match found.read() {
            Reading::Ours(trigger) => match connections.connect(&trigger.from).await {
                Ok(connection) => self.answer(&trigger, &connection, position).await,
                Err(complaint) => Ok(self.to.refuse(&complaint)?),
            },
            Reading::NotOurs(why) => {
                let why = why.to_string();
                self.tell(&noted(&why), |width| not_ours(&why, position, width))?;
                Ok(Exit::Done)
            }
            Reading::Broken(why) => {
                let note = text::unreadable(&why);
                let title = |width| headed("cannot be read", position, width);
                self.tell(&noted(&note), title)?;
                let said = format!("`{}`: {why}", self.args.event.name());
                Ok(self.to.refuse(&Complaint::of(&said, Exit::Wrong))?)
            }
        }
    }

    async fn answer(
        &self,
        trigger: &Trigger,
        connection: &AwsConnection,
        position: &str,
    ) -> Result<Exit, Complaint> {
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
        self.tell(&record, |width| {
            let home = &connection.home;
            let place = format!(
                "answered in account {} in {}, at {}",
                home.account, home.region, context.calls.now
            );
            let mut told = record.trigger.as_ref().map_or_else(String::new, |it| {
                headed(&text::trigger(it), position, width) + &titled(&place, FAINT, width)
            });
            if let Some(note) = &connection.note {
                told += &titled(note, FAINT, width);
            }
            told + &recorded::render(&record, width)
        })?;
        Ok(recorded::exit(&record))
    }

    fn tell(&self, record: &Record, in_words: impl FnOnce(usize) -> String) -> io::Result<()> {
        self.to.out(&match self.args.output.format {
            OutputFormat::Json => json::render(record),
            OutputFormat::Human => in_words(terminal::out_width()),
        })
    }
}

fn noted(why: &str) -> Record {
    Record::noted(Timestamp::now(), None, why)
}
