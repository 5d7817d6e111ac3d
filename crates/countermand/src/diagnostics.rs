//! Prints the problems of policies: the line with a caret under the place, and what to do.

use std::collections::BTreeSet;
use std::ops::Range;

use annotate_snippets::renderer::DEFAULT_LINE_NUM_STYLE as ARROW;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use countermand_core::load::Source;
use countermand_core::problem::{Problem, ProblemCode, Severity};
use unicode_width::UnicodeWidthChar;

use crate::policies::CheckedPolicies;
use crate::text::{as_written, counted, visible, visible_char, wrapped};

pub(crate) fn render(checked: &CheckedPolicies, warnings_are_denied: bool, width: usize) -> String {
    let mut all = String::new();
    for problem in &checked.problems {
        if let Some(source) = checked.sources.get(problem.source) {
            all += &render_problem(problem, source, width);
            all += "\n\n";
        }
    }
    if !checked.problems.is_empty() {
        all += &summary(checked);
        if warnings_are_denied && checked.errors() == 0 {
            all += ", and warnings are denied";
        }
        all.push('\n');
    }
    all
}

/// The problems of one source, without a summary.
pub(crate) fn render_problems(problems: &[Problem], source: &Source, width: usize) -> String {
    let rendered = problems
        .iter()
        .map(|it| render_problem(it, source, width) + "\n\n");
    rendered.collect()
}

/// `3 errors and 1 warning in 2 files`
fn summary(checked: &CheckedPolicies) -> String {
    let count = |count, what| (count > 0).then(|| counted(count, what));
    let errors = count(checked.errors(), "error");
    let warnings = count(checked.warnings(), "warning");
    let found: Vec<_> = errors.into_iter().chain(warnings).collect();
    let files: BTreeSet<_> = checked.problems.iter().map(|it| it.source).collect();
    format!(
        "{} in {}",
        found.join(" and "),
        counted(files.len(), "file")
    )
}

fn render_problem(problem: &Problem, source: &Source, width: usize) -> String {
    let (level, label) = match problem.severity() {
        Severity::Error => (Level::ERROR, "error"),
        Severity::Warning => (Level::WARNING, "warning"),
    };
    let code = as_written(&problem.code);
    let room = width.saturating_sub(label.len() + code.len() + "[]: ".len());
    let title = level
        .clone()
        .primary_title(wrapped(&problem.message, room).join("\n"))
        .id(code);

    let place = source.position(problem.span.start);
    let file = visible(&source.name);
    let mut body = Group::with_level(level);
    let was_read = !matches!(
        problem.code,
        ProblemCode::Unreadable | ProblemCode::TooLarge
    );
    let origin = if was_read {
        format!("{file}:{}:{}", place.line, place.column)
    } else {
        file
    };
    if was_read {
        let excerpt = Excerpt::of(&source.text, &problem.span, width / 2);
        let snippet = Snippet::source(excerpt.text)
            .line_start(place.line)
            .annotation(AnnotationKind::Primary.span(excerpt.marked));
        body = body.element(snippet);
    }
    let gutter = place.line.to_string().len();
    for help in &problem.help {
        let lines = wrapped(help, width.saturating_sub(gutter + " = help: ".len()));
        body = body.element(Level::HELP.message(lines.join("\n")));
    }
    // Written here, since the renderer would count the column in the excerpt, not in the file.
    let arrow = format!("{:gutter$}{ARROW}-->{ARROW:#} {origin}", "");
    let renderer = Renderer::styled().term_width(width);
    let title = renderer.render(&[Group::with_title(title)]);
    format!("{title}\n{arrow}\n{}", renderer.render(&[body]))
}

/// The part of a line that can be shown: a file may be one line of a million characters.
struct Excerpt {
    text: String,
    marked: Range<usize>,
}

impl Excerpt {
    /// More than a terminal is wide, so that the renderer marks where it cuts.
    const ROOM: usize = 300;

