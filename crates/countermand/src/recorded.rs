//! A record as people read it: what was done about an event, and what to do next.

use std::collections::BTreeSet;

use countermand_core::record::{Answer, Decided, Decision, Record, TargetRecord};
use countermand_core::verdict::{HoldCode, Reason};

use crate::exit::Exit;
use crate::heading::{not_matching, titled};
use crate::text::{BAD, CALL, FAINT, GOOD, STRONG, as_written, counted};
use crate::text_tree::TreeNode;

/// Without what the event says.
pub(crate) fn render(record: &Record, width: usize) -> String {
    let mut all = String::new();
    if let Some(note) = &record.note {
        all += &titled(note, BAD, width);
    }
    for decision in &record.decisions {
        all.push('\n');
        all += &tree(decision).render(width);
    }
    all.push('\n');
    let others = not_matching(record.decisions.len(), record.not_matching);
    let asked = match record.calls {
        0 => "nothing was asked of AWS".to_owned(),
        calls => format!("{} to AWS", counted(calls as usize, "call")),
    };
    all += &titled(&format!("{others}{asked}"), FAINT, width);
    for next in next(record) {
        all += &titled(&format!("next: {next}"), STRONG, width);
    }
    all
}

fn tree(decision: &Decision) -> TreeNode {
    let mode = as_written(&decision.mode);
    let mut root = TreeNode::new(STRONG, format!("{} ({mode})", decision.policy));
    match &decision.outcome {
        Decided::Targets(targets) => {
            for target in targets {
                let mut node = branch(target);
                add_override(&mut node, target);
                root.branch(node);
            }
        }
        Decided::Reasons(reasons) => {
            let mut node = TreeNode::new(BAD, "the event: held");
            add_reasons(&mut node, reasons);
            root.branch(node);
        }
    }
    root
}

/// One target: the answer, or why it is held, first in the word that machines read too.
pub(crate) fn branch(target: &TargetRecord) -> TreeNode {
    let (first, others) = match target.reasons.split_first() {
        Some((first, others)) => (Some(as_written(&first.code)), others),
        None => (None, target.reasons.as_slice()),
    };
    let (word, style) = match (target.answer, first) {
        (Some(answer @ (Answer::Requested | Answer::Previewed)), _) => (as_written(&answer), GOOD),
        (Some(answer), _) => (as_written(&answer), BAD),
        (None, Some(code)) => (code, BAD),
        (None, None) => ("stopped-by".to_owned(), GOOD),
    };
    let mut node = TreeNode::new(style, format!("{word}: {}", target.text));
    add_reasons(&mut node, others);
    node
}

/// Who works on the target can keep the next event from stopping it too.
fn add_override(node: &mut TreeNode, target: &TargetRecord) {
    let is_of_use = matches!(target.answer, Some(Answer::Requested | Answer::Previewed));
    if let Some(command) = target.hold_with.as_ref().filter(|_| is_of_use) {
        node.add("", FAINT, "to keep the brake off for some hours:");
        node.add_whole(CALL, command.clone());
    }
}

fn add_reasons(node: &mut TreeNode, reasons: &[Reason]) {
    for it in reasons {
        node.add("✗ ", BAD, format!("{}: {}", as_written(&it.code), it.text));
    }
}

/// What the answers and the holds leave to do.
fn next(record: &Record) -> Vec<&'static str> {
    let answers: BTreeSet<_> = record.targets().filter_map(|it| it.answer).collect();
    let codes = codes(record);
    let is_previewed = answers.contains(&Answer::Previewed);
    let is_refused = answers.contains(&Answer::Refused) || codes.contains(&HoldCode::LookupRefused);
    [
        (
            answers.iter().any(|it| it.wants_retry()),
            "apply the event again, since AWS did not answer: what is stopping already is left alone",
        ),
        (
            is_refused,
            "mend what AWS refuses, as a permission, and apply the event again",
        ),
        (
            answers.contains(&Answer::Requested),
            "look whether it stops, since a request is no proof: apply the event again, and it says so",
        ),
        (
            is_previewed,
            "`mode: enforce` has the policy stop it; `countermand stop` stops it now",
        ),
        (
            codes.contains(&HoldCode::TooManyChanges) || codes.contains(&HoldCode::TooManyAlarms),
            "look what is going on: `countermand stop` stops by hand what should be stopped",
        ),
        (
            codes.contains(&HoldCode::EventTooOld),
            "`--accept-age` applies an event however old it is",
        ),
    ]
    .into_iter()
    .filter_map(|(applies, next)| applies.then_some(next))
    .collect()
}

fn codes(record: &Record) -> BTreeSet<HoldCode> {
    let held = record.decisions.iter().map(|it| match &it.outcome {
        Decided::Reasons(reasons) => reasons.as_slice(),
        Decided::Targets(_) => &[],
    });
    let targets = record.targets().flat_map(|it| &it.reasons);
    held.flatten().chain(targets).map(|it| it.code).collect()
}

/// AWS refused, or did not answer.
pub(crate) fn exit(record: &Record) -> Exit {
    let refused = |it: Answer| it == Answer::Refused || it.wants_retry();
    let is_refused = record.targets().filter_map(|it| it.answer).any(refused);
    if is_refused || codes(record).contains(&HoldCode::LookupRefused) {
        Exit::Refused
    } else {
        Exit::Done
    }
}
