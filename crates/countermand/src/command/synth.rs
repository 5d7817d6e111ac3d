//! `countermand synth`: what the policies need of AWS.

use std::io;
use std::path::PathBuf;

use clap::ValueEnum;
use countermand_core::load::fingerprint;
use countermand_synth::{TemplateForm, cloudformation, schema, synth};
use jiff::Timestamp;

use crate::exit::Exit;
use crate::options::time;
use crate::policies::{self, Checked};
use crate::terminal::{self, Terminal};
use crate::{diagnostics, json};

/// say what the policies need of AWS: event patterns, schedules and permissions
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand synth\n  countermand synth policies/web.yaml | jq '.rules[].pattern'\n  countermand synth --format sam > target/infra/policies.json\n\nAWS is not asked. A schedule whose time is past is left out."
)]
pub(crate) struct Args {
    /// a policy file, or a folder of them
    #[arg(default_value = "policies")]
    path: PathBuf,

    /// the manifest, or the resources that it comes to: to be included in `infra/sam/template.yaml`, or a
    /// template of their own
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "json|sam|cloudformation|schema"
    )]
    format: Format,

    /// what is needed from this time on
    #[arg(long, value_name = "TIME", value_parser = time)]
    now: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Json,
    Sam,
    Cloudformation,
    /// The JSON Schema of the manifest.
    Schema,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    if args.format == Format::Schema {
        to.out(&json::render(&schema()))?;
        return Ok(Exit::Done);
    }
    let sources = match policies::read(&args.path) {
        Ok(sources) => sources,
        Err(complaint) => return to.refuse(&complaint),
    };
    let checked = Checked::of(sources, args.now.unwrap_or_else(Timestamp::now));
    let Some(policies) = &checked.policies else {
        to.err(&diagnostics::render(&checked, false, terminal::err_width()))?;
        return Ok(Exit::Wrong);
    };
    let manifest = synth(policies, checked.now);
    let resources = |form| cloudformation(&manifest, form, &fingerprint(&checked.sources));
    to.out(&match args.format {
        Format::Json | Format::Schema => json::render(&manifest),
        Format::Sam => json::render(&resources(TemplateForm::Included)),
        Format::Cloudformation => json::render(&resources(TemplateForm::Template)),
    })?;
    Ok(Exit::Done)
}
