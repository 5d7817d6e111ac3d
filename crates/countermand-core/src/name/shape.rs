//! What a pattern can match, for asking whether two patterns can match one name.

use super::parts::{Part, Parts};

/// More alternatives than this are taken for any text.
const MOST_ALTERNATIVES: usize = 64;

/// The names that a pattern can match: any of these sequences.
#[derive(Debug, Clone)]
pub struct Shape(Vec<Vec<Token>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Is(char),
    One,
    Many,
}

impl Shape {
    /// `choices` are the texts that something in braces can stand for; none: any text.
    pub(super) fn of<V>(parts: &Parts<V>, choices: impl Fn(&V) -> Vec<String>) -> Self {
        let mut sequences = vec![Vec::new()];
        for part in &parts.0 {
            let ways: Vec<Vec<Token>> = match part {
                Part::Text(text) => vec![spelled(text)],
                Part::One => vec![vec![Token::One]],
                Part::Many => vec![vec![Token::Many]],
                Part::Braced(inside) => {
                    let choices = choices(inside);
                    let few =
                        !choices.is_empty() && choices.len() * sequences.len() <= MOST_ALTERNATIVES;
                    if few {
                        choices.iter().map(|choice| spelled(choice)).collect()
                    } else {
                        vec![vec![Token::One, Token::Many]]
                    }
                }
            };
            let longer = sequences
                .iter()
                .flat_map(|begun| ways.iter().map(|way| [begun.as_slice(), way].concat()));
            sequences = longer.collect();
        }
        Self(sequences)
    }

    /// Whether some name matches both.
    pub fn meets(&self, other: &Self) -> bool {
        self.0
            .iter()
            .any(|one| other.0.iter().any(|two| meet(one, two)))
    }
}

fn spelled(text: &str) -> Vec<Token> {
    text.chars().map(Token::Is).collect()
}

fn meet(one: &[Token], two: &[Token]) -> bool {
    if differ(one.iter(), two.iter()) || differ(one.iter().rev(), two.iter().rev()) {
        return false;
    }
    // reachable[j]: the tokens of `one` so far can match what the first j of `two` match.
    let mut reachable = vec![false; two.len() + 1];
    for (j, place) in reachable.iter_mut().enumerate() {
        *place = two.iter().take(j).all(|token| *token == Token::Many);
    }
    for a in one {
        let before = reachable.clone();
        let mut left = before.first().copied().unwrap_or_default() && *a == Token::Many;
        let mut next = vec![left];
        for (j, b) in two.iter().enumerate() {
            let at = |row: &[bool], j: usize| row.get(j).copied().unwrap_or_default();
            let (diagonal, above) = (at(&before, j), at(&before, j + 1));
            left = match (a, b) {
                (Token::Many, Token::Many) => left || above || diagonal,
                // A star takes another character, or ends before it.
                (Token::Many, _) | (_, Token::Many) => left || above,
                (Token::Is(a), Token::Is(b)) => diagonal && a == b,
                (Token::One, _) | (_, Token::One) => diagonal,
            };
            next.push(left);
        }
        reachable = next;
    }
    reachable.last().copied().unwrap_or_default()
}

/// Whether the texts before the first wildcard of both rule each other out.
fn differ<'a>(one: impl Iterator<Item = &'a Token>, two: impl Iterator<Item = &'a Token>) -> bool {
    for pair in one.zip(two) {
        match pair {
            (Token::Is(a), Token::Is(b)) if a != b => return true,
            (Token::Many, _) | (_, Token::Many) => return false,
            _ => {}
        }
    }
    false
}
