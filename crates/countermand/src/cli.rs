//! The command line: all commands, and the options of the tool itself.

use clap::{ArgAction, Parser, Subcommand};

use crate::command::{
    apply, calendar, check, completions, demo, doctor, explain, freeze, man, operations, report,
    stop, switch, synth,
};
use crate::terminal::Color;

/// The brake for changes in AWS
#[derive(Debug, Parser)]
#[command(
    name = "countermand",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 80,
    after_help = "exit codes:\n  0  done\n  1  a policy, an event or a stack is wrong\n  2  the command is wrong: usage, or a path that is not there\n  3  AWS refused or did not answer\n  4  requested but not confirmed\n  5  frozen, where that was the question"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// whether to colour the output
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "auto|always|never"
    )]
    pub(crate) color: Color,

    /// print this help
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,

    /// print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::CheckArgs),
    Demo(demo::DemoArgs),
    Explain(explain::ExplainArgs),
    Freeze(freeze::FreezeArgs),
    Calendar(calendar::CalendarArgs),
    Apply(apply::ApplyArgs),
    Stop(stop::StopArgs),
    Report(report::ReportArgs),
    Off(switch::OffArgs),
    On(switch::OnArgs),
    Doctor(doctor::DoctorArgs),
    Operations(operations::OperationsArgs),
    /// print the JSON Schema of policy files, for editors
    #[command(
        after_help = "example:\n  countermand schema > countermand.schema.json\n\nthen begin a policy file with\n  # yaml-language-server: $schema=countermand.schema.json"
    )]
    Schema,
    Synth(synth::SynthArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}
