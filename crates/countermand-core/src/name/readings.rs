//! Proves that a pattern reads every name in one way only.
//!
//! A breadth-first search over pairs of readers: both walk the pattern over the same name, one character at a time. If
//! both can reach the end while a capture holds different text for each, the name that led there has two readings, and
//! is shown to the user.

use std::collections::{HashMap, VecDeque};

use super::Malformed;
use super::parts::Part;
use super::pattern::Capture;

/// The limit of the search, in steps for each byte of a pattern. Real patterns need a few.
const MOST_STEPS: usize = 32;

/// Refuses an ambiguous pattern, with the shortest name that has two readings.
pub(super) fn only_one(source: &str, parts: &[Part<Capture>]) -> Result<(), Malformed> {
    let machine = Machine::of(parts);
    let mut patience = MOST_STEPS * source.len();
    let captures = parts.iter().enumerate().filter_map(|(part, it)| match it {
        Part::Braced(capture) => Some((part, capture.choices.is_empty())),
        _ => None,
    });
    for (part, is_open) in captures {
        let two_readings = machine.two_readings(part, is_open, &mut patience);
        if let Some(steps) =
            two_readings.map_err(|TooMany| Malformed::TooMuchToProve(source.to_owned()))?
        {
            let one = steps.iter().map(|step| (step.captured.0, step.character));
            let other = steps.iter().map(|step| (step.captured.1, step.character));
            return Err(Malformed::TwoReadings {
                pattern: source.to_owned(),
                name: steps.iter().map(|step| step.character).collect(),
                one: reading(parts, one),
                other: reading(parts, other),
            });
        }
    }
    Ok(())
}

/// The text of each capture, in words.
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

/// The pattern as a nondeterministic automaton.
struct Machine {
    states: Vec<State>,
    end: usize,
}

#[derive(Default)]
struct State {
    moves: Vec<Move>,
    /// States that are reached without a character.
    skips: Vec<usize>,
    ends: bool,
}

#[derive(Clone, Copy)]
struct Move {
    /// `None`: any character.
    on: Option<char>,
    to: usize,
    captured: Option<Captured>,
}

/// The part that consumes the character, and which of its choices.
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

/// The search has reached its limit.
struct TooMany;

/// The states of both readers, and what each has put into the capture in question.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Pair {
    at: (usize, usize),
    held: Held,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Held {
    Nothing,
    /// Only one of the readers has reached its choice.
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
        machine.without_skips()
    }

    /// The shortest path on which both readers reach the end with different text in the capture.
    fn two_readings(
        &self,
        part: usize,
        is_open: bool,
        patience: &mut usize,
    ) -> Result<Option<Vec<Step>>, TooMany> {
        let start = Pair {
            at: (0, 0),
            held: Held::Nothing,
        };
        let mut came_from: HashMap<Pair, Option<(Pair, Step)>> = HashMap::from([(start, None)]);
        let mut queue = VecDeque::from([(start, 0_u8)]);
        while let Some((pair, depth)) = queue.pop_front() {
            let (one, other) = pair.at;
            if pair.held == Held::Different && self.reaches_end(one) && self.reaches_end(other) {
                return Ok(Some(way_to(pair, &came_from)));
            }
            // While the readers are in the same state, swapping them makes no difference.
            let alike = one == other && pair.held == Held::Nothing;
            for (tried, a) in self.moves_from(one).iter().enumerate() {
                let done = if alike { tried } else { 0 };
                for b in self.moves_from(other).iter().skip(done) {
                    // A different letter at each position, so that texts from different positions differ.
                    let free = char::from(b'a' + depth % 26);
                    let Some(character) = both(a.on, b.on, free) else {
                        continue;
                    };
                    let held = pair.held.then(a.in_part(part), b.in_part(part), is_open);
                    if let Some(held) = held {
                        *patience = patience.checked_sub(1).ok_or(TooMany)?;
                        let at = (a.to, b.to);
                        let next = Pair { at, held };
                        came_from.entry(next).or_insert_with(|| {
                            queue.push_back((next, depth.wrapping_add(1)));
                            let captured = (a.captured, b.captured);
                            let step = Step {
                                character,
                                captured,
                            };
                            Some((pair, step))
                        });
                    }
                }
            }
        }
        Ok(None)
    }

    /// Adds to every state the moves of the states that are reached from it without a character.
    fn without_skips(mut self) -> Self {
        let all = (0..self.states.len()).map(|state| {
            let reached = self.without_a_character(state);
            let states = reached.iter().filter_map(|at| self.states.get(*at));
            State {
                moves: states.flat_map(|it| it.moves.iter().copied()).collect(),
                skips: Vec::new(),
                ends: reached.contains(&self.end),
            }
        });
        self.states = all.collect();
        self
    }

    fn moves_from(&self, state: usize) -> &[Move] {
        self.states.get(state).map_or(&[], |it| &it.moves)
    }

    fn reaches_end(&self, state: usize) -> bool {
        self.states.get(state).is_some_and(|it| it.ends)
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
        let (on, to) = (None, at);
        self.add_move(at, Move { on, to, captured });
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
    /// What the captures hold after both have moved; `None` if they are equal and must stay so.
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

/// A character that both moves accept.
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
