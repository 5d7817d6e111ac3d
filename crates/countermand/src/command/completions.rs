//! `countermand completions`: prints completions for a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// print what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
#[command(after_help = "example:\n  source <(countermand completions bash)")]
pub(crate) struct CompletionsArgs {
    /// the shell
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, terminal: &Terminal) -> Result<Exit, Complaint> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "countermand", &mut script);
    terminal.out(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
