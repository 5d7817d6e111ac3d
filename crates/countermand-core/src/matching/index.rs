//! An index over what policies demand of an event.
//!
//! A policy can be met in several ways; each way demands several facts of an event, and a name with wildcards
//! demands each of its pieces. Of all these the index keeps what the fewest other policies demand too: the event
//! must contain it, so the others need not be asked. All pieces of one facet are searched for at once.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, MatchKind};

/// What an event says of one thing, as of its alarm's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Facet {
    /// What kind of event it is: every way demands at least that.
    Kind,
    AlarmName,
    Account,
    Region,
    Dimension(String),
    Policy,
    ChangeCalendar,
    Target(&'static str, &'static str),
}

/// A value that an event must have, or must contain.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Clue {
    Is(String),
    Contains(String),
}

/// All of these hold for a value that fits; one is enough to find it by. At least one.
pub(super) type Clues = Vec<Clue>;

/// One of these must hold for the facet.
pub(super) type Demand = (Facet, Vec<Clues>);

/// All of these must hold.
pub(super) type Way = Vec<Demand>;

#[derive(Debug, Default)]
pub(super) struct Index {
    facets: HashMap<Facet, Values>,
}

#[derive(Debug, Default)]
struct Values {
    whole: HashMap<String, Vec<usize>>,
    pieces: Option<Pieces>,
}

#[derive(Debug)]
struct Pieces {
    /// `None` where there are more pieces than it can search for: then all of their policies are asked.
    search: Option<AhoCorasick>,
    /// The policies of each piece, by its number.
    policies: Vec<Vec<usize>>,
}

impl Index {
    /// Over the ways of every policy, in order.
    pub(super) fn of(policies: impl Iterator<Item = Vec<Way>>) -> Self {
        let policies: Vec<Vec<Way>> = policies.collect();
        let company = Company::of(&policies);

        let mut whole: HashMap<Facet, HashMap<String, Vec<usize>>> = HashMap::new();
        let mut pieces: HashMap<Facet, HashMap<String, Vec<usize>>> = HashMap::new();
        for (at, way) in policies
            .iter()
            .enumerate()
            .flat_map(|(at, ways)| ways.iter().map(move |way| (at, way)))
        {
            let Some((facet, clues)) = company.rarest(way) else {
                continue;
            };
            for clue in clues {
                let (values, text) = match clue {
                    Clue::Is(text) => (&mut whole, text),
                    Clue::Contains(text) => (&mut pieces, text),
                };
                let values = values.entry(facet.clone()).or_default();
                values.entry(text.clone()).or_default().push(at);
            }
        }

        let mut facets: HashMap<Facet, Values> = HashMap::new();
        for (facet, whole) in whole {
            facets.entry(facet).or_default().whole = whole;
        }
        for (facet, pieces) in pieces {
            facets.entry(facet).or_default().pieces = Some(Pieces::of(pieces));
        }
        Self { facets }
    }

    /// Every policy that the event may be about, in order: far fewer than all.
    pub(super) fn candidates(&self, event: &[(Facet, &str)]) -> Vec<usize> {
        let mut found = Vec::new();
        for (facet, value) in event {
            let Some(values) = self.facets.get(facet) else {
                continue;
            };
            found.extend(values.whole.get(*value).into_iter().flatten());
            if let Some(pieces) = &values.pieces {
                found.extend(pieces.within(value));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Pieces {
    fn of(pieces: HashMap<String, Vec<usize>>) -> Self {
        let (texts, policies): (Vec<_>, Vec<_>) = pieces.into_iter().unzip();
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&texts)
            .ok();
        Self { search, policies }
    }

    fn within(&self, value: &str) -> Vec<usize> {
        let Some(search) = &self.search else {
            return self.policies.concat();
        };
        let mut seen = HashSet::new();
        let pieces = search
            .find_overlapping_iter(value)
            .map(|it| it.pattern().as_usize());
        let new = pieces.filter(|piece| seen.insert(*piece));
        new.flat_map(|piece| self.policies.get(piece).into_iter().flatten().copied())
            .collect()
    }
}

/// How many ways demand the same.
struct Company<'a>(HashMap<(&'a Facet, &'a Clue), usize>);

impl<'a> Company<'a> {
    fn of(policies: &'a [Vec<Way>]) -> Self {
        let mut demanded = HashMap::new();
        for (facet, alternatives) in policies.iter().flatten().flatten() {
            for clue in alternatives.iter().flatten() {
                *demanded.entry((facet, clue)).or_default() += 1;
            }
        }
        Self(demanded)
    }

    /// Of all demands the one that is shared least, with a clue for each of its alternatives.
    fn rarest(&self, way: &'a Way) -> Option<(&'a Facet, Vec<&'a Clue>)> {
        let choices = way.iter().map(|(facet, alternatives)| {
            let clues = alternatives.iter().filter_map(|clues| {
                let shared = |clue: &&Clue| (self.shared(facet, clue), Reverse(clue.text().len()));
                clues.iter().min_by_key(shared)
            });
            (facet, clues.collect::<Vec<_>>())
        });
        choices.min_by_key(|(facet, clues)| -> usize {
            clues.iter().map(|clue| self.shared(facet, clue)).sum()
        })
    }

    fn shared(&self, facet: &Facet, clue: &Clue) -> usize {
        self.0.get(&(facet, clue)).copied().unwrap_or_default()
    }
}

impl Clue {
    fn text(&self) -> &str {
        match self {
            Self::Is(text) | Self::Contains(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_search_all_of_its_policies_are_asked() {
        let pieces = Pieces {
            search: None,
            policies: vec![vec![0, 2], vec![1]],
        };
        let values = Values {
            whole: HashMap::new(),
            pieces: Some(pieces),
        };
        let index = Index {
            facets: [(Facet::AlarmName, values)].into(),
        };
        assert_eq!(index.candidates(&[(Facet::AlarmName, "any")]), [0, 1, 2]);
        assert_eq!(index.candidates(&[(Facet::Region, "any")]), [0; 0]);
    }
}
