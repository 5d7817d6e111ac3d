//! A section for each operation, from the registry.

use std::fs;

use countermand_core::operation::{Announcement, OperationSpec};
use countermand_core::operations;
use countermand_core::policy::Duration;

use crate::keys::{Keys, listed, table};
use crate::{Quotes, root};

pub(crate) fn sections(keys: &Keys, quotes: &mut Quotes) -> String {
    let sections = operations::ALL
        .iter()
        .map(|spec| section(spec, keys, quotes));
    sections.collect::<Vec<_>>().join("\n\n")
}

fn section(spec: &OperationSpec, keys: &Keys, quotes: &mut Quotes) -> String {
    let ended = spec.ended.map(|it| format!("**{it}.**"));
    let parts = [
        Some(format!("### `{}`", spec.name)),
        ended,
        Some(format!("It {}.", spec.does)),
        Some(keys.own_parameters(spec.name).trim_end().to_owned()),
        Some(announced(spec)),
        Some(format!(
            "The outcome is looked for until it is final, for at most `{}`.",
            Duration::from(spec.deadline)
        )),
        Some("It needs these permissions:".to_owned()),
        Some(permissions(spec).trim_end().to_owned()),
        Some("An example:".to_owned()),
        Some(quotes.quote(&example(spec))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn announced(spec: &OperationSpec) -> String {
    let events: Vec<_> = spec
        .announced_by
        .iter()
        .map(Announcement::in_words)
        .collect();
    if events.is_empty() {
        return "AWS sends no event when such a change begins: a freeze meets it when it looks again.".to_owned();
    }
    format!("AWS announces such a change with {}.", listed(&events))
}

fn permissions(spec: &OperationSpec) -> String {
    let permissions = spec.permissions().into_iter();
    let rows = permissions.map(|permission| {
        let on: Vec<_> = permission.on.iter().map(|it| format!("`{it}`")).collect();
        vec![
            format!("`{}`", permission.action),
            on.join("<br>"),
            permission.why.to_owned(),
        ]
    });
    table(&["action", "on", "what for"], rows)
}

/// The file of `policies/` that is the operation's example.
fn example(spec: &OperationSpec) -> String {
    let files = fs::read_dir(root().join("policies"))
        .unwrap()
        .map(|it| it.unwrap().path());
    let file = files
        .into_iter()
        .find(|it| fs::read_to_string(it).unwrap() == spec.example)
        .expect("the example is a file of `policies/`");
    file.file_name().unwrap().to_str().unwrap().to_owned()
}
