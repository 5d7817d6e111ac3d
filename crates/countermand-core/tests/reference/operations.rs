//! A section for each operation, from the registry.

use std::fs;

use countermand_core::operations::{self, About};
use countermand_core::policy::Duration;

use crate::keys::{Keys, listed, table};
use crate::{Quotes, root};

pub(crate) fn sections(keys: &Keys, quotes: &mut Quotes) -> String {
    let sections = operations::ALL
        .iter()
        .map(|about| section(about, keys, quotes));
    sections.collect::<Vec<_>>().join("\n\n")
}

fn section(about: &About, keys: &Keys, quotes: &mut Quotes) -> String {
    let ended = about.ended.map(|it| format!("**{it}.**"));
    let parts = [
        Some(format!("### `{}`", about.name)),
        ended,
        Some(format!("It {}.", about.does)),
        Some(keys.own_parameters(about.name).trim_end().to_owned()),
        Some(announced(about)),
        Some(format!(
            "The outcome is looked for until it is final, for at most `{}`.",
            Duration::from(about.deadline)
        )),
        Some("It needs these permissions:".to_owned()),
        Some(permissions(about).trim_end().to_owned()),
        Some("An example:".to_owned()),
        Some(quotes.quote(&example(about))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn announced(about: &About) -> String {
    let Some(event) = &about.announced_by else {
        return "AWS sends no event when such a change begins: a freeze meets it when it looks again.".to_owned();
    };
    format!(
        "AWS announces such a change with the event {} of `{}` whose `detail.{}` is {}.",
        either(event.detail_types),
        event.source,
        event.field,
        either(event.values)
    )
}

fn permissions(about: &About) -> String {
    let rows = about.permissions.iter().map(|permission| {
        let on: Vec<_> = permission.on.iter().map(|it| format!("`{it}`")).collect();
        vec![
            format!("`{}`", permission.action),
            on.join("<br>"),
            permission.why.to_owned(),
        ]
    });
    table(&["action", "on", "what for"], rows)
}

/// The file of `policies/` that the operation has as its example.
fn example(about: &About) -> String {
    let files = fs::read_dir(root().join("policies"))
        .unwrap()
        .map(|it| it.unwrap().path());
    let file = files
        .into_iter()
        .find(|it| fs::read_to_string(it).unwrap() == about.example)
        .expect("the example is a file of `policies/`");
    file.file_name().unwrap().to_str().unwrap().to_owned()
}

fn either(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|it| format!("`{it}`")).collect();
    listed(&words)
}
