//! `countermand synth`: prints the resources and permissions that the policies need.

use std::path::PathBuf;

use clap::ValueEnum;
use countermand_core::load::fingerprint;
use countermand_synth::{TemplateForm, cloudformation, schema, synth};
use jiff::Timestamp;

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::json;
use crate::options::parse_time;
use crate::policies;
use crate::terminal::Terminal;

/// say what the policies need of AWS: event patterns, schedules and permissions
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand synth\n  countermand synth policies/web.yaml | jq '.rules[].pattern'\n  countermand synth --format sam > target/infra/policies.json\n\nIt does not call AWS. Schedules in the past are left out."
)]
pub(crate) struct SynthArgs {
    /// a policy file, or a folder of them
    #[arg(default_value = "policies")]
    path: PathBuf,

    /// the manifest, or resources: to include in `infra/sam/template.yaml`, or as a template of their own
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "json|sam|cloudformation|schema"
    )]
    format: SynthFormat,

    /// what is needed from this time on; else from now on
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    now: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum SynthFormat {
    #[default]
    Json,
    Sam,
    Cloudformation,
    /// The JSON Schema of the manifest.
    Schema,
}

pub(crate) fn run(args: &SynthArgs, to: &Terminal) -> Result<Exit, Complaint> {
    if args.format == SynthFormat::Schema {
        to.out(&json::render(&schema()))?;
        return Ok(Exit::Done);
    }
    let now = args.now.unwrap_or_else(Timestamp::now);
    let (policies, sources) = policies::load(&args.path, now, to)?;
    let manifest = synth(&policies, now);
    let resources = |form| cloudformation(&manifest, form, &fingerprint(&sources));
    to.out(&match args.format {
        SynthFormat::Json | SynthFormat::Schema => json::render(&manifest),
        SynthFormat::Sam => json::render(&resources(TemplateForm::Included)),
        SynthFormat::Cloudformation => json::render(&resources(TemplateForm::Template)),
    })?;
    Ok(Exit::Done)
}
