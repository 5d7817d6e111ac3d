//! The explanation as people read it: a tree for each event.

use anstyle::Style;
use countermand_core::record::{Told, What};
use countermand_core::verdict::Checked;

use super::explained::{Event, Explained, Explanation, InFlight, Next, Ours, Said};
use crate::branches::Node;
use crate::text::{BAD, CALL, FAINT, GOOD, STRONG, as_written, counted, listed, wrapped};

const PLAIN: Style = Style::new();

pub(super) fn render(explained: &Explained, width: usize) -> String {
    let all = explained.events.len();
    let events = explained.events.iter().enumerate();
    let trees = events.map(|(at, event)| {
        let count = (all > 1).then(|| format!("event {} of {all}, ", at + 1));
        one(event, count.as_deref().unwrap_or_default(), width)
    });
    trees.collect::<Vec<_>>().join("\n")
}

fn one(event: &Event, count: &str, width: usize) -> String {
    let at = match event.place.as_str() {
        "" => String::new(),
        place => format!("at {place}: "),
    };
    let title = |what: &str| titled(&format!("{count}{at}{what}"), STRONG, width);
    match &event.said {
        Said::Ours(ours) => title(&what(&ours.trigger)) + &about(ours, width),
        Said::NotOurs(why) => {
            let (why, help) = why.split_once('\n').unwrap_or((why, ""));
            let help = match help {
                "" => String::new(),
                help => titled(help, FAINT, width),
            };
            title("not for us") + &titled(why, PLAIN, width) + &help
        }
        Said::Broken(_) => title("cannot be read"),
    }
}

fn about(ours: &Ours, width: usize) -> String {
    let place = format!(
        "seen from account {} in {}, as of {}",
        ours.account, ours.region, ours.now
    );
    let mut all = titled(&place, FAINT, width);
    if let Some(note) = &ours.note {
        all += &titled(note, FAINT, width);
    }
    for policy in &ours.policies {
        all.push('\n');
        all += &tree(policy).render(width);
    }
    all.push('\n');
    all + &titled(&summary(ours), FAINT, width)
}

fn summary(ours: &Ours) -> String {
    let others = match (ours.policies.len(), ours.not_matching) {
        (_, 0) => String::new(),
        (0, 1) => "the one policy is not about this event; ".to_owned(),
        (0, others) => format!("none of {others} policies is about this event; "),
        (_, 1) => "1 other policy is not about this event; ".to_owned(),
        (_, others) => format!("{others} other policies are not about this event; "),
    };
    match ours.calls {
        0 => format!("{others}nothing was asked of AWS"),
        calls => format!(
            "{others}{} to AWS, which only read",
            counted(calls as usize, "call")
        ),
    }
}

fn what(told: &Told) -> String {
    let at = told.at;
    match &told.what {
        What::AlarmChanged { alarm, state, .. } => {
            format!("the alarm `{alarm}` went to `{}` at {at}", state.as_str())
        }
        What::PolicyDue {
            policy,
            scheduled_for,
        } => format!("the policy `{policy}` was due at {scheduled_for}"),
        What::ChangeBegan {
            operation, target, ..
        } => format!("a change of {target} began at {at}, as `{operation}` stops"),
        What::CalendarClosed { calendar } => format!("the calendar `{calendar}` closed at {at}"),
        What::Asked { why } => format!("somebody asked: {why}"),
    }
}

fn tree(policy: &Explanation) -> Node {
    let captured = policy.captures.iter().flatten();
    let captured: Vec<_> = captured
        .map(|(name, value)| format!("`{name}` is `{value}`"))
        .collect();
    let captured = match captured.as_slice() {
        [] => String::new(),
        some => format!(", where {}", listed(some)),
    };
    let mode = as_written(&policy.mode);
    let mut root = Node::new(STRONG, format!("{} ({mode}){captured}", policy.policy));
    root.branch(guards("the event", &policy.event));
    for target in &policy.targets {
        let looked = format!("looks for `{}` at {}", target.operation, target.target);
        root.branch(Node::new(PLAIN, looked));
    }
    for change in &policy.changes {
        root.branch(branch(change, policy.is_incomplete));
    }
    for without in &policy.without {
        let style = if without.verdict.is_some() {
            BAD
        } else {
            STRONG
        };
        let codes: Vec<_> = without
            .reasons
            .iter()
            .map(|it| as_written(&it.code))
            .collect();
        let codes = if codes.is_empty() {
            String::new()
        } else {
            format!("{}: ", codes.join(", "))
        };
        root.branch(Node::new(style, format!("{codes}{}", without.text)));
    }
    if !policy.together.is_empty() {
        root.branch(guards("all changes together", &policy.together));
    }
    if let Some(calls) = calls(policy) {
        root.branch(calls);
    }
    root
}

fn guards(of: &str, checked: &[Checked]) -> Node {
    let holds = checked.iter().any(|it| it.holds);
    let (said, style) = if holds {
        ("held", BAD)
    } else {
        ("not held", GOOD)
    };
    let mut node = Node::new(style, format!("{of}: {said}"));
    add_guards(&mut node, checked);
    node
}

fn add_guards(node: &mut Node, checked: &[Checked]) {
    for it in checked {
        if it.holds {
            node.add("✗ ", BAD, format!("{}: {}", as_written(&it.code), it.text));
        } else {
            node.add("✓ ", PLAIN, it.text.clone());
        }
    }
}

fn branch(change: &InFlight, is_incomplete: bool) -> Node {
    let target = &change.target;
    let head = match change.step {
        Next::Stop if is_incomplete => {
            format!("{target}: would wait, since not everything is known")
        }
        Next::Stop => format!("{target}: would be stopped"),
        Next::Preview => format!("{target}: would be stopped if the policy enforced"),
        Next::StoppedBy => format!(
            "{target}: would be stopped already, by `{}`",
            change.stopped_by.as_deref().unwrap_or_default()
        ),
        Next::Hold => format!("{target}: held"),
    };
    let style = if change.step == Next::Hold { BAD } else { GOOD };
    let mut node = Node::new(style, head);
    node.add("", FAINT, told(&change.change));
    add_guards(&mut node, &change.guards);
    node
}

/// What AWS said of the change.
fn told(change: &serde_json::Value) -> String {
    let text = |key: &str| change.get(key).and_then(|it| it.as_str());
    let state = text("state").unwrap_or("no state");
    let began = text("began_at").map_or_else(
        || "has no beginning that is known".to_owned(),
        |at| format!("began at {at}"),
    );
    let id = text("id").unwrap_or_default();
    let id = id.rsplit_once('/').map_or(id, |(_, last)| last);
    format!("{id} is in `{state}` and {began}")
}

fn calls(policy: &Explanation) -> Option<Node> {
    let calls = policy.changes.iter().filter_map(|it| it.call.as_ref());
    let calls: Vec<_> = calls.collect();
    let is_preview = policy.changes.iter().any(|it| it.step == Next::Preview);
    let head = if is_preview {
        "if it enforced, it would call"
    } else {
        "it would call"
    };
    let mut node = Node::new(STRONG, head);
    for call in &calls {
        node.add_whole(CALL, call.command.clone());
    }
    (!calls.is_empty()).then_some(node)
}

fn titled(text: &str, style: Style, width: usize) -> String {
    let lines = wrapped(text, width).join("\n");
    format!("{style}{lines}{style:#}\n")
}
