//! A tree of text, drawn with lines for its branches.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::text::{FAINT, visible, wrapped};

/// A headline, the lines under it, and branches.
#[derive(Debug, Default)]
pub(crate) struct TreeNode {
    head: TreeLine,
    under: Vec<TreeLine>,
    branches: Vec<TreeNode>,
}

#[derive(Debug, Default)]
struct TreeLine {
    mark: &'static str,
    style: Style,
    text: String,
    /// Never wrapped, so that people can copy it.
    is_whole: bool,
}

impl TreeNode {
    pub(crate) fn new(style: Style, text: impl Into<String>) -> Self {
        let head = TreeLine {
            style,
            text: text.into(),
            ..TreeLine::default()
        };
        Self {
            head,
            ..Self::default()
        }
    }

    /// Adds a line, after a mark.
    pub(crate) fn add(&mut self, mark: &'static str, style: Style, text: impl Into<String>) {
        self.under.push(TreeLine {
            mark,
            style,
            text: text.into(),
            is_whole: false,
        });
    }

    /// Adds a line that is never wrapped, so that people can copy it.
    pub(crate) fn add_whole(&mut self, style: Style, text: impl Into<String>) {
        self.under.push(TreeLine {
            mark: "",
            style,
            text: text.into(),
            is_whole: true,
        });
    }

    pub(crate) fn branch(&mut self, node: Self) {
        self.branches.push(node);
    }

    pub(crate) fn render(&self, width: usize) -> String {
        let mut out = String::new();
        self.draw("", "", width, &mut out);
        out
    }

    /// Draws with `first` before the first line and `rest` before all others.
    fn draw(&self, first: &str, rest: &str, width: usize, out: &mut String) {
        self.head.draw(first, rest, width, out);
        let stem = match self.branches.as_slice() {
            [] => "",
            _ => "│  ",
        };
        let under = format!("{rest}{stem}");
        for line in &self.under {
            line.draw(&under, &under, width, out);
        }
        for (at, branch) in self.branches.iter().enumerate() {
            let (fork, stem) = if at + 1 == self.branches.len() {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            branch.draw(
                &format!("{rest}{fork}"),
                &format!("{rest}{stem}"),
                width,
                out,
            );
        }
    }
}

impl TreeLine {
    fn draw(&self, first: &str, rest: &str, width: usize, out: &mut String) {
        let Self {
            mark, style, text, ..
        } = self;
        let lines = if self.is_whole {
            vec![visible(text)]
        } else {
            wrapped(text, width.saturating_sub(rest.width() + mark.width()))
        };
        let indent = " ".repeat(mark.width());
        for (at, line) in lines.iter().enumerate() {
            let (before, mark) = if at == 0 {
                (first, *mark)
            } else {
                (rest, indent.as_str())
            };
            out.extend([
                format!("{FAINT}{before}{FAINT:#}"),
                format!("{style}{mark}{line}{style:#}\n"),
            ]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let mut plain = anstream::StripStream::new(Vec::new());
        std::io::Write::write_all(&mut plain, text.as_bytes()).unwrap();
        String::from_utf8(plain.into_inner()).unwrap()
    }

    #[test]
    fn branches_keep_together_what_is_broken_into_lines() {
        let none = Style::new();
        let mut leaf = TreeNode::new(none, "a first branch that is too long for one line");
        leaf.add("✓ ", none, "something that is too long as well");
        let mut last = TreeNode::new(none, "last");
        last.add_whole(none, "a command that nobody breaks into several lines");
        let mut root = TreeNode::new(none, "root");
        root.branch(leaf);
        root.branch(last);
        let drawn = [
            "root",
            "├─ a first branch that",
            "│  is too long for one",
            "│  line",
            "│  ✓ something that is",
            "│    too long as well",
            "└─ last",
            "   a command that nobody breaks into several lines",
            "",
        ];
        assert_eq!(plain(&root.render(24)), drawn.join("\n"));
    }
}
