//! `countermand stop`: the manual brake. A person says what to stop and why.

mod consent;
mod follow;

use std::ffi::OsStr;
use std::io;

use clap::builder::{
    NonEmptyStringValueParser, PossibleValue, StringValueParser, TypedValueParser,
};
use countermand_aws::{ChangeView, carry_out, survey_asked};
use countermand_core::follow::{Aim, Followed, Pace};
use countermand_core::load::{TypedOperation, typed_operation};
use countermand_core::operations::{self, Action};
use countermand_core::policy::Policies;
use countermand_core::record::{Answer, Record, TargetRecord, text};
use countermand_core::trigger::{Asked, Place, Trigger, TriggerKind};
use serde::Serialize;

use crate::aws::{self, AwsConnection, AwsConnections, block_on};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::explained::{ExplainedStep, Explanation, tree};
use crate::heading::titled;
use crate::options::OutputFormat;
use crate::terminal::{self, Terminal};
use crate::text::{FAINT, STRONG, counted};
use crate::text_tree::TreeNode;
use crate::{diagnostics, json, progress, recorded};
use consent::{Consent, consent};
use follow::{Following, StopOutcome};

/// stop changes by hand: the manual brake
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand stop ecs.stop-service-deployment cluster=prod service=checkout \\\n      --why INC-4711\n  countermand stop ecs.stop-service-deployment cluster=prod 'service=web-*' \\\n      tags.team=shop --why 'errors since 14:02' --profile prod\n  countermand stop ssm.cancel-maintenance-window-execution window=patch-db \\\n      --why INC-4711 --no-wait\n\nThe keys are those that a policy has: `countermand operations` tells them. One\nthat is typed twice is a list, `tags.KEY=VALUE` is a tag, and names may have\nthe wildcards `*` and `?`.\n\nNo policy and no alarm is asked: only the change's own guards can hold it, as\nthat it is stopping already. COUNTERMAND_MODE does not hold a person back.\n\nWhat would be stopped is shown, and then you are asked. Afterwards it is\nfollowed until AWS says what became of it; Ctrl-C ends the following, and the\nstop goes on."
)]
pub(crate) struct StopArgs {
    /// what to do, as `ecs.stop-service-deployment`
    #[arg(value_name = "OPERATION", value_parser = AnyOperation)]
    operation: String,

    /// its parameters, as in a policy: `cluster=prod service=checkout`
    #[arg(value_name = "KEY=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,

    /// why, for the record
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    why: String,

    /// do not ask
    #[arg(short, long)]
    yes: bool,

    /// do not wait for what becomes of it
    #[arg(long)]
    no_wait: bool,

    /// for people, or for machines, which cannot be asked: with `--yes`
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "human|json",
        requires_if("json", "yes")
    )]
    format: OutputFormat,

    #[command(flatten)]
    aws: aws::AwsArgs,
}

/// Shells complete it. A misspelt name is a problem of the policy language, like a misspelt parameter.
#[derive(Clone)]
struct AnyOperation;

impl TypedValueParser for AnyOperation {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = operations::ALL.iter().map(|it| it.name);
        Some(Box::new(names.map(PossibleValue::new)))
    }
}

fn parameter(word: &str) -> Result<(String, String), &'static str> {
    let (key, value) = word
        .split_once('=')
        .ok_or("this is no parameter\n\n  tip: write it as `cluster=prod`")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// The document of `stop --format json`.
#[derive(Serialize)]
struct Document<'a> {
    record: &'a Record,
    /// What became of each change that was requested to stop. Empty where nobody waited.
    outcomes: &'a [StopOutcome],
}

pub(crate) fn run(args: &StopArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let TypedOperation {
        source,
        action,
        problems,
    } = typed_operation(&args.operation, &args.parameters);
    to.err(&diagnostics::render_problems(
        &problems,
        &source,
        terminal::err_width(),
    ))?;
    let Some(action) = action else {
        return Ok(Exit::Usage);
    };
    block_on(stop(args, &action, to))
}

async fn stop(args: &StopArgs, action: &Action, to: &Terminal) -> Result<Exit, Complaint> {
    let mut connections = args.aws.connections()?;
    let connection = connections.connect(&Place::default()).await?;
    let stop = Stop {
        args,
        to,
        connections: &connections,
        connection: &connection,
    };
    Ok(stop.run(action).await?)
}

struct Stop<'a> {
    args: &'a StopArgs,
    to: &'a Terminal,
    connections: &'a AwsConnections<'a>,
    connection: &'a AwsConnection,
}

