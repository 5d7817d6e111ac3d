//! An index over what policies demand of an event.
//!
//! A policy can be met in several ways; each way demands several facts of an event, each by several clues. Of
//! these the index keeps the one that the fewest other policies demand too: the event must contain it, so the
//! others need not be asked. A fact is a whole value, or a piece of one: all pieces of one facet are searched for at once.

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
    Tag(String),
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

impl Clue {
    fn text(&self) -> &str {
        match self {
            Self::Is(text) | Self::Contains(text) => text,
        }
    }
}

/// One of these must hold for the facet, each with all of its clues.
pub(super) type Demand = (Facet, Vec<Vec<Clue>>);

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
    search: AhoCorasick,
    /// The policies of each piece, by its number.
    policies: Vec<Vec<usize>>,
}

impl Index {
    /// Over the ways of every policy, in order.
    pub(super) fn of(policies: impl Iterator<Item = Vec<Way>>) -> Self {
        let policies: Vec<Vec<Way>> = policies.collect();
        let mut demanded: HashMap<(&Facet, &Clue), usize> = HashMap::new();
        for (facet, clue) in policies.iter().flatten().flatten().flat_map(each_clue) {
            *demanded.entry((facet, clue)).or_default() += 1;
        }
        let company = |facet: &Facet, clue: &Clue| -> usize {
            demanded.get(&(facet, clue)).copied().unwrap_or_default()
        };
        // Of what is equally rare, the longest says most.
        let rarest = |(facet, names): &Demand| -> Vec<(usize, Clue)> {
            let kept = names.iter().filter_map(|clues| {
                let counted = clues
                    .iter()
                    .map(|clue| (company(facet, clue), clue.clone()));
                counted.min_by_key(|(company, clue)| (*company, Reverse(clue.text().len())))
            });
            kept.collect()
        };

        let mut whole: HashMap<Facet, HashMap<String, Vec<usize>>> = HashMap::new();
        let mut pieces: HashMap<Facet, HashMap<String, Vec<usize>>> = HashMap::new();
        for (at, way) in policies
            .iter()
            .enumerate()
            .flat_map(|(at, ways)| ways.iter().map(move |way| (at, way)))
        {
            let demands = way.iter().map(|demand| (&demand.0, rarest(demand)));
            let fewest = demands.min_by_key(|(_, clues)| -> usize {
                clues.iter().map(|(company, _)| company).sum()
            });
            let Some((facet, clues)) = fewest else {
                continue;
            };
            for (_, clue) in clues {
                let (values, text) = match clue {
                    Clue::Is(text) => (&mut whole, text),
                    Clue::Contains(text) => (&mut pieces, text),
                };
                let values = values.entry(facet.clone()).or_default();
                values.entry(text).or_default().push(at);
            }
        }

        let mut facets: HashMap<Facet, Values> = HashMap::new();
        for (facet, whole) in whole {
            facets.entry(facet).or_default().whole = whole;
        }
        for (facet, pieces) in pieces {
            facets.entry(facet).or_default().pieces = Pieces::of(pieces);
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
    /// `None` where the pieces are too many for the search, which no set of policies reaches.
    fn of(pieces: HashMap<String, Vec<usize>>) -> Option<Self> {
        let (texts, policies): (Vec<_>, Vec<_>) = pieces.into_iter().unzip();
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&texts)
            .ok()?;
        Some(Self { search, policies })
    }

    fn within<'a>(&'a self, value: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut seen = HashSet::new();
        let pieces = self
            .search
            .find_overlapping_iter(value)
            .map(|it| it.pattern().as_usize());
        let new = pieces.filter(move |piece| seen.insert(*piece));
        new.flat_map(|piece| self.policies.get(piece).into_iter().flatten().copied())
    }
}

fn each_clue(demand: &Demand) -> impl Iterator<Item = (&Facet, &Clue)> {
    let (facet, names) = demand;
    names.iter().flatten().map(move |clue| (facet, clue))
}
