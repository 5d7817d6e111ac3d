//! `countermand doctor`: does a deployed stack work, and is it what the policies need?

mod human;

use std::path::{Path, PathBuf};

use countermand_core::load::fingerprint;
use countermand_core::trigger::Place;
use countermand_stack::{Stack, StackSnapshot};
use countermand_synth::doctor::{Desired, Finding, FindingSeverity, examine};
use countermand_synth::synth;
use jiff::Timestamp;
use serde::Serialize;

use crate::aws::block_on;
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::options::StackArgs;
use crate::policies;
use crate::terminal::Terminal;

/// say whether a deployed stack works, and is what the policies need
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand doctor\n  countermand doctor policies --stack countermand-prod --format json\n\nIt only reads: in CloudFormation DescribeStacks, GetTemplate and ListStackResources;\nin Lambda GetFunctionConfiguration, GetFunctionConcurrency and\nListEventSourceMappings; events:ListRules, scheduler:ListSchedules and\nsqs:GetQueueAttributes. Exits with 1 where there is something to fix, with 3\nwhere AWS did not tell everything."
)]
pub(crate) struct DoctorArgs {
    /// the policies to compare it with; else the folder `policies`, where there is one
    path: Option<PathBuf>,

    #[command(flatten)]
    stack: StackArgs,
}

/// The document of `doctor --format json`.
#[derive(Serialize)]
struct DoctorReport<'a> {
    stack: &'a str,
    region: String,
    /// The policies that the stack was compared with; `null` for none.
    policies: Option<String>,
    /// The problems first.
    findings: Vec<Finding>,
    /// The parts that could not be read, and why.
    unknown: Vec<UnknownEntry>,
}

#[derive(Serialize)]
struct UnknownEntry {
    about: String,
    why: String,
}

pub(crate) fn run(args: &DoctorArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let now = Timestamp::now();
    let default = Path::new("policies");
    let path = args.path.as_deref().or(default.exists().then_some(default));
    let loaded = path.map(|it| policies::load(it, now, to)).transpose()?;
    let (snapshot, region) = block_on(read_stack(&args.stack))?;
    let wanted = loaded.map(|(policies, sources)| (synth(&policies, now), fingerprint(&sources)));
    let wanted = wanted.as_ref().map(|(manifest, fingerprint)| Desired {
        manifest,
        fingerprint,
    });
    let unknown = snapshot.unknown.into_iter();
    let unknown = unknown.map(|(about, trouble)| UnknownEntry {
        about,
        why: trouble.to_string(),
    });
    let report = DoctorReport {
        stack: &args.stack.name,
        region,
        policies: path.map(|it| it.display().to_string()),
        findings: examine(&snapshot.deployed, wanted, now),
        unknown: unknown.collect(),
    };
    let in_words = |width| human::render(&report, width);
    args.stack.output.print(to, &report, in_words)?;
    Ok(report.exit())
}

async fn read_stack(args: &StackArgs) -> Result<(StackSnapshot, String), Complaint> {
    let name = &args.name;
    let (config, region) = args.login.config(&Place::default()).await?;
    let stack = Stack::read_only(&config, name);
    let snapshot = Box::pin(stack.read()).await.map_err(|trouble| {
        let said = format!(
            "the stack `{name}` in {region} cannot be read: {trouble}\nname the stack with `--stack`, the region with `--region`, the account with `--profile`"
        );
        Complaint::of(&said, Exit::Refused)
    })?;
    Ok((snapshot, region))
}

impl DoctorReport<'_> {
    fn exit(&self) -> Exit {
        let mut findings = self.findings.iter();
        if findings.any(|it| it.severity == FindingSeverity::Problem) {
            Exit::Wrong
        } else if self.unknown.is_empty() {
            Exit::Done
        } else {
            Exit::Refused
        }
    }
}
