//! The same as people read it.

use std::fmt::Write;

use anstyle::Style;
use countermand_core::operations::Outcome;
use countermand_core::policy::Mode;
use countermand_core::zone::Zone;

use super::sum::{Fates, Policy, Report};
use crate::heading::titled;
use crate::text::{
    BAD, FAINT, GOOD, STRONG, as_written, counted, listed, moment, visible, wrapped,
};

const INDENT: &str = "  ";

pub(super) fn render(report: &Report, width: usize) -> String {
    let utc = Zone::default();
    let (from, until) = (moment(report.from, &utc), moment(report.until, &utc));
    let events = counted(report.events, "event");
    let mut text = titled(&format!("{from} until {until} UTC: {events}"), FAINT, width);
    for (name, policy) in &report.policies {
        let mode = policy
            .mode
            .map_or("mode not told".to_owned(), |it| as_written(&it));
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n{STRONG}{}{STRONG:#} ({mode})", visible(name));
        tell(policy, width, &mut text);
    }
    text
}

fn tell(policy: &Policy, width: usize, text: &mut String) {
    let Policy {
        stopped,
        previewed,
        not_stopped,
        held,
        ..
    } = policy;
    if stopped.count > 0 {
        fates("stopped", stopped, width, text);
    }
    if previewed.count > 0 {
        fates("would have stopped", previewed, width, text);
    }
    if *not_stopped > 0 {
        let said = format!("could not stop {not_stopped}: AWS refused, or did not answer in time");
        under(&said, BAD, width, text);
    }
    if !held.is_empty() {
        let count: usize = held.values().sum();
        let mut codes: Vec<_> = held.iter().collect();
        codes.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), *code));
        let codes: Vec<_> = codes
            .iter()
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        let said = format!("held {count}: {}", listed(&codes));
        under(&said, Style::new(), width, text);
    }
    if let Some(advice) = advice(policy) {
        under(advice, FAINT, width, text);
    }
}

fn under(said: &str, style: Style, width: usize, text: &mut String) {
    for line in wrapped(said, width.saturating_sub(INDENT.len())) {
        let _ = writeln!(text, "{INDENT}{style}{line}{style:#}");
    }
}

fn fates(what: &str, fates: &Fates, width: usize, text: &mut String) {
    let outcomes = fates
        .outcomes
        .iter()
        .map(|(outcome, count)| in_words(*outcome, *count));
    let open = (fates.open > 0).then(|| format!("{} not known yet", fates.open));
    let ends: Vec<_> = outcomes.chain(open).collect();
    let style = if fates.look_at.is_empty() { GOOD } else { BAD };
    let said = format!("{what} {}: {}", fates.count, listed(&ends));
    under(&said, style, width, text);
    for it in &fates.look_at {
        let at = moment(it.at, &Zone::default());
        let (outcome, target) = (as_written(&it.outcome), visible(&it.target));
        let _ = writeln!(text, "{INDENT}{INDENT}{at}  {outcome}  {target}");
    }
}

fn in_words(outcome: Outcome, count: usize) -> String {
    let was = if count == 1 {
        "was a false alarm"
    } else {
        "were false alarms"
    };
    match outcome {
        Outcome::Confirmed => format!("{count} confirmed"),
        Outcome::Overtaken => format!("{count} ended by themselves first"),
        Outcome::Failed => format!("{count} neither stopped nor ended well"),
        Outcome::Unconfirmed => format!("{count} unconfirmed"),
        Outcome::EndedWell => format!("{count} {was}"),
        Outcome::EndedBadly => format!("{count} failed anyway"),
    }
}

/// Whether to let a policy act that only observed.
fn advice(policy: &Policy) -> Option<&'static str> {
    let ended = |outcome| {
        policy
            .previewed
            .outcomes
            .get(&outcome)
            .copied()
            .unwrap_or(0)
    };
    if policy.mode != Some(Mode::Observe) {
        return None;
    }
    match (ended(Outcome::EndedBadly), ended(Outcome::EndedWell)) {
        (0, 0) => None,
        (_, 0) => Some("each stop would have been right: `mode: enforce` makes them"),
        _ => Some("look at the false alarms before `mode: enforce`"),
    }
}
