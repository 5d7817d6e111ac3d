//! What a pattern can match, for asking whether two patterns can match one name.

use super::parts::{Part, Parts};

/// Alternatives are spelled out as far as they make no more of this; then they are taken for any text.
const MOST_ALTERNATIVES: usize = 64;
const MOST_TOKENS: usize = 4_096;

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
        let plain: usize = parts.literals().map(str::len).sum();
        let mut sequences = vec![Vec::new()];
        for part in &parts.0 {
            let ways: Vec<Vec<Token>> = match part {
                Part::Text(text) => vec![spelled(text)],
                Part::One => vec![vec![Token::One]],
                Part::Many => vec![vec![Token::Many]],
                Part::Braced(inside) => {
                    let choices: Vec<_> = choices(inside)
                        .iter()
                        .map(|choice| spelled(choice))
                        .collect();
                    let alternatives = choices.len() * sequences.len();
                    let longest = choices.iter().map(Vec::len).max().unwrap_or_default();
                    let few = (1..=MOST_ALTERNATIVES).contains(&alternatives)
                        && alternatives * (plain + longest) <= MOST_TOKENS;
                    if few {
                        choices
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
        let mut steps = usize::MAX;
        self.meets_within(other, &mut steps).unwrap_or_default()
    }

    /// The same, with at most so many steps; `None` where they are not enough.
    pub(crate) fn meets_within(&self, other: &Self, steps: &mut usize) -> Option<bool> {
        for one in &self.0 {
            for two in &other.0 {
                if meet(one, two, steps)? {
                    return Some(true);
                }
            }
        }
        Some(false)
    }
}

/// How all names of a list begin and end, as far as they agree: rules most pairs out at a glance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameEnds {
    first: Letters,
    last: Letters,
}

/// Up to eight letters, a byte of each, and which of them are known.
#[derive(Debug, Clone, Copy)]
struct Letters {
    bytes: u64,
    known: u64,
}

impl NameEnds {
    /// What any name has.
    pub(crate) const ANY: Self = Self {
        first: Letters::ANY,
        last: Letters::ANY,
    };

    pub(crate) fn of(shapes: &[Shape]) -> Self {
        let sequences = shapes.iter().flat_map(|shape| &shape.0);
        let ends = sequences.map(|sequence| Self {
            first: Letters::of(sequence.iter()),
            last: Letters::of(sequence.iter().rev()),
        });
        let all = ends.reduce(|one, two| Self {
            first: one.first.common(two.first),
            last: one.last.common(two.last),
        });
        all.unwrap_or(Self::ANY)
    }

    /// No name is in both lists.
    pub(crate) fn differ(self, other: Self) -> bool {
        self.first.differ(other.first) || self.last.differ(other.last)
    }
}

impl Letters {
    const ANY: Self = Self { bytes: 0, known: 0 };

    fn of<'a>(tokens: impl Iterator<Item = &'a Token>) -> Self {
        let mut letters = Self::ANY;
        let tokens = tokens.take_while(|token| **token != Token::Many);
        for (place, token) in tokens.take(8).enumerate() {
            if let Token::Is(letter) = token {
                let [low, ..] = u32::from(*letter).to_le_bytes();
                letters.bytes |= u64::from(low) << (8 * place);
                letters.known |= 0xff << (8 * place);
            }
        }
        letters
    }

    fn common(self, other: Self) -> Self {
        let known = self.known & other.known & !(self.bytes ^ other.bytes);
        Self {
            bytes: self.bytes & known,
            known,
        }
    }

    fn differ(self, other: Self) -> bool {
        (self.bytes ^ other.bytes) & self.known & other.known != 0
    }
}

fn spelled(text: &str) -> Vec<Token> {
    text.chars().map(Token::Is).collect()
}

fn meet(one: &[Token], two: &[Token], steps: &mut usize) -> Option<bool> {
    *steps = steps.checked_sub(1)?;
    if differ(one.iter(), two.iter()) || differ(one.iter().rev(), two.iter().rev()) {
        return Some(false);
    }
    match (one.contains(&Token::Many), two.contains(&Token::Many)) {
        // What the one wants between its first and its last star can stand where the other has a star.
        (true, true) => Some(true),
        (true, false) => reads(one, two, steps),
        (false, _) => reads(two, one, steps),
    }
}

/// Whether the pattern can match a text without stars. As in [`super::Glob::matches`], going back further
/// than to the last star never helps.
fn reads(pattern: &[Token], text: &[Token], steps: &mut usize) -> Option<bool> {
    let (mut parts, mut rest) = (pattern, text);
    let mut star: Option<(&[Token], &[Token])> = None;
    loop {
        *steps = steps.checked_sub(1)?;
        let step = match (parts.split_first(), rest.split_first()) {
            (None, None) => return Some(true),
            (Some((Token::Many, after)), _) => {
                star = Some((after, rest));
                Some((after, rest))
            }
            (Some((a, parts)), Some((b, rest))) if can_be_same(*a, *b) => Some((parts, rest)),
            _ => None,
        };
        (parts, rest) = match (step, star) {
            (Some(step), _) => step,
            (None, Some((after, [_, left @ ..]))) => {
                star = Some((after, left));
                (after, left)
            }
            (None, _) => return Some(false),
        };
    }
}

fn can_be_same(one: Token, other: Token) -> bool {
    match (one, other) {
        (Token::Is(a), Token::Is(b)) => a == b,
        _ => true,
    }
}

/// Whether the texts before the first star of both rule each other out.
fn differ<'a>(one: impl Iterator<Item = &'a Token>, two: impl Iterator<Item = &'a Token>) -> bool {
    one.zip(two)
        .take_while(|(a, b)| **a != Token::Many && **b != Token::Many)
        .any(|(a, b)| !can_be_same(*a, *b))
}
