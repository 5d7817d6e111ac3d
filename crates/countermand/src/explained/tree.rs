//! The explanation as people read it: a tree for each event.

use anstyle::Style;
use countermand_core::record::text;
use countermand_core::verdict::Checked;

use super::{
    EventMeaning, Explained, ExplainedChange, ExplainedStep, ExplainedTrigger, Explanation,
};
use crate::heading::{headed, not_matching, not_ours, position, titled};
use crate::text::{BAD, CALL, FAINT, GOOD, STRONG, as_written, counted, listed};
use crate::text_tree::TreeNode;

const PLAIN: Style = Style::new();

pub(crate) fn render(explained: &Explained, width: usize) -> String {
    let count = explained.events.len();
    let events = explained.events.iter().enumerate();
    let trees = events.map(|(index, event)| {
        let position = position(index, count, &event.place);
        let title = |what: &str| headed(what, &position, width);
        match &event.meaning {
            EventMeaning::Ours(ours) => title(&text::trigger(&ours.trigger)) + &about(ours, width),
            EventMeaning::NotOurs(why) => not_ours(why, &position, width),
            EventMeaning::Broken(_) => title("cannot be read"),
        }
    });
    trees.collect::<Vec<_>>().join("\n")
}

fn about(ours: &ExplainedTrigger, width: usize) -> String {
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

fn summary(ours: &ExplainedTrigger) -> String {
    let others = not_matching(ours.policies.len(), ours.not_matching);
    match ours.calls {
        0 => format!("{others}nothing was asked of AWS"),
        calls => format!(
            "{others}{} to AWS, which only read",
            counted(calls as usize, "call")
        ),
    }
}

fn tree(policy: &Explanation) -> TreeNode {
    let captured = policy.captures.iter().flatten();
    let captured = listed(captured.map(|(name, value)| format!("`{name}` is `{value}`")));
    let captured = match captured.as_str() {
        "" => String::new(),
        some => format!(", where {some}"),
    };
    let mode = as_written(&policy.mode);
    let mut root = TreeNode::new(STRONG, format!("{} ({mode}){captured}", policy.policy));
    root.branch(guards("the event", &policy.event));
    for target in &policy.targets {
        let looked = format!("looks for `{}` at {}", target.operation, target.target);
        root.branch(TreeNode::new(PLAIN, looked));
    }
    add_found(&mut root, policy);
    if !policy.together.is_empty() {
        root.branch(guards("all changes together", &policy.together));
    }
    add_calls(&mut root, policy);
    root
}

/// What a person asked for, and what was found there.
pub(crate) fn asked(asked: &Explanation, width: usize) -> String {
    let targets = asked.targets.iter();
    let targets = targets.map(|it| format!("{} at {}", it.operation, it.target));
    let mut root = TreeNode::new(STRONG, targets.collect::<Vec<_>>().join(", "));
    add_found(&mut root, asked);
    add_calls(&mut root, asked);
    root.render(width)
}

fn add_found(root: &mut TreeNode, policy: &Explanation) {
    for change in &policy.changes {
        root.branch(branch(change));
    }
    for without in &policy.without {
        let style = if without.verdict.is_some() {
            BAD
        } else {
            STRONG
        };
        let codes = without.reasons.iter().map(|it| as_written(&it.code));
        let codes = codes.collect::<Vec<_>>().join(", ");
        let colon = if codes.is_empty() { "" } else { ": " };
        root.branch(TreeNode::new(
            style,
            format!("{codes}{colon}{}", without.text),
        ));
    }
}

fn guards(of: &str, checked: &[Checked]) -> TreeNode {
    let holds = checked.iter().any(|it| it.holds);
    let (said, style) = if holds {
        ("held", BAD)
    } else {
        ("not held", GOOD)
    };
    let mut node = TreeNode::new(style, format!("{of}: {said}"));
    add_guards(&mut node, checked);
    node
}

fn add_guards(node: &mut TreeNode, checked: &[Checked]) {
    for it in checked {
        if it.holds {
            node.add("✗ ", BAD, format!("{}: {}", as_written(&it.code), it.text));
        } else {
            node.add("✓ ", PLAIN, it.text.clone());
        }
    }
}

fn branch(change: &ExplainedChange) -> TreeNode {
    let target = &change.target;
    let head = match change.step {
        ExplainedStep::Wait => format!("{target}: would wait, since not everything is known"),
        ExplainedStep::Stop => format!("{target}: would be stopped"),
        ExplainedStep::Preview => format!("{target}: would be stopped if the policy enforced"),
        ExplainedStep::StoppedBy => format!(
            "{target}: would be stopped already, by `{}`",
            change.stopped_by.as_deref().unwrap_or_default()
        ),
        ExplainedStep::Hold => format!("{target}: held"),
    };
    let style = if change.step == ExplainedStep::Hold {
        BAD
    } else {
        GOOD
    };
    let mut node = TreeNode::new(style, head);
    node.add("", FAINT, told(&change.change));
    add_guards(&mut node, &change.guards);
    if let Some(said) = &change.dry_run {
        node.add("", PLAIN, said.clone());
    }
    node
}

/// What AWS said of the change.
fn told(change: &serde_json::Value) -> String {
    let text = |key: &str| change.get(key).and_then(|it| it.as_str());
    let state = text("state").unwrap_or("no state");
    let began = text("began_at").map(|at| format!(" and began at {at}"));
    let began = began.unwrap_or_default();
    let id = text("id").unwrap_or_default();
    let id = id.rsplit_once('/').map_or(id, |(_, last)| last);
    format!("{id} is in `{state}`{began}")
}

fn add_calls(root: &mut TreeNode, policy: &Explanation) {
    let mut changes = policy.changes.iter();
    let head = if changes.any(|it| it.step == ExplainedStep::Preview) {
        "if it enforced, it would call"
    } else if policy.is_incomplete {
        "once everything is known, it would call"
    } else {
        "it would call"
    };
    let mut node = TreeNode::new(STRONG, head);
    for call in policy.changes.iter().filter_map(|it| it.call.as_ref()) {
        node.add_whole(CALL, call.command.clone());
    }
    if policy.changes.iter().any(|it| it.call.is_some()) {
        root.branch(node);
    }
}
