//! The command-line tool. Each command is a file in `command/`; they decide with the same core as the functions.

mod aws;
mod calendars;
mod cli;
mod command;
mod complaint;
mod diagnostics;
mod events;
mod exit;
mod explained;
mod heading;
mod input;
mod json;
mod options;
mod policies;
mod progress;
mod recorded;
mod terminal;
mod text;
mod text_tree;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use exit::Exit;
use terminal::Terminal;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new(cli.color);
    let result = match &cli.command {
        Command::Check(args) => command::check::run(args, &terminal),
        Command::Demo(args) => command::demo::run(args, &terminal),
        Command::Explain(args) => command::explain::run(args, &terminal),
        Command::Apply(args) => command::apply::run(args, &terminal),
        Command::Stop(args) => command::stop::run(args, &terminal),
        Command::Off(args) => command::switch::off(args, &terminal),
        Command::On(args) => command::switch::on(args, &terminal),
        Command::Doctor(args) => command::doctor::run(args, &terminal),
        Command::Freeze(args) => command::freeze::run(args, &terminal),
        Command::Calendar(args) => command::calendar::run(args, &terminal),
        Command::Report(args) => command::report::run(args, &terminal),
        Command::Operations(args) => command::operations::run(args, &terminal),
        Command::Schema => command::schema::run(&terminal),
        Command::Synth(args) => command::synth::run(args, &terminal),
        Command::Completions(args) => command::completions::run(args, &terminal),
        Command::Man(args) => command::man::run(args, &terminal),
    };
    let exit = result.unwrap_or_else(|complaint| {
        // Where even this cannot be printed, there is no other place to report it.
        terminal.refuse(&complaint).unwrap_or(Exit::Usage)
    });
    exit.into()
}
