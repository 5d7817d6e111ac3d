//! `countermand off` and `countermand on`: switch a deployed stack.

mod human;

use clap::ValueEnum;
use countermand_core::trigger::Place;
use countermand_stack::{Stack, SwitchError, Switched};
use countermand_synth::StackFunction;
use futures_util::future::join_all;
use serde::Serialize;

use crate::aws::block_on;
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::json;
use crate::options::{OutputFormat, StackArgs};
use crate::terminal::{self, Terminal};

/// switch a deployed stack off: from now on it stops nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand off\n  countermand off --stack countermand-prod --profile prod\n\nIt takes a few seconds. Stops that were requested before are followed to their\nend. Exits with 3 where a function could not be switched, and says what else you can do.\n\nIt needs `lambda:GetFunctionConfiguration` and `lambda:UpdateFunctionConfiguration`."
)]
pub(crate) struct OffArgs {
    #[command(flatten)]
    stack: StackArgs,
}

/// switch a deployed stack on again
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand on\n  countermand on --mode observe\n\nWithout `--mode` the stack works in the mode that it was deployed with. The mode is a\nceiling: a policy that observes continues to observe.\n\nIt needs what `off` needs, and without `--mode` also\n`cloudformation:DescribeStacks`."
)]
pub(crate) struct OnArgs {
    /// this mode, whatever the stack was deployed with
    #[arg(
        long,
        value_enum,
        value_name = "enforce|observe",
        hide_possible_values = true
    )]
    mode: Option<SwitchMode>,

    #[command(flatten)]
    stack: StackArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SwitchMode {
    Enforce,
    Observe,
}

impl SwitchMode {
    fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Observe => "observe",
        }
    }
}

/// The functions that stop changes. `verify` stays on: it only reads, and follows the stops of before to their end.
const ACTING: [StackFunction; 3] = [
    StackFunction::OnAlarm,
    StackFunction::OnSchedule,
    StackFunction::OnChange,
];
const DISABLED: &str = "disabled";

/// The document of `off --format json` and `on --format json`.
#[derive(Serialize)]
struct SwitchReport {
    stack: String,
    region: String,
    mode: String,
    functions: Vec<FunctionSwitch>,
}

#[derive(Serialize)]
struct FunctionSwitch {
    function: String,
    answer: SwitchAnswer,
    /// The mode before: `null` where the function had none, or where it was not read.
    was: Option<String>,
    /// Why the function is not switched.
    why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum SwitchAnswer {
    /// The function was in this mode before.
    Already,
    Done,
    /// Lambda accepted the update, and had not completed it when we stopped waiting.
    Accepted,
    /// Lambda does not know the function.
    NotThere,
    Failed,
}

pub(crate) fn off(args: &OffArgs, to: &Terminal) -> Result<Exit, Complaint> {
    run(&args.stack, Some(DISABLED), to)
}

pub(crate) fn on(args: &OnArgs, to: &Terminal) -> Result<Exit, Complaint> {
    run(&args.stack, args.mode.map(SwitchMode::as_str), to)
}

/// Without a mode, switches to the one that the stack was deployed with.
fn run(args: &StackArgs, mode: Option<&str>, to: &Terminal) -> Result<Exit, Complaint> {
    let report = block_on(switch(args, mode))?;
    match args.output.format {
        OutputFormat::Json => to.out(&json::document(&report))?,
        OutputFormat::Human => {
            to.out(&human::render(&report, terminal::out_width()))?;
            if let Some(complaint) = human::complaint(&report) {
                to.refuse(&complaint)?;
            }
        }
    }
    Ok(report.exit())
}

async fn switch(args: &StackArgs, mode: Option<&str>) -> Result<SwitchReport, Complaint> {
    let (config, region) = args.login.config(&Place::default()).await?;
    let stack = Stack::new(&config, &args.name);
    let mode = match mode {
        Some(mode) => mode.to_owned(),
        None => deployed_mode(&stack, &args.name).await?,
    };
    let switched = join_all(ACTING.map(|it| stack.switch(it, &mode))).await;
    let functions = ACTING.into_iter().zip(switched);
    let functions = functions
        .map(|(function, switched)| FunctionSwitch::of(stack.function(function), switched))
        .collect();
    Ok(SwitchReport {
        stack: args.name.clone(),
        region,
        mode,
        functions,
    })
}

async fn deployed_mode(stack: &Stack, name: &str) -> Result<String, Complaint> {
    let tip = "say which with `--mode enforce` or `--mode observe`";
    let complain = |said: String, exit| Complaint::of(&format!("{said}\n{tip}"), exit);
    match stack.deployed_mode().await {
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

impl FunctionSwitch {
    fn of(function: String, switched: Result<Switched, SwitchError>) -> Self {
        let (answer, was, why) = match switched {
            Ok(Switched::Already) => (SwitchAnswer::Already, None, None),
            Ok(Switched::Done { was }) => (SwitchAnswer::Done, was, None),
            Ok(Switched::Accepted { was }) => (SwitchAnswer::Accepted, was, None),
            Err(SwitchError::NotThere) => (SwitchAnswer::NotThere, None, None),
            Err(why) => (SwitchAnswer::Failed, None, Some(why.to_string())),
        };
        Self {
            function,
            answer,
            was,
            why,
        }
    }
}

impl SwitchReport {
    fn exit(&self) -> Exit {
        let all = self.functions.iter().map(|it| match it.answer {
            SwitchAnswer::Already | SwitchAnswer::Done => Exit::Done,
            SwitchAnswer::Accepted => Exit::Unconfirmed,
            SwitchAnswer::NotThere | SwitchAnswer::Failed => Exit::Refused,
        });
        if self.is_nowhere() {
            return Exit::Usage;
        }
        all.fold(Exit::Done, Exit::worst)
    }

    /// No function of it exists: the stack has another name, or is in another region or account.
    fn is_nowhere(&self) -> bool {
        self.functions
            .iter()
            .all(|it| it.answer == SwitchAnswer::NotThere)
    }
}
