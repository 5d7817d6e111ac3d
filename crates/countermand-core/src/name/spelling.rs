//! A pattern in pieces, for translation into languages with other wildcards: those of EventBridge and of IAM.

use super::parts::{Part, Parts};

/// Alternatives are expanded up to this number of spellings.
const MOST_ALTERNATIVES: usize = 64;

/// One sequence of pieces. No two texts are adjacent.
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

    /// The name, if there is only one.
    pub fn exact(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(name)] => Some(name),
            _ => None,
        }
    }

    /// `choices` are the texts that braces can stand for; if there are none, any text.
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
