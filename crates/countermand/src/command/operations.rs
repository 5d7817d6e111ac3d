//! `countermand operations`: what can be stopped, and how.

mod document;

use clap::builder::PossibleValuesParser;
use countermand_core::operations;

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::options::OutputArgs;
use crate::terminal::Terminal;
use crate::text::{CALL, FAINT, STRONG, indented, listed, quoted};
use document::{OperationEntry, OperationsDocument, ParameterEntry};

/// say what can be stopped, with parameters, permissions and an example each
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand operations\n  countermand operations ecs.stop-service-deployment\n  countermand operations --format json | jq '.operations[].permissions[].action'"
)]
pub(crate) struct OperationsArgs {
    /// one operation; else all of them
    #[arg(value_name = "OPERATION", value_parser = names())]
    name: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(operations::ALL.iter().map(|it| it.name))
}

pub(crate) fn run(args: &OperationsArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let document = OperationsDocument::of(args.name.as_deref());
    args.output.print(to, &document, |width| {
        let all = document.operations.iter().map(|it| section(it, width));
        all.collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

fn section(it: &OperationEntry, width: usize) -> String {
    let mut said = Section {
        text: format!("{STRONG}{}{STRONG:#}\n", it.name),
        width,
    };
    said.line(2, &format!("It {}.", it.does));
    if let Some(ended) = it.ended {
        said.line(2, &format!("{ended}."));
    }
    said.title("parameters");
    for parameter in &it.parameters {
        said.parameter(parameter);
    }
    if !it.announcements.is_empty() {
        said.title("announced by");
    }
    for event in &it.announcements {
        let types: Vec<_> = event.detail_types.iter().map(quoted).collect();
        said.line(4, &format!("{} of {}", types.join(" or "), event.source));
        for test in &event.tests {
            said.line(4, &test.words);
        }
    }
    said.title("permissions");
    for permission in &it.permissions {
        said.styled(4, CALL, permission.action);
        for on in permission.on {
            said.whole(6, on);
        }
        said.styled(6, FAINT, permission.why);
    }
    said.title("example");
    for line in it.example.lines() {
        said.whole(4, line);
    }
    said.text
}

struct Section {
    text: String,
    width: usize,
}

impl Section {
    fn title(&mut self, title: &str) {
        self.text.push('\n');
        self.styled(2, STRONG, title);
    }

    fn parameter(&mut self, it: &ParameterEntry) {
        let required = if it.required { " (required)" } else { "" };
        let default = it.default.as_ref().map(|it| match it.as_str() {
            Some(text) => format!(" (default: {text})"),
            None => format!(" (default: {it})"),
        });
        let default = default.unwrap_or_default();
        self.styled(4, CALL, &format!("{}{required}{default}", it.key));
        self.line(6, &it.means);
        let values: Vec<_> = it.values.iter().map(quoted).collect();
        if !values.is_empty() {
            self.line(6, &format!("One of {}.", listed(values)));
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.styled(indent, anstyle::Style::new(), text);
    }

    fn styled(&mut self, indent: usize, style: anstyle::Style, text: &str) {
        let indent = " ".repeat(indent);
        self.text += &indented(&indent, &indent, style, text, self.width);
    }

    /// Never wrapped, so that people can copy it.
    fn whole(&mut self, indent: usize, text: &str) {
        let line = format!("{:indent$}{text}", "");
        self.text += line.trim_end();
        self.text.push('\n');
    }
}
