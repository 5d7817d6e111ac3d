//! `countermand doctor`: is a deployed stack what the policies need, and does it work?

mod words;

use std::io;
use std::path::{Path, PathBuf};

use countermand_core::load::fingerprint;
use countermand_core::trigger::Place;
use countermand_stack::{Look, Stack};
use countermand_synth::doctor::{Desired, Finding, FindingSeverity, examine};
use countermand_synth::synth;
use jiff::Timestamp;
use serde::Serialize;

use crate::aws::{Login, block_on};
use crate::complaint::Complaint;
use crate::diagnostics;
use crate::exit::Exit;
use crate::json;
use crate::options::{self, Format, Output};
use crate::policies::{self, Checked};
use crate::terminal::{self, Terminal};

/// say whether a deployed stack works, and is what the policies need
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand doctor\n  countermand doctor policies --stack countermand-prod --format json\n\nIt only reads: in CloudFormation DescribeStacks, GetTemplate and ListStackResources;\nin Lambda GetFunctionConfiguration, GetFunctionConcurrency and\nListEventSourceMappings; events:ListRules, scheduler:ListSchedules and\nsqs:GetQueueAttributes. Exits with 1 where something must be done, with 3 where\nAWS did not tell everything."
)]
pub(crate) struct Args {
    /// what it is to be in step with; else `policies`, where there is such a folder
    path: Option<PathBuf>,

    #[command(flatten)]
    stack: options::Stack,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    login: Login,
}

/// The document of `doctor --format json`. Within one `schema`, keys are added, but not changed or removed.
#[derive(Serialize)]
struct Report {
    /// 1.
    schema: u32,
    stack: String,
    region: String,
    /// What it was compared with; `null` for nothing.
    policies: Option<String>,
    /// What must be done something about first.
    findings: Vec<Finding>,
    /// What AWS did not tell, and why.
    unknown: Vec<Unknown>,
}

#[derive(Serialize)]
struct Unknown {
    about: String,
    why: String,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    let now = Timestamp::now();
    let usual = Path::new("policies");
    let path = args.path.as_deref().or(usual.exists().then_some(usual));
    let checked = match path.map(policies::read).transpose() {
        Ok(sources) => sources.map(|it| Checked::of(it, now)),
        Err(complaint) => return to.refuse(&complaint),
    };
    if let Some(checked) = checked.as_ref().filter(|it| it.policies.is_none()) {
        to.err(&diagnostics::render(checked, false, terminal::err_width()))?;
        return Ok(Exit::Wrong);
    }
    let (look, region) = match look(args) {
        Ok(looked) => looked,
        Err(complaint) => return to.refuse(&complaint),
    };
    let wanted = checked.as_ref().and_then(|it| {
        let manifest = synth(it.policies.as_ref()?, now);
        Some((manifest, fingerprint(&it.sources)))
    });
    let wanted = wanted.as_ref().map(|(manifest, fingerprint)| Desired {
        manifest,
        fingerprint,
    });
    let unknown = look.unknown.into_iter().map(|it| Unknown {
        about: it.about,
        why: it.trouble.to_string(),
    });
    let report = Report {
        schema: 1,
        stack: args.stack.stack.clone(),
        region,
        policies: path.map(|it| it.display().to_string()),
        findings: examine(&look.deployed, wanted, now),
        unknown: unknown.collect(),
    };
    to.out(&match args.output.format {
        Format::Json => json::render(&report),
        Format::Human => words::render(&report, terminal::out_width()),
    })?;
    Ok(report.exit())
}

fn look(args: &Args) -> Result<(Look, String), Complaint> {
    let name = &args.stack.stack;
    block_on(async {
        let (config, region) = args.login.config(&Place::default()).await?;
        let stack = Stack::new(&config, name);
        let look = Box::pin(stack.look()).await.map_err(|trouble| {
            let said = format!(
                "{region} tells nothing of a stack `{name}`: {trouble}\nname the stack with `--stack`, the region with `--region`, the account with `--profile`"
            );
            Complaint::of(&said, Exit::Refused)
        })?;
        Ok((look, region))
    })?
}

impl Report {
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
