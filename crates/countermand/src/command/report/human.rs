//! The report as text.

use countermand_core::operation::Outcome;
use std::fmt::Write;

use anstyle::Style;
use countermand_core::policy::Mode;
use countermand_core::zone::Zone;

use super::summary::{ActivityReport, OutcomeSummary, PolicyActivity};
use crate::heading::titled;
use crate::text::{
    BAD, FAINT, GOOD, STRONG, as_written, counted, indented, listed, moment, visible,
};

const INDENT: &str = "  ";

pub(super) fn render(report: &ActivityReport, width: usize) -> String {
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
        render_policy(policy, width, &mut text);
    }
    text
}

fn render_policy(policy: &PolicyActivity, width: usize, text: &mut String) {
    let PolicyActivity {
        stopped,
        previewed,
        not_stopped,
        held,
        ..
    } = policy;
    if stopped.count > 0 {
        add_outcomes("stopped", stopped, width, text);
    }
    if previewed.count > 0 {
        add_outcomes("would have stopped", previewed, width, text);
    }
    if *not_stopped > 0 {
        let said = format!("could not stop {not_stopped}: AWS refused, or did not answer in time");
        add_line(&said, BAD, width, text);
    }
    if !held.is_empty() {
        let count: usize = held.values().sum();
        let mut codes: Vec<_> = held.iter().collect();
        codes.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), *code));
        let codes: Vec<_> = codes
            .iter()
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        let said = format!("held {count}: {}", listed(codes));
        add_line(&said, Style::new(), width, text);
    }
    if let Some(advice) = advice(policy) {
        add_line(advice, FAINT, width, text);
    }
}

fn add_line(said: &str, style: Style, width: usize, text: &mut String) {
    *text += &indented(INDENT, INDENT, style, said, width);
}

fn add_outcomes(what: &str, summary: &OutcomeSummary, width: usize, text: &mut String) {
    let outcomes = summary
        .outcomes
        .iter()
        .map(|(outcome, count)| outcome_in_words(*outcome, *count));
    let open = (summary.open > 0).then(|| format!("{} not known yet", summary.open));
    let ends: Vec<_> = outcomes.chain(open).collect();
    let style = if summary.look_at.is_empty() {
        GOOD
    } else {
        BAD
    };
    let said = format!("{what} {}: {}", summary.count, listed(ends));
    add_line(&said, style, width, text);
    for it in &summary.look_at {
        let at = moment(it.at, &Zone::default());
        let (outcome, target) = (as_written(&it.outcome), visible(&it.target));
        let _ = writeln!(text, "{INDENT}{INDENT}{at}  {outcome}  {target}");
    }
}

fn outcome_in_words(outcome: Outcome, count: usize) -> String {
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

/// For a policy that observes: whether its previews were right.
fn advice(policy: &PolicyActivity) -> Option<&'static str> {
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
