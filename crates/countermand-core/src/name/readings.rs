//! Proves that a pattern reads every name in one way only.
//!
//! Two readers walk the pattern side by side over all names at once, a character at a time. Where they can
//! reach the end together after having put one character into different captures, the name that led them
//! there is the proof that two readings exist. Nothing is guessed from the look of the pattern.

use std::collections::{HashMap, VecDeque};

use super::Malformed;
use super::parts::Part;
use super::pattern::Capture;

/// Refuses the pattern, with the shortest name that has two readings.
pub(super) fn only_one(source: &str, parts: &[Part<Capture>]) -> Result<(), Malformed> {
    let machine = Machine::of(parts);
    let Some(steps) = machine.two_readings() else {
        return Ok(());
    };
    let reading = |side: fn(&Step) -> Option<usize>| {
        let mut values: Vec<(usize, String)> = Vec::new();
        for step in &steps {
            match (side(step), values.last_mut()) {
                (Some(part), Some((last, value))) if *last == part => value.push(step.character),
                (Some(part), _) => values.push((part, step.character.to_string())),
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
    };
    Err(Malformed::TwoReadings {
        pattern: source.to_owned(),
        name: steps.iter().map(|step| step.character).collect(),
        one: reading(|step| step.captured.0),
        other: reading(|step| step.captured.1),
    })
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
    /// The part that captures the character.
    captured: Option<usize>,
}

struct Step {
    character: char,
    captured: (Option<usize>, Option<usize>),
}

/// Where both readers are, and whether they have differed.
type Pair = (usize, usize, bool);

impl Machine {
    fn of(parts: &[Part<Capture>]) -> Self {
        let mut machine = Self {
            states: vec![State::default()],
            end: 0,
        };
        let mut at = 0;
        for (index, part) in parts.iter().enumerate() {
            at = match part {
                Part::Text(text) => machine.text(at, text, None),
                Part::One => machine.step(at, None, None),
                Part::Many => {
                    machine.again(at, None);
                    machine.skip(at)
                }
                Part::Braced(Capture { choices, .. }) if choices.is_empty() => {
                    let inside = machine.step(at, None, Some(index));
                    machine.again(inside, Some(index));
                    machine.skip(inside)
                }
                Part::Braced(Capture { choices, .. }) => {
                    let end = machine.state();
                    for choice in choices {
                        let last = machine.text(at, choice, Some(index));
                        machine.add_skip(last, end);
                    }
                    end
                }
            };
        }
        machine.end = at;
        machine
    }

    /// The shortest way on which two readers differ and still both reach the end.
    fn two_readings(&self) -> Option<Vec<Step>> {
        let mut came_from: HashMap<Pair, Option<(Pair, Step)>> = HashMap::new();
        let mut queue = VecDeque::new();
        let start = (0, 0, false);
        came_from.insert(start, None);
        queue.push_back(start);
        while let Some(pair @ (one, other, differed)) = queue.pop_front() {
            if differed && self.reaches_end(one) && self.reaches_end(other) {
                return Some(way_to(pair, came_from));
            }
            for a in self.moves_from(one) {
                for b in self.moves_from(other) {
                    let Some(character) = both(a.on, b.on) else {
                        continue;
                    };
                    let next = (a.to, b.to, differed || a.captured != b.captured);
                    came_from.entry(next).or_insert_with(|| {
                        queue.push_back(next);
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

    fn text(&mut self, from: usize, text: &str, captured: Option<usize>) -> usize {
        text.chars().fold(from, |at, character| {
            self.step(at, Some(character), captured)
        })
    }

    fn step(&mut self, from: usize, on: Option<char>, captured: Option<usize>) -> usize {
        let to = self.state();
        self.add_move(from, Move { on, to, captured });
        to
    }

    fn again(&mut self, at: usize, captured: Option<usize>) {
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

/// A character that both moves take.
fn both(one: Option<char>, other: Option<char>) -> Option<char> {
    match (one, other) {
        (Some(a), Some(b)) => (a == b).then_some(a),
        (Some(a), None) | (None, Some(a)) => Some(a),
        (None, None) => Some('a'),
    }
}

fn way_to(end: Pair, mut came_from: HashMap<Pair, Option<(Pair, Step)>>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = end;
    while let Some(Some((before, step))) = came_from.remove(&at) {
        steps.push(step);
        at = before;
    }
    steps.reverse();
    steps
}
