//! Proves that a pattern reads every name in one way only.
//!
//! Two readers walk the pattern side by side over all names at once, a character at a time. Where both can
//! reach the end although one capture holds different text for each, the name that led them there is the
//! proof that two readings exist. Nothing is guessed from the look of the pattern.

use std::collections::{HashMap, VecDeque};

use super::Malformed;
use super::parts::Part;
use super::pattern::Capture;

/// Refuses the pattern, with the shortest name that has two readings.
pub(super) fn only_one(source: &str, parts: &[Part<Capture>]) -> Result<(), Malformed> {
    let machine = Machine::of(parts);
    let captures = parts.iter().enumerate().filter_map(|(part, it)| match it {
        Part::Braced(capture) => Some((part, capture.choices.is_empty())),
        _ => None,
    });
    for (part, is_open) in captures {
        if let Some(steps) = machine.two_readings(part, is_open) {
            return Err(Malformed::TwoReadings {
                pattern: source.to_owned(),
                name: steps.iter().map(|step| step.character).collect(),
                one: reading(
                    parts,
                    steps.iter().map(|step| (step.captured.0, step.character)),
                ),
                other: reading(
                    parts,
                    steps.iter().map(|step| (step.captured.1, step.character)),
                ),
            });
        }
    }
    Ok(())
}

/// What each capture holds, in words.
fn reading(
    parts: &[Part<Capture>],
    steps: impl Iterator<Item = (Option<Captured>, char)>,
) -> String {
    let mut values: Vec<(usize, String)> = Vec::new();
    for (captured, character) in steps {
        match (captured, values.last_mut()) {
            (Some(it), Some((last, value))) if *last == it.part => value.push(character),
            (Some(it), _) => values.push((it.part, character.to_string())),
            (None, _) => {}
        }
    }
    let named = values
        .into_iter()
        .filter_map(|(part, value)| match parts.get(part) {
            Some(Part::Braced(Capture { name, .. })) => Some(format!("{name} `{value}`")),
            _ => None,
        });
    named.collect::<Vec<_>>().join(" and ")
}

/// The pattern as a machine that takes a character at a time.
struct Machine {
    states: Vec<State>,
    end: usize,
}

#[derive(Default)]
struct State {
    moves: Vec<Move>,
    /// Places that are reached without a character.
    skips: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Move {
    /// `None`: any character.
    on: Option<char>,
    to: usize,
    captured: Option<Captured>,
}

/// The part that takes the character, and which of its choices.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Captured {
    part: usize,
    choice: usize,
}

#[derive(Clone, Copy)]
struct Step {
    character: char,
    captured: (Option<Captured>, Option<Captured>),
}

/// Where both readers are, and what each has put into the capture that is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Pair {
    at: (usize, usize),
    held: Held,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Held {
    Nothing,
    /// Only the one, or only the other, has come to its choice.
    One(usize),
    Other(usize),
    Different,
}

impl Machine {
    fn of(parts: &[Part<Capture>]) -> Self {
        let mut machine = Self {
            states: vec![State::default()],
            end: 0,
        };
        let mut at = 0;
        for (part, it) in parts.iter().enumerate() {
            let captured = |choice| Some(Captured { part, choice });
            at = match it {
                Part::Text(text) => machine.text(at, text, None),
                Part::One => machine.step(at, None, None),
                Part::Many => {
                    machine.again(at, None);
                    machine.skip(at)
                }
                Part::Braced(Capture { choices, .. }) if choices.is_empty() => {
                    let inside = machine.step(at, None, captured(0));
                    machine.again(inside, captured(0));
                    machine.skip(inside)
                }
                Part::Braced(Capture { choices, .. }) => {
                    let end = machine.state();
                    for (choice, text) in choices.iter().enumerate() {
                        let last = machine.text(at, text, captured(choice));
                        machine.add_skip(last, end);
                    }
                    end
                }
            };
        }
        machine.end = at;
        machine
    }

