//! The set of names that a pattern matches, to find out whether two patterns overlap.

use super::parts::{Part, Parts};

/// Alternatives are expanded up to this number of sequences; beyond it, they count as any text.
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
    /// `choices` are the texts that braces can stand for; if there are none, any text.
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

    /// Whether a name can match both.
    pub fn meets(&self, other: &Self) -> bool {
        let mut steps = usize::MAX;
        self.meets_within(other, &mut steps).unwrap_or_default()
    }

    /// The same in at most so many steps; `None` if they do not suffice.
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

/// The common prefix and suffix of a list of names: a quick test that rules out most pairs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameEnds {
    first: Letters,
    last: Letters,
}

/// Up to eight letters, one byte of each, and a mask of those that are known.
#[derive(Debug, Clone, Copy)]
struct Letters {
    bytes: u64,
    known: u64,
}

impl NameEnds {
    /// Nothing is known: any name is possible.
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

    /// Whether the two certainly have no name in common.
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
        // The middle of each, between its first and last star, can be matched by a star of the other.
        (true, true) => Some(true),
        (true, false) => reads(one, two, steps),
        (false, _) => reads(two, one, steps),
    }
}

/// Whether the pattern can match a text without stars. As in [`super::Glob::matches`], backtracking beyond the last
/// star never helps.
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

/// Whether the texts before the first star of each contradict each other.
fn differ<'a>(one: impl Iterator<Item = &'a Token>, two: impl Iterator<Item = &'a Token>) -> bool {
    one.zip(two)
        .take_while(|(a, b)| **a != Token::Many && **b != Token::Many)
        .any(|(a, b)| !can_be_same(*a, *b))
}
