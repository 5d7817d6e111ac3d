//! Writes the story as text, as wide as the terminal is.

use anstyle::Style;
use countermand_core::record::{Answer, Decided, Record};
use countermand_core::verdict::Reason;
use jiff::Timestamp;

use crate::text::{BAD, CALL, FAINT, GOOD, STRONG, as_written, indented};

const INDENT: &str = "  ";
/// As wide as `03:00:20`.
const CLOCK: usize = 8;

pub(super) struct Narrator {
    width: usize,
    pub(super) text: String,
}

impl Narrator {
    pub(super) fn new(width: usize) -> Self {
        let text = String::new();
        Self { width, text }
    }

    pub(super) fn say(&mut self, text: &str) {
        self.lines("", "", Style::new(), text);
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.text.push('\n');
        self.lines("", "", STRONG, text);
    }

    /// The text of a file, unchanged.
    pub(super) fn file(&mut self, text: &str) {
        for line in text.lines() {
            let indent = if line.is_empty() { "" } else { INDENT };
            self.text
                .extend([format!("{indent}{FAINT}{line}{FAINT:#}\n")]);
        }
    }

    /// Something that happens at this time.
    pub(super) fn at(&mut self, time: Timestamp, text: &str) {
        self.timed(time, Style::new(), text);
    }

    fn timed(&mut self, time: Timestamp, style: Style, text: &str) {
        let clock = time.strftime("%H:%M:%S").to_string();
        let rest = " ".repeat(INDENT.len() + CLOCK + INDENT.len());
        self.lines(&format!("{INDENT}{clock}{INDENT}"), &rest, style, text);
    }

    /// A guard that lets the change be stopped.
    pub(super) fn guard(&mut self, text: &str) {
        let rest = " ".repeat(INDENT.len() + CLOCK + INDENT.len());
        self.lines(&format!("{rest}✓ "), &format!("{rest}  "), FAINT, text);
    }

    /// A command, never wrapped, so that people can copy it.
    pub(super) fn command(&mut self, command: &str) {
        self.text
            .extend([format!("{INDENT}{CALL}$ {command}{CALL:#}\n")]);
    }

    pub(super) fn case(&mut self, text: &str) {
        self.lines("· ", INDENT, STRONG, text);
    }

    /// What each policy stopped, or why it held.
    pub(super) fn decided(&mut self, record: &Record) {
        for decision in &record.decisions {
            match &decision.outcome {
                Decided::Reasons(reasons) => self.reasons(reasons, None),
                Decided::Targets(targets) => {
                    for target in targets {
                        if target.answer == Some(Answer::Requested) {
                            self.lines(&format!("{INDENT}✓ "), "    ", GOOD, &target.text);
                        } else {
                            self.reasons(&target.reasons, Some(&target.text));
                        }
                    }
                }
            }
        }
    }

    /// The outcome of a change.
    pub(super) fn outcome(&mut self, time: Timestamp, text: &str) {
        self.timed(time, GOOD, text);
    }

    /// A picture that is drawn for a given width.
    pub(super) fn picture(&mut self, draw: impl FnOnce(usize) -> String) {
        let drawn = draw(self.width.saturating_sub(INDENT.len()));
        self.text.push('\n');
        for line in drawn.lines() {
            let indent = if line.is_empty() { "" } else { INDENT };
            self.text.extend([format!("{indent}{line}\n")]);
        }
    }

    /// The first reason is the headline.
    fn reasons(&mut self, reasons: &[Reason], text: Option<&str>) {
        if let Some(reason) = reasons.first() {
            let code = as_written(&reason.code);
            self.lines(&format!("{INDENT}✗ "), "    ", BAD, &code);
            self.lines("    ", "    ", Style::new(), text.unwrap_or(&reason.text));
        }
    }

    pub(super) fn close(&mut self) {
        self.heading("And now with yours");
        for (command, does) in [
            (
                "countermand check policies/",
                "what is wrong with your policies, and what they will do",
            ),
            (
                "countermand calendar --policies policies/",
                "when they freeze what, in the coming weeks",
            ),
            (
                "countermand explain event.json",
                "what they would do about one event, and why: it only reads",
            ),
            (
                "countermand demo --write try",
                "the files of this story, to try all of that with",
            ),
        ] {
            self.lines(INDENT, INDENT, GOOD, command);
            self.lines("    ", "    ", Style::new(), does);
        }
    }

    fn lines(&mut self, first: &str, rest: &str, style: Style, text: &str) {
        self.text += &indented(first, rest, style, text, self.width);
    }
}