impl Stop<'_> {
    async fn run(&self, action: &Action) -> io::Result<Exit> {
        let trigger = self.trigger();
        let policies = Policies::new(Vec::new(), std::collections::BTreeMap::new());
        let context = self.connection.context(&policies, trigger.at);
        let aws = &self.connection.aws;
        let survey = survey_asked(action, &trigger, context);
        let survey = progress::with_call_count(&aws.read, survey).await;
        let plan = survey.plan();
        // INVARIANT: what was asked for is the one thing in it.
        let Some(view) = survey.views(&plan, &trigger, context).next() else {
            return Ok(Exit::Done);
        };
        let explained = Explanation::of(&view);
        let changes = explained.changes.iter();
        let to_stop = changes.filter(|it| it.step == ExplainedStep::Stop).count();
        self.show(&explained)?;
        if to_stop > 0
            && let Some(exit) = self.unless_wanted(to_stop)?
        {
            return Ok(exit);
        }
        let record = carry_out(&survey, &plan, &trigger, context.calls, aws.executor());
        let record = progress::with_call_count(&aws.read, record).await;
        let told: Vec<_> = record.targets().collect();
        if to_stop > 0 {
            self.tell(&told)?;
        } else if explained.is_in_the_dark() {
            let said = "nothing was stopped, since AWS did not tell everything\nmend what it refuses, or try again in a moment";
            self.to.refuse(&Complaint::of(&said, Exit::Refused))?;
        } else {
            self.say("there is nothing to stop")?;
        }
        let requested = view.changes.iter().zip(&told);
        let requested: Vec<_> = requested
            .filter(|(_, told)| told.answer == Some(Answer::Requested))
            .map(|(change, _)| self.followed(change, &trigger))
            .collect();
        let mut outcomes = Vec::new();
        if !self.args.no_wait && !requested.is_empty() {
            let to = self.is_for_people().then_some(self.to);
            let following = Following::new(requested.into_iter(), self.connection.now(), to);
            if self.is_for_people() {
                self.to.out("\n")?;
            }
            outcomes = following.see_through(&aws.read, self.connections).await?;
        }
        if !self.is_for_people() {
            self.to.out(&json::document(&Document {
                record: &record,
                outcomes: &outcomes,
            }))?;
        }
        let came_too_late = told.iter().any(|it| it.answer == Some(Answer::AlreadyOver));
        let late = if came_too_late {
            Exit::Unconfirmed
        } else {
            Exit::Done
        };
        let outcomes = outcomes.iter().map(StopOutcome::exit);
        Ok(outcomes.fold(recorded::exit(&record).worst(late), Exit::worst))
    }

    /// A change on its way to its end.
    fn followed(&self, view: &ChangeView<'_>, trigger: &Trigger) -> Followed {
        let change = view.change();
        let why = text::why(trigger, change.began_at(), None, change.remark().as_deref());
        let (now, pace) = (self.connection.now(), Pace::ATTENDED);
        Followed::of(change, "asked", trigger, Aim::Stop, &why, now, pace)
    }

    fn trigger(&self) -> Trigger {
        let home = &self.connection.home;
        Trigger {
            event_id: None,
            at: self.connection.now(),
            from: Place {
                account: Some(home.account.clone()),
                region: Some(home.region.clone()),
            },
            kind: TriggerKind::Asked(Asked {
                why: self.args.why.clone(),
            }),
        }
    }

    fn show(&self, plan: &Explanation) -> io::Result<()> {
        if !self.is_for_people() {
            return Ok(());
        }
        let width = terminal::out_width();
        let home = &self.connection.home;
        let place = format!("seen from account {} in {}", home.account, home.region);
        let note = self.connection.note.as_ref();
        let note = note.map(|it| titled(it, FAINT, width)).unwrap_or_default();
        let place = titled(&place, FAINT, width) + &note;
        self.to.out(&(place + &tree::asked(plan, width)))
    }

    /// The exit code where the person does not want it, or cannot be asked.
    fn unless_wanted(&self, to_stop: usize) -> io::Result<Option<Exit>> {
        let what = counted(to_stop, "change");
        match consent(self.args.yes, &format!("stop {what}?"), self.to)? {
            Consent::Given => Ok(None),
            Consent::Refused => {
                self.to.out("nothing was stopped\n")?;
                Ok(Some(Exit::Done))
            }
            Consent::NobodyToAsk => {
                let said = "nothing was stopped: there is no terminal to ask at\nwhere that is what should be stopped, add `--yes`";
                self.to.refuse(&Complaint::of(&said, Exit::Usage)).map(Some)
            }
        }
    }

    fn tell(&self, told: &[&TargetRecord]) -> io::Result<()> {
        if !self.is_for_people() {
            return Ok(());
        }
        let width = terminal::out_width();
        let mut root = TreeNode::new(STRONG, "done");
        for it in told.iter().filter(|it| it.answer.is_some()) {
            root.branch(recorded::branch(it));
        }
        self.to.out(&format!("\n{}", root.render(width)))
    }

    fn say(&self, text: &str) -> io::Result<()> {
        if !self.is_for_people() {
            return Ok(());
        }
        let width = terminal::out_width();
        self.to.out(&format!("\n{}", titled(text, STRONG, width)))
    }

    fn is_for_people(&self) -> bool {
        self.args.format == OutputFormat::Human
    }
}
