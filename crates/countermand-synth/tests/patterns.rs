//! What EventBridge delivers, held against what the policies are about: by a matcher that nobody here wrote.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use countermand_core::event::{Reading, read};
use countermand_core::load::{Source, load};
use countermand_core::matching::find_matches;
use countermand_core::policy::Policies;
use countermand_core::policy::When;
use countermand_core::trigger::{Trigger, TriggerKind};
use countermand_synth::{EventRule, Manifest, StackFunction, synth};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every event of the samples and of the stories that EventBridge could deliver.
fn events() -> Vec<(String, Vec<u8>)> {
    let samples = files(&root().join("tests/events"));
    let stories = files(&root().join("tests/scenarios"));
    let stories = stories.iter().map(|story| story.join("event.json"));
    let read = samples.into_iter().chain(stories).filter_map(|path| {
        let bytes = fs::read(&path).ok()?;
        let event: Value = serde_json::from_slice(&bytes).ok()?;
        // Docs samples whose type is a list are no events.
        event.get("detail-type")?.as_str()?;
        Some((path.display().to_string(), bytes))
    });
    read.collect()
}

/// The policies of every story, and the examples.
fn sets() -> Vec<(String, Policies)> {
    let stories = files(&root().join("tests/scenarios"));
    let stories = stories.iter().map(|story| story.join("policies.yaml"));
    let examples = files(&root().join("policies"));
    let cases = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/synth"));
    let cases = cases.iter().map(|case| case.join("policies.yaml"));
    let all = stories.chain(examples).chain(cases);
    let loaded = all.map(|path| {
        let name = path.display().to_string();
        let sources = [Source::new(name.clone(), fs::read(&path).unwrap())];
        let policies = load(&sources).into_policies();
        (name, policies.unwrap_or_else(|wrong| panic!("{wrong:?}")))
    });
    loaded.collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort_unstable();
    files
}

fn delivered(asked: &[(&EventRule, &Value)]) -> Vec<bool> {
    let python = std::env::var_os("COUNTERMAND_REHEARSAL_PYTHON")
        .map_or_else(|| root().join(".tools/rehearsal/bin/python"), PathBuf::from);
    let mut deliver = Command::new(python)
        .arg(root().join("crates/countermand-synth/tests/patterns/deliver.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`make test` installs Python's packages");
    let lines = asked
        .iter()
        .map(|(rule, event)| json!({ "pattern": rule.pattern, "event": event }).to_string() + "\n");
    let lines: String = lines.collect();
    let mut stdin = deliver.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let told = deliver.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(told.status.success(), "a pattern is refused");
    let told = String::from_utf8(told.stdout).unwrap();
    told.lines().map(|line| line == "true").collect()
}

/// The function that a policy wants the event to reach.
fn wanted(policies: &Policies, trigger: &Trigger) -> Option<StackFunction> {
    let matching = find_matches(policies, trigger);
    match &trigger.kind {
        TriggerKind::AlarmChanged(alarm) => {
            let has_state = |when: &When| {
                when.alarm()
                    .is_some_and(|it| it.state.contains(&alarm.state.value))
            };
            let is_wanted = matching.iter().any(|it| has_state(&it.policy.when));
            is_wanted.then_some(StackFunction::OnAlarm)
        }
        TriggerKind::CalendarClosed(_) => {
            (!matching.is_empty()).then_some(StackFunction::OnSchedule)
        }
        TriggerKind::ChangeBegan(_) => (!matching.is_empty()).then_some(StackFunction::OnChange),
        // Scheduler's, and a person's, come without a rule.
        TriggerKind::PolicyDue(_) | TriggerKind::Asked(_) => None,
    }
}

#[test]
fn what_a_policy_is_about_is_delivered_once_and_nothing_else_is() {
    let now = "2026-11-21T00:00:00Z".parse().unwrap();
    let events: Vec<_> = events()
        .into_iter()
        .map(|(name, bytes)| {
            let reading = read(&bytes);
            let event: Value = serde_json::from_slice(&bytes).unwrap();
            (name, event, reading)
        })
        .collect();
    let sets = sets();
    let manifests: Vec<Manifest> = sets
        .iter()
        .map(|(_, policies)| synth(policies, now))
        .collect();

    let mut asked = Vec::new();
    for manifest in &manifests {
        for rule in &manifest.rules {
            asked.extend(events.iter().map(|(_, event, _)| (rule, event)));
        }
    }
    let mut told = delivered(&asked).into_iter();

    let (mut wrong, mut count, mut broader_only) = (Vec::new(), 0, 0);
    for ((set, policies), manifest) in sets.iter().zip(&manifests) {
        let mut reached: Vec<Vec<&EventRule>> = vec![Vec::new(); events.len()];
        for rule in &manifest.rules {
            for reached in &mut reached {
                if told.next().unwrap() {
                    reached.push(rule);
                }
            }
        }
        for ((event, _, reading), reached) in events.iter().zip(&reached) {
            let wanted = match reading {
                Reading::Ours(trigger) => wanted(policies, trigger),
                // What is about a policy as far as it goes is delivered, and ends among the dead letters.
                Reading::Broken(_) if reached.len() < 2 => continue,
                Reading::NotOurs(_) | Reading::Broken(_) => None,
            };
            let is_right = match (wanted, reached.as_slice()) {
                (None, []) => true,
                (Some(function), [only]) => {
                    count += 1;
                    only.function == function
                }
                (None, [only]) => {
                    broader_only += 1;
                    !only.broader.is_empty()
                }
                _ => false,
            };
            if !is_right {
                let reached: Vec<_> = reached.iter().map(|it| it.pattern.to_string()).collect();
                wrong.push(format!("{set}: {event}: {wanted:?}, but {reached:#?}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong: {}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 200, "only {count} are delivered");
    assert!(broader_only > 0, "what is broader is never seen");
}
