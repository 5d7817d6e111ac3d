//! `countermand off` and `countermand on`: the switch of a deployed stack.

mod words;

use std::io;

use aws_config::SdkConfig;
use clap::ValueEnum;
use countermand_core::trigger::Place;
use countermand_stack::{NotSwitched, Stack, Switched};
use countermand_synth::StackFunction;
use futures_util::future::join_all;
use serde::Serialize;

use crate::aws::{Login, block_on};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::json;
use crate::options::{self, Format, Output};
use crate::terminal::{self, Terminal};

/// switch a deployed stack off: from now on it stops nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand off\n  countermand off --stack countermand-prod --profile prod\n\nIt takes a few seconds. What was asked to stop before is followed to its end. Exits\nwith 3 where a function could not be switched, and says what else can be done.\n\nIt needs `lambda:GetFunctionConfiguration` and `lambda:UpdateFunctionConfiguration`."
)]
pub(crate) struct Off {
    #[command(flatten)]
    stack: options::Stack,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    login: Login,
}

/// switch a deployed stack on again
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand on\n  countermand on --mode observe\n\nWithout `--mode` it is the mode that the stack was deployed with. The mode is a\nceiling: a policy that observes goes on to observe.\n\nIt needs what `off` needs, and without `--mode` also\n`cloudformation:DescribeStacks`."
)]
pub(crate) struct On {
    #[command(flatten)]
    stack: options::Stack,

    /// this mode, whatever the stack was deployed with
    #[arg(
        long,
        value_enum,
        value_name = "enforce|observe",
        hide_possible_values = true
    )]
    mode: Option<Mode>,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    login: Login,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Enforce,
    Observe,
}

impl Mode {
    fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Observe => "observe",
        }
    }
}

/// What is not to act: verify only looks, and what was asked to stop is followed to its end.
const ACTING: [StackFunction; 3] = [
    StackFunction::OnAlarm,
    StackFunction::OnSchedule,
    StackFunction::OnChange,
];
const DISABLED: &str = "disabled";

/// The document of `off --format json` and `on --format json`. Within one `schema`, keys are added, but not changed or
/// removed.
#[derive(Serialize)]
struct Report {
    /// 1.
    schema: u32,
    stack: String,
    region: String,
    mode: String,
    functions: Vec<Told>,
}

#[derive(Serialize)]
struct Told {
    function: String,
    answer: Answer,
    /// The mode that it had: `null` where it had none, or was not read.
    was: Option<String>,
    /// Why it is not switched.
    why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    /// It was so before.
    Already,
    Done,
    /// Lambda said yes, and was not seen to have done it.
    Accepted,
    /// Lambda does not know the function.
    NotThere,
    Failed,
}

pub(crate) fn off(args: &Off, to: &Terminal) -> io::Result<Exit> {
    let switched = run(&args.login, async |config, region| {
        let stack = Stack::new(config, &args.stack.stack);
        Ok(switch(&stack, &args.stack.stack, region, DISABLED).await)
    });
    tell(switched, args.output.format, to)
}

pub(crate) fn on(args: &On, to: &Terminal) -> io::Result<Exit> {
    let switched = run(&args.login, async |config, region| {
        let name = &args.stack.stack;
        let stack = Stack::new(config, name);
        let mode = match args.mode {
            Some(mode) => mode.as_str().to_owned(),
            None => mode_of(&stack, name).await?,
        };
        Ok(switch(&stack, name, region, &mode).await)
    });
    tell(switched, args.output.format, to)
}

fn run(
    login: &Login,
    switch: impl AsyncFnOnce(&SdkConfig, &str) -> Result<Report, Complaint>,
) -> Result<Report, Complaint> {
    block_on(async {
        let (config, region) = login.config(&Place::default()).await?;
        switch(&config, &region).await
    })?
}

/// The mode that the stack was deployed with.
async fn mode_of(stack: &Stack, name: &str) -> Result<String, Complaint> {
    let tip = "say which with `--mode enforce` or `--mode observe`";
    let complain = |said: String, exit| Complaint::of(&format!("{said}\n{tip}"), exit);
    match stack.mode().await {
        Ok(Some(mode)) if mode == DISABLED => Err(complain(
            format!("the stack `{name}` was deployed switched off"),
            Exit::Usage,
        )),
        Ok(Some(mode)) => Ok(mode),
        Ok(None) => Err(complain(
            format!("the stack `{name}` has no parameter `Mode`"),
            Exit::Usage,
        )),
        Err(trouble) => Err(complain(
            format!("the mode of the stack `{name}` is not known: {trouble}"),
            Exit::Refused,
        )),
    }
}

async fn switch(stack: &Stack, name: &str, region: &str, mode: &str) -> Report {
    let switched = join_all(ACTING.map(|it| stack.switch(it, mode))).await;
    let functions = ACTING.into_iter().zip(switched);
    Report {
        schema: 1,
        stack: name.to_owned(),
        region: region.to_owned(),
        mode: mode.to_owned(),
        functions: functions
            .map(|(function, switched)| Told::of(stack.function(function), switched))
            .collect(),
    }
}

impl Told {
    fn of(function: String, switched: Result<Switched, NotSwitched>) -> Self {
        let (answer, was, why) = match switched {
            Ok(Switched::Already) => (Answer::Already, None, None),
            Ok(Switched::Done { was }) => (Answer::Done, was, None),
            Ok(Switched::Accepted { was }) => (Answer::Accepted, was, None),
            Err(NotSwitched::NotThere) => (Answer::NotThere, None, None),
            Err(why) => (Answer::Failed, None, Some(why.to_string())),
        };
        Self {
            function,
            answer,
            was,
            why,
        }
    }
}

impl Report {
    fn exit(&self) -> Exit {
        let all = self.functions.iter().map(|it| match it.answer {
            Answer::Already | Answer::Done => Exit::Done,
            Answer::Accepted => Exit::Unconfirmed,
            Answer::NotThere | Answer::Failed => Exit::Refused,
        });
        if self.is_nowhere() {
            return Exit::Usage;
        }
        all.fold(Exit::Done, Exit::worst)
    }

    /// None of it is there: it has another name, or is somewhere else.
    fn is_nowhere(&self) -> bool {
        self.functions
            .iter()
            .all(|it| it.answer == Answer::NotThere)
    }
}

fn tell(switched: Result<Report, Complaint>, format: Format, to: &Terminal) -> io::Result<Exit> {
    let report = match switched {
        Ok(report) => report,
        Err(complaint) => return to.refuse(&complaint),
    };
    match format {
        Format::Json => to.out(&json::render(&report))?,
        Format::Human => {
            to.out(&words::render(&report, terminal::out_width()))?;
            if let Some(complaint) = words::complaint(&report) {
                to.refuse(&complaint)?;
            }
        }
    }
    Ok(report.exit())
}
