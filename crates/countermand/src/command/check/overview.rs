//! Prints what each policy will do, in a few lines.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use countermand_core::calendar::{Calendar, StateAt};
use countermand_core::operations::Action;
use countermand_core::policy::{AlarmWhen, InFlight, Mode, Policies, Policy, ScheduleWhen, When};
use countermand_core::schedule::Expression;
use jiff::Timestamp;

use crate::policies::CheckedPolicies;
use crate::text::{FAINT, STRONG, as_written, counted, listed, moment, visible, wrapped};

/// How many of a schedule's next runs are printed.
pub(super) const RUNS: usize = 3;
/// How many names of a key are printed.
const NAMES: usize = 5;
const INDENT: usize = 8;

pub(super) fn render(policies: &Policies, checked: &CheckedPolicies, width: usize) -> String {
    let now = checked.now;
    let mut page = Page {
        text: String::new(),
        width,
    };
    for policy in policies.list() {
        page.policy(policy, now);
    }
    for (name, calendar) in policies.calendars() {
        page.calendar(name, calendar, now);
    }
    let policies = policies.list().len();
    let policies = match policies {
        1 => "1 policy".to_owned(),
        _ => format!("{policies} policies"),
    };
    let files = counted(checked.sources.len(), "file");
    page.text + &format!("{policies} in {files}, no errors\n")
}

struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn policy(&mut self, policy: &Policy, now: Timestamp) {
        let style = style_of(policy.mode);
        let mode = policy.mode.as_str();
        self.title(&policy.name.to_string(), &format!("{style}{mode}{style:#}"));
        self.line("when", &describe_when(&policy.when));
        if let Some(calendar) = &policy.during {
            self.line("only", &format!("while `{calendar}` is closed"));
        }
        for action in &policy.actions {
            self.line("does", &describe_action(action));
        }
        if let When::Schedule(schedule) = &policy.when {
            self.line("next", &next_runs(schedule, now));
        }
        self.text.push('\n');
    }

    fn calendar(&mut self, name: &str, calendar: &Calendar, now: Timestamp) {
        self.title(&visible(name), &format!("calendar in {}", calendar.zone));
        let state = match calendar.state_at(now) {
            StateAt::Closed { until, .. } => ("closed", until),
            StateAt::Open { until, .. } => ("open", until),
        };
        let until = match state.1 {
            Some(until) => format!("until {}", moment(until, &calendar.zone)),
            None => "for good".to_owned(),
        };
        self.line("now", &format!("{} {until}", state.0));
        self.text.push('\n');
    }

    fn title(&mut self, name: &str, what: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{STRONG}{name}{STRONG:#}  {what}");
    }

    fn line(&mut self, label: &str, said: &str) {
        let label = format!("{label:<6}");
        for (index, line) in wrapped(said, self.width - INDENT).iter().enumerate() {
            let label = if index == 0 { &label } else { "      " };
            let _ = writeln!(self.text, "  {FAINT}{label}{FAINT:#}{line}");
        }
    }
}

fn style_of(mode: Mode) -> Style {
    match mode {
        Mode::Disabled => FAINT,
        Mode::Observe => AnsiColor::Yellow.on_default(),
        Mode::Enforce => AnsiColor::Green.on_default(),
    }
}

fn describe_when(when: &When) -> String {
    let frozen = |calendar: &str, in_flight| {
        let what = match in_flight {
            InFlight::LetFinish => "a change begins while it is closed",
            InFlight::Stop => "a change is in flight while it is closed",
        };
        format!("{calendar} closes, or {what}")
    };
    match when {
        When::Alarm(alarm) => describe_alarm(alarm),
        When::Schedule(schedule) => match schedule.expression.describe() {
            Some(words) => format!("{words}, {}: `{}`", schedule.zone, schedule.expression),
            None => format!("`{}`, {}", schedule.expression, schedule.zone),
        },
        When::Freeze(freeze) => frozen(&format!("`{}`", freeze.calendar), freeze.in_flight),
        When::ChangeCalendar(calendar) => {
            let name = format!("the SSM change calendar `{}`", calendar.calendar);
            frozen(&name, calendar.in_flight)
        }
    }
}

fn describe_alarm(alarm: &AlarmWhen) -> String {
    let names = few(alarm.name.iter().map(|name| format!("`{}`", name.source())));
    let states = alarm.state.iter().map(as_written).collect::<Vec<_>>();
    let dimensions = alarm.dimensions.iter().map(|it| ("dimension", it));
    let tags = alarm.tags.iter().map(|it| ("tag", it));
    let conditions = dimensions.chain(tags).map(|(kind, (key, globs))| {
        let globs = few(globs.iter().map(|glob| format!("`{glob}`")));
        format!("its {kind} `{key}` is {globs}")
    });
    let conditions = listed(conditions);
    let only_if = if conditions.is_empty() { "" } else { ", if " };
    format!(
        "the alarm {names} goes to {}{only_if}{conditions}",
        states.join(" or ")
    )
}

fn describe_action(action: &Action) -> String {
    let targets = action.names().into_iter().map(|(key, names)| {
        let names = names.sources().into_iter().map(|name| format!("`{name}`"));
        format!("{key} {}", few(names))
    });
    let targets: Vec<_> = targets.collect();
    format!("{}: {}", action.spec().does, targets.join(", "))
}

fn next_runs(schedule: &ScheduleWhen, now: Timestamp) -> String {
    if let Expression::Rate(_) = schedule.expression {
        return "counted from its deployment".to_owned();
    }
    let runs = schedule.expression.runs_after(now, &schedule.zone);
    let runs: Vec<_> = runs
        .take(RUNS)
        .map(|run| moment(run, &schedule.zone))
        .collect();
    if runs.is_empty() {
        return "never again".to_owned();
    }
    runs.join(", ")
}

fn few(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<_> = names.collect();
    let more = names.len().saturating_sub(NAMES);
    if more > 1 {
        names.truncate(NAMES);
        names.push(format!("{more} more"));
    }
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => names.concat(),
    }
}
