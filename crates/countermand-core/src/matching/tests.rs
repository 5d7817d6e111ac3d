//! Which policies match an event.

mod table;

use std::fmt::Write;

use crate::load::{Source, load};
use crate::policy::Policies;

/// Policies in one file, each as `when | do`, named `p0`, `p1`, ….
pub(super) fn policies<'a>(lines: impl IntoIterator<Item = &'a str>) -> Policies {
    let mut text = "version: 1\n\
                    calendars: { always: { closed: [{ from: MON 00:00, until: SUN 00:00 }] } }\n\
                    policies:\n"
        .to_owned();
    for (at, line) in lines.into_iter().enumerate() {
        let (when, rest) = line.split_once(" | ").unwrap();
        let (action, more) = rest.split_once(" | ").unwrap_or((rest, ""));
        writeln!(
            text,
            "- name: p{at}\n  when: {{ {when} }}\n  do: [{action}]"
        )
        .unwrap();
        writeln!(text, "  {more}").unwrap();
    }
    let sources = [Source::new("test.yaml", text.clone().into_bytes())];
    load(&sources)
        .into_policies()
        .unwrap_or_else(|problems| panic!("{text}\n{problems:?}"))
}
