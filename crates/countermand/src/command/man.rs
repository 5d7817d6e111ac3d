//! `countermand man`: prints the manual pages.

use std::io;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// print the manual pages, one for the tool and one for each command
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand man | man -l -\n  countermand man --out ~/.local/share/man/man1"
)]
pub(crate) struct ManArgs {
    /// write each page into this folder, as `countermand-check.1`
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &ManArgs, terminal: &Terminal) -> Result<Exit, Complaint> {
    let pages = pages()?;
    let Some(folder) = &args.out else {
        let pages: Vec<_> = pages.into_iter().map(|(_, page)| page).collect();
        terminal.out(&pages.join("\n"))?;
        return Ok(Exit::Done);
    };
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        let mut pages = pages.iter();
        pages.try_for_each(|(name, page)| std::fs::write(folder.join(name), page))
    });
    written.map_err(|error| {
        let message = format!("`{}` cannot be written: {error}", folder.display());
        Complaint::new(message, "name a folder that you may write to", Exit::Usage)
    })?;
    Ok(Exit::Done)
}

/// Pairs of a file name and a page.
fn pages() -> io::Result<Vec<(String, String)>> {
    let mut tool = Cli::command();
    tool.build();
    let commands = tool
        .get_subcommands()
        .map(|it| (it.clone(), "countermand-"));
    let all = std::iter::once((tool.clone(), "")).chain(commands);
    all.map(|(command, prefix)| {
        let name = format!("{prefix}{}", command.get_name());
        let mut page = Vec::new();
        // The usage line has a space where the name of the page has a `-`.
        let called = command.get_bin_name().unwrap_or("countermand").to_owned();
        let command = command.display_name(name.clone()).bin_name(called);
        Man::new(command).title(name.clone()).render(&mut page)?;
        let page = String::from_utf8_lossy(&page).into_owned();
        Ok((format!("{name}.1"), page))
    })
    .collect()
}