    /// The shortest way on which the capture holds different text for two readers that both reach the end.
    fn two_readings(&self, part: usize, is_open: bool) -> Option<Vec<Step>> {
        let start = Pair {
            at: (0, 0),
            held: Held::Nothing,
        };
        let mut came_from: HashMap<Pair, Option<(Pair, Step)>> = HashMap::from([(start, None)]);
        let mut queue = VecDeque::from([(start, 0_u8)]);
        while let Some((pair, depth)) = queue.pop_front() {
            let (one, other) = pair.at;
            if pair.held == Held::Different && self.reaches_end(one) && self.reaches_end(other) {
                return Some(way_to(pair, &came_from));
            }
            for a in self.moves_from(one) {
                for b in self.moves_from(other) {
                    // Another letter at each place, so that what is held in two places is different text.
                    let free = char::from(b'a' + depth % 26);
                    let character = both(a.on, b.on, free);
                    let held = pair.held.then(a.in_part(part), b.in_part(part), is_open);
                    if let (Some(character), Some(held)) = (character, held) {
                        let at = (a.to, b.to);
                        let next = Pair { at, held };
                        came_from.entry(next).or_insert_with(|| {
                            queue.push_back((next, depth.wrapping_add(1)));
                            let captured = (a.captured, b.captured);
                            Some((
                                pair,
                                Step {
                                    character,
                                    captured,
                                },
                            ))
                        });
                    }
                }
            }
        }
        None
    }

    fn moves_from(&self, state: usize) -> impl Iterator<Item = Move> {
        self.without_a_character(state).into_iter().flat_map(|at| {
            self.states
                .get(at)
                .into_iter()
                .flat_map(|it| it.moves.iter().copied())
        })
    }

    fn reaches_end(&self, state: usize) -> bool {
        self.without_a_character(state).contains(&self.end)
    }

    fn without_a_character(&self, state: usize) -> Vec<usize> {
        let mut reached = vec![state];
        let mut next = 0;
        while let Some(&at) = reached.get(next) {
            next += 1;
            for &skip in self.states.get(at).map_or(&[][..], |it| &it.skips) {
                if !reached.contains(&skip) {
                    reached.push(skip);
                }
            }
        }
        reached
    }

    fn state(&mut self) -> usize {
        self.states.push(State::default());
        self.states.len() - 1
    }

    fn text(&mut self, from: usize, text: &str, captured: Option<Captured>) -> usize {
        text.chars().fold(from, |at, character| {
            self.step(at, Some(character), captured)
        })
    }

    fn step(&mut self, from: usize, on: Option<char>, captured: Option<Captured>) -> usize {
        let to = self.state();
        self.add_move(from, Move { on, to, captured });
        to
    }

    fn again(&mut self, at: usize, captured: Option<Captured>) {
        self.add_move(
            at,
            Move {
                on: None,
                to: at,
                captured,
            },
        );
    }

    fn skip(&mut self, from: usize) -> usize {
        let to = self.state();
        self.add_skip(from, to);
        to
    }

    fn add_move(&mut self, from: usize, it: Move) {
        if let Some(state) = self.states.get_mut(from) {
            state.moves.push(it);
        }
    }

    fn add_skip(&mut self, from: usize, to: usize) {
        if let Some(state) = self.states.get_mut(from) {
            state.skips.push(to);
        }
    }
}

impl Move {
    fn in_part(&self, part: usize) -> Option<usize> {
        self.captured
            .filter(|it| it.part == part)
            .map(|it| it.choice)
    }
}

impl Held {
    /// After both have moved; `None` where they hold the same and nothing can change that.
    fn then(self, one: Option<usize>, other: Option<usize>, is_open: bool) -> Option<Self> {
        if self == Self::Different {
            return Some(self);
        }
        if is_open {
            let same = one.is_some() == other.is_some();
            return Some(if same { self } else { Self::Different });
        }
        let (one_before, other_before) = match self {
            Self::One(choice) => (Some(choice), None),
            Self::Other(choice) => (None, Some(choice)),
            Self::Nothing | Self::Different => (None, None),
        };
        match (one.or(one_before), other.or(other_before)) {
            (Some(one), Some(other)) => (one != other).then_some(Self::Different),
            (Some(one), None) => Some(Self::One(one)),
            (None, Some(other)) => Some(Self::Other(other)),
            (None, None) => Some(Self::Nothing),
        }
    }
}

/// A character that both moves take.
fn both(one: Option<char>, other: Option<char>, free: char) -> Option<char> {
    match (one, other) {
        (Some(a), Some(b)) => (a == b).then_some(a),
        (Some(a), None) | (None, Some(a)) => Some(a),
        (None, None) => Some(free),
    }
}

fn way_to(end: Pair, came_from: &HashMap<Pair, Option<(Pair, Step)>>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = end;
    while let Some(Some((before, step))) = came_from.get(&at) {
        steps.push(*step);
        at = *before;
    }
    steps.reverse();
    steps
}
