//! The text of one policy file.

/// The most bytes that a file may have. Policies are written by people; a larger file is something else.
pub const LARGEST: usize = 1024 * 1024;

/// One file, whether or not it can be read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as the user gave it, for messages.
    pub name: String,
    pub text: String,
    pub(crate) fault: Option<UnreadableText>,
    /// The offset at which each line begins.
    lines: Vec<usize>,
}

/// Why a file cannot be read as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UnreadableText {
    TooLarge(u64),
    NotUtf8(usize),
    Unreadable(String),
}

/// A line and a column, both counted from one. Columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPosition {
    pub line: usize,
    pub column: usize,
}

impl Source {
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let name = name.into();
        if bytes.len() > LARGEST {
            return Self::too_large(name, bytes.len() as u64);
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                // A byte order mark is part of the encoding, not of the text.
                let text = match text.strip_prefix('\u{feff}') {
                    Some(rest) => rest.to_owned(),
                    None => text,
                };
                Self::of(name, text, None)
            }
            Err(error) => {
                let fault = UnreadableText::NotUtf8(error.utf8_error().valid_up_to());
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Self::of(name, text, Some(fault))
            }
        }
    }

    /// A file that is too large to be read into memory.
    pub fn too_large(name: impl Into<String>, bytes: u64) -> Self {
        Self::of(
            name.into(),
            String::new(),
            Some(UnreadableText::TooLarge(bytes)),
        )
    }

    /// A file that the system could not read, with its error message.
    pub fn unreadable(name: impl Into<String>, why: impl Into<String>) -> Self {
        let fault = UnreadableText::Unreadable(why.into());
        Self::of(name.into(), String::new(), Some(fault))
    }

    pub fn position(&self, offset: usize) -> TextPosition {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|start| *start <= offset);
        let line_start = self.lines.get(line.saturating_sub(1));
        let before = line_start.and_then(|start| self.text.get(*start..offset));
        TextPosition {
            line,
            column: before.unwrap_or_default().chars().count() + 1,
        }
    }

    fn of(name: String, text: String, fault: Option<UnreadableText>) -> Self {
        let breaks = text.match_indices(['\n', '\r']);
        let behind_breaks = breaks
            .map(|(at, it)| (at + 1, it))
            .filter(|(behind, it)| {
                let is_half = *it == "\r" && text.as_bytes().get(*behind) == Some(&b'\n');
                !is_half
            })
            .map(|(behind, _)| behind);
        let lines = std::iter::once(0).chain(behind_breaks).collect();
        Self {
            name,
            text,
            fault,
            lines,
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        let extension = self.name.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|it| it.eq_ignore_ascii_case("json"))
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn a_place_is_counted_over_every_kind_of_line_end() {
        for (line_end, text) in [
            ("unix", "ab\ncd\nef"),
            ("dos", "ab\r\ncd\r\nef"),
            ("old mac", "ab\rcd\ref"),
            ("mixed, after a byte order mark", "\u{feff}ab\rcd\r\nef"),
        ] {
            let source = Source::new("p.yaml", text.into());
            let place = source.position(source.text.find('f').unwrap());
            assert_eq!((place.line, place.column), (3, 2), "{line_end}");
        }
    }
}