    /// Marks at most the first line of a span, and at most its first `longest` columns.
    fn of(text: &str, span: &Range<usize>, longest: usize) -> Self {
        let (before, after) = text
            .split_at_checked(span.start)
            .unwrap_or((text, Default::default()));
        let near = before.char_indices().rev().take(Self::ROOM);
        let from = near.take_while(|(_, it)| *it != '\n').last();
        let before = from.and_then(|(from, _)| before.get(from..));
        let after = after.char_indices().take(Self::ROOM);
        let mut shown: String = before.unwrap_or_default().chars().map(in_source).collect();
        let start = shown.len();
        let mut end = start;
        let mut columns = 0;
        for (at, it) in after.take_while(|(_, it)| !matches!(it, '\n' | '\r')) {
            let it_is = in_source(it);
            shown.push(it_is);
            columns += it_is.width().unwrap_or(1);
            if span.start + at < span.end && columns <= longest {
                end = shown.len();
            }
        }
        Self {
            text: shown,
            marked: start..end,
        }
    }
}

fn in_source(it: char) -> char {
    match it {
        // The renderer expands tabs.
        '\t' => it,
        _ => visible_char(it),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_caret_stays_under_its_place_whatever_stands_before_it() {
        for (before, marked, after) in [
            ("", "key", ": value"),
            ("\t日本 ", "値", ": 1"),
            ("\u{1b}[31m", "red", "\u{1b}[0m"),
            ("e\u{301}", "x", ""),
        ] {
            let text = format!("first line\n{before}{marked}{after}\r\nlast");
            let start = "first line\n".len() + before.len();
            let excerpt = Excerpt::of(&text, &(start..start + marked.len()), 40);
            assert_eq!(excerpt.text.get(excerpt.marked), Some(marked), "{text:?}");
        }
    }

    #[test]
    fn of_a_long_line_only_what_is_near_is_shown() {
        let text = format!("{}HERE{}", "a".repeat(1_000_000), "b".repeat(1_000_000));
        let excerpt = Excerpt::of(&text, &(1_000_000..1_999_999), 40);
        assert!(excerpt.text.len() <= 2 * Excerpt::ROOM);
        assert_eq!(excerpt.marked.len(), 40);
        assert!(
            excerpt
                .text
                .get(excerpt.marked)
                .unwrap()
                .starts_with("HERE")
        );
    }

    #[test]
    fn a_place_at_or_beyond_the_end_is_the_end() {
        for start in [3, 99] {
            assert_eq!(Excerpt::of("abc", &(start..start), 40).marked, 3..3);
        }
    }

    proptest! {
        #[test]
        fn whatever_a_file_and_a_message_contain_is_shown_and_does_nothing(
            text in "(\\PC|[\t\r\n\u{1b}\u{7f}-\u{9f}\u{200b}-\u{206f}]|[日e\u{301}👩\u{fe0f}]|.){0,300}",
            message in "(\\PC|[\t\r\n\u{1b}\u{9b}\u{202e} ]){0,200}",
            (start, length) in (0..400_usize, 0..200_usize),
            width in 40..=100_usize,
        ) {
            let source = Source::new("a\u{1b}]b.yaml", text.clone().into_bytes());
            let start = text.floor_char_boundary(start);
            let end = text.floor_char_boundary(start + length);
            let problem = Problem {
                code: ProblemCode::UnknownKey,
                source: 0,
                span: start..end,
                help: vec![message.clone()],
                message,
            };
            let shown = render_problem(&problem, &source, width);
            for (_, after) in shown.match_indices('\u{1b}').filter_map(|(at, _)| shown.split_at_checked(at)) {
                let style = after.split('m').next().unwrap_or_default();
                prop_assert!(style.starts_with("\u{1b}[") && style.len() < 9, "{style:?}");
            }
            let shown = anstream::adapter::strip_str(&shown).to_string();
            prop_assert!(shown.chars().all(|it| it == '\n' || visible_char(it) == it), "{shown:?}");
            prop_assert!(shown.contains("error[unknown-key]: "));
        }
    }
}
