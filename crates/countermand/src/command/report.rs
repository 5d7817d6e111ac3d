//! `countermand report`: sums up what policies stopped or would have stopped, and the outcomes.

mod human;
mod log;
mod summary;

use std::path::{Path, PathBuf};

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::input;
use crate::options::OutputArgs;
use crate::terminal::Terminal;
use log::LogEntries;
use summary::ActivityReport;

/// sum up records: what was stopped and confirmed, what would have been stopped, and was it right
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  aws logs tail /aws/lambda/countermand-verify --since 7d > week.log\n  aws logs tail /aws/lambda/countermand-on-alarm --since 7d >> week.log\n  countermand report week.log\n\n  aws logs filter-log-events --log-group-name /aws/lambda/countermand-verify \\\n    | countermand report - --format json\n\nReads the logs of the functions, the output of the AWS CLI for a log group, and events of the\nbus, in lines or in a JSON array. It skips everything else, and counts duplicates once."
)]
pub(crate) struct ReportArgs {
    /// files of records; `-` for what is piped in
    #[arg(required = true)]
    files: Vec<PathBuf>,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &ReportArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let mut entries = LogEntries::default();
    for file in &args.files {
        entries.read(&read_text(file)?);
    }
    let Some(report) = ActivityReport::of(&entries) else {
        return Err(Complaint::of(NO_RECORDS, Exit::Wrong));
    };
    args.output
        .print(to, &report, |width| human::render(&report, width))?;
    Ok(Exit::Done)
}

const NO_RECORDS: &str = "there is no record in it\ngive the log of a function, or events of the bus: `countermand report --help` shows how to get them";

/// Replaces what is not UTF-8: records have only text.
fn read_text(file: &Path) -> Result<String, Complaint> {
    let name = file.display().to_string();
    let help = "name a file with records, or `-` for what is piped in";
    let bytes =
        input::read(file, u64::MAX).map_err(|error| Complaint::unreadable(&name, &error, help))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
