//! A pattern in pieces, for languages that know other wildcards: those of EventBridge and of IAM.

use super::parts::{Part, Parts};

/// Alternatives are spelled out as far as they make no more of this.
const MOST_ALTERNATIVES: usize = 64;

/// One way to spell names. No two texts stand beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// Any one character.
    One,
    /// Any characters, at least one.
    Some,
    /// Any characters, or none.
    Any,
}

impl Spelling {
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The name, where only one is meant.
    pub fn exact(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(name)] => Some(name),
            _ => None,
        }
    }

    /// `choices` are the texts that something in braces can stand for; none: any text.
    pub(super) fn of<V>(parts: &Parts<V>, choices: impl Fn(&V) -> Vec<String>) -> Vec<Self> {
        let mut spellings = vec![Self(Vec::new())];
        for part in &parts.0 {
            let ways = match part {
                Part::Text(text) => vec![Piece::Text(text.clone())],
                Part::One => vec![Piece::One],
                Part::Many => vec![Piece::Any],
                Part::Braced(inside) => match choices(inside) {
                    choices
                        if (1..=MOST_ALTERNATIVES).contains(&(choices.len() * spellings.len())) =>
                    {
                        choices.into_iter().map(Piece::Text).collect()
                    }
                    _ => vec![Piece::Some],
                },
            };
            let longer = spellings
                .iter()
                .flat_map(|begun| ways.iter().map(|way| begun.clone().with(way.clone())));
            spellings = longer.collect();
        }
        spellings
    }

    fn with(mut self, piece: Piece) -> Self {
        match (self.0.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => self.0.push(piece),
        }
        self
    }
}
