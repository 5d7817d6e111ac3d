//! Compares `docs/trouble.md`, what comes of everything that can go wrong with a call, with the built function.
//!
//! Some troubles end only when the function's time does. Whether the calls before them fit into that time depends on how
//! busy the machine is, so those are tried at night; all others are decided by what is answered, and have plenty of time.
//!
//! `make docs` writes the document anew.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use countermand_core::operations;
use countermand_core::policy::Mode;
use countermand_double::{Double, FaultKind, InjectedFault};
use countermand_tests::{
    BuiltFunction, FunctionAnswer, Scenario, is_nightly, takes_all_time, unspeakable_words,
};
use jiff::Timestamp;
use serde_json::{Value, json};

const BUILT: BuiltFunction = BuiltFunction {
    binary: env!("CARGO_BIN_EXE_on-alarm"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

/// What is tried of one operation: a scenario in which one change is found and stopped by one call, and all its calls,
/// the stop last.
struct TriedOperation {
    name: &'static str,
    scenario: Scenario,
    calls: Vec<String>,
}

/// Of each operation the scenario that makes the most different calls.
fn operations() -> Vec<TriedOperation> {
    let scenarios = Scenario::all();
    let tried = operations::ALL.iter().map(|spec| {
        let tried = scenarios.iter().filter_map(|it| tried_by(it, spec.name));
        let most = tried.rev().max_by_key(|it| it.calls.len());
        most.unwrap_or_else(|| panic!("no scenario has an alarm for which one change is stopped by `{}`, and nothing else", spec.name))
    });
    tried.collect()
}

fn tried_by(scenario: &Scenario, name: &'static str) -> Option<TriedOperation> {
    let is_plain = scenario.mode == Mode::Enforce
        && scenario.time_left.is_none()
        && scenario.event.contains("CloudWatch Alarm State Change")
        && scenario
            .world()
            .faults
            .iter()
            .all(|it| it.fault == FaultKind::Delay);
    let expected = scenario.deliveries().next()?;
    let target = |at: &str| expected.decisions.pointer(&format!("/0/targets/0/{at}"));
    let is_alone = expected
        .decisions
        .pointer("/1")
        .or_else(|| expected.decisions.pointer("/0/targets/1"))
        .is_none();
    let is_stopped = target("operation")? == name && target("answer")? == "requested";
    let service = name.split_once('.')?.0;
    let stop = stop_call(name);
    let mut calls: Vec<_> = expected
        .calls()
        .filter(|it| it.starts_with(service))
        .map(str::to_owned)
        .collect();
    calls.sort_by_key(|it| *it == stop);
    let is_read = |it: &String| {
        ["Describe", "Get", "List"]
            .iter()
            .any(|verb| it[service.len() + 1..].starts_with(verb))
    };
    let is_simple = calls.iter().all(|it| *it == stop || is_read(it));
    (is_plain && is_alone && is_stopped && is_simple).then(|| TriedOperation {
        name,
        scenario: scenario.clone(),
        calls,
    })
}

/// `ecs:StopServiceDeployment` for `ecs.stop-service-deployment`.
fn stop_call(name: &str) -> String {
    let mut call = String::new();
    let mut is_first = false;
    for letter in name.chars() {
        match letter {
            '.' => call.push(':'),
            '-' => {}
            _ if is_first => call.push(letter.to_ascii_uppercase()),
            _ => call.push(letter),
        }
        is_first = matches!(letter, '.' | '-');
    }
    call
}

/// What goes wrong, in words and as a fault of the double.
#[rustfmt::skip] // a table: one trouble, one line
fn troubles() -> Vec<(&'static str, Value)> {
    vec![
        ("throttled twice", json!({ "fault": "throttle", "times": 2 })),
        ("throttled for ever", json!({ "fault": "throttle" })),
        ("500 twice", json!({ "fault": "500", "times": 2 })),
        ("500 for ever", json!({ "fault": "500" })),
        ("no answer", json!({ "fault": "delay", "seconds": 60 })),
        ("a slow answer, in time", json!({ "fault": "delay", "seconds": 0.3 })),
        ("a slow answer, and the deadline near", json!({ "fault": "delay", "seconds": 8 })),
        ("reset once", json!({ "fault": "reset", "times": 1 })),
        ("reset for ever", json!({ "fault": "reset" })),
        ("cut in the middle once", json!({ "fault": "cut", "times": 1 })),
        ("cut in the middle for ever", json!({ "fault": "cut" })),
        ("garbage once", json!({ "fault": "garbage", "times": 1 })),
        ("garbage for ever", json!({ "fault": "garbage" })),
        ("access denied", json!({ "fault": "access-denied" })),
    ]
}

/// In milliseconds, for what ends only with the time.
const LITTLE: i64 = 3_000;
/// For all else: more than the retries take of what passes, on a machine that is busy with other things.
const ENOUGH: i64 = 50_000;

/// One cell of the document: a call of an operation, and what goes wrong with it.
struct TroubleCell<'a> {
    operation: &'a TriedOperation,
    call: &'a str,
    trouble: String,
    fault: Value,
}

/// The operation, the call and the trouble.
type CellKey = (&'static str, String, String);

impl TroubleCell<'_> {
    fn key(&self) -> CellKey {
        let (call, trouble) = (self.call.to_owned(), self.trouble.clone());
        (self.operation.name, call, trouble)
    }

    fn fault(&self) -> InjectedFault {
        let mut fault = self.fault.clone();
        fault["call"] = json!(self.call);
        serde_json::from_value(fault).unwrap()
    }
}

#[test]
fn every_trouble_ends_as_the_table_says() {
    let operations = operations();
    let cells = cells(&operations);
    assert!(cells.len() >= 120, "{} cells", cells.len());
    let found = fs::read_to_string(path()).unwrap_or_default();
    let mut ends = ends_in(&found, &operations);
    let is_all = is_nightly() || std::env::var_os("UPDATE").is_some();
    let timed = cells.iter().map(|cell| {
        let takes_all_time = match ends.get(&cell.key()) {
            Some(end) => end.ends_with(AGAIN),
            None => takes_all_time(&cell.fault()),
        };
        (cell, if takes_all_time { LITTLE } else { ENOUGH })
    });
    let tried: Vec<_> = timed
        .filter(|(_, time)| is_all || *time == ENOUGH)
        .collect();
    assert!(tried.len() >= 100, "{} cells", tried.len());
    ends.extend(all(&tried));
    let wanted = document(&operations, &ends);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path(), &wanted).unwrap();
        return;
    }
    let lines = wanted.lines().zip(found.lines());
    let differing = lines.filter(|(one, other)| one != other);
    let differing: Vec<_> = differing
        .map(|(now, then)| format!("{then}\n{now}"))
        .collect();
    assert!(wanted == found, "{STALE}\n{}", differing.join("\n"));
}

const STALE: &str = "docs/trouble.md is stale: run `make docs`, and read what changes";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/trouble.md")
}

fn cells(operations: &[TriedOperation]) -> Vec<TroubleCell<'_>> {
    let errors = modelled_errors(operations);
    let mut cells = Vec::new();
    for operation in operations {
        for call in &operation.calls {
            let own = errors.get(call).into_iter().flatten();
            let own = own.map(|code| (format!("`{code}`"), json!({ "fault": code })));
            let common = troubles()
                .into_iter()
                .map(|(name, it)| (name.to_owned(), it));
            cells.extend(common.chain(own).map(|(trouble, fault)| TroubleCell {
                operation,
                call,
                trouble,
                fault,
            }));
        }
    }
    cells
}

type CellEnds = BTreeMap<CellKey, String>;

/// More than there are cores, since most of them wait.
const AT_ONCE: usize = 32;

/// What each of them comes to.
fn all(cells: &[(&TroubleCell<'_>, i64)]) -> CellEnds {
    let next = AtomicUsize::new(0);
    let ends = Mutex::new(CellEnds::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((cell, time)) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let end = end_of(cell, *time);
                    ends.lock().unwrap().insert(cell.key(), end);
                }
            });
        }
    });
    ends.into_inner().unwrap()
}

/// In a cell: the function fails, since its time has ended before it had an answer.
const AGAIN: &str = ", again";

/// What the record says of the change, whether it was stopped, and whether the event comes again.
fn end_of(cell: &TroubleCell<'_>, time: i64) -> String {
    let scenario = cell.operation.scenario.moved_to(Timestamp::now());
    let mut world = scenario.world();
    world.faults.clear();
    let double = Double::start(world).unwrap();
    let function = BUILT.start(&scenario, &double);
    // A first event, so that the cold start takes none of the time.
    function.invoke("{}", &scenario.home(), ENOUGH);
    function.logged();
    double.add_fault(cell.fault()).unwrap();
    let before = double.world().states();

    let answered = function.invoke(&scenario.event, &scenario.home(), time);
    let again = matches!(answered.unwrap(), FunctionAnswer::Error(..));
    let line = function.logged().unwrap();
    let unspeakable: Vec<_> = unspeakable_words(&line).collect();
    assert!(unspeakable.is_empty(), "{unspeakable:?} in {line}");
    let record: Value = serde_json::from_str(&line).unwrap();
    let is_stopped = double.world().states() != before;

    let mut end = told(&record);
    if is_stopped != (end == "requested") {
        end += if is_stopped {
            ", and stopped"
        } else {
            ", and not stopped"
        };
    }
    if again {
        end += AGAIN;
    }
    end
}

/// The answer or the code of the one target.
fn told(record: &Value) -> String {
    let targets = record
        .pointer("/decisions/0/targets")
        .and_then(Value::as_array);
    let mut words: Vec<_> = targets
        .into_iter()
        .flatten()
        .map(|target| {
            let answer = target.get("answer").and_then(Value::as_str);
            let code = target.pointer("/reasons/0/code").and_then(Value::as_str);
            answer.or(code).unwrap_or("nothing").to_owned()
        })
        .collect();
    words.dedup();
    words.join(" + ")
}

fn document(operations: &[TriedOperation], ends: &CellEnds) -> String {
    let mut text = HEAD.to_owned();
    let common: Vec<_> = troubles().into_iter().map(|(name, _)| name).collect();
    for TriedOperation { name, calls, .. } in operations {
        let own = ends.keys().filter(|(operation, ..)| operation == name);
        let own: BTreeSet<_> = own.map(|(.., trouble)| trouble.as_str()).collect();
        let errors = own.iter().filter(|it| it.starts_with('`'));
        let _ = writeln!(text, "\n## `{name}`\n");
        let _ = writeln!(text, "| | `{}` |", calls.join("` | `"));
        let _ = writeln!(text, "|{}", " --- |".repeat(calls.len() + 1));
        for trouble in common.iter().chain(errors) {
            let cells = calls.iter().map(|call| {
                let end = ends.get(&(*name, call.clone(), (*trouble).to_owned()));
                end.map_or("", String::as_str)
            });
            let cells: Vec<_> = cells.collect();
            let _ = writeln!(text, "| {trouble} | {} |", cells.join(" | "));
        }
    }
    text
}

/// Reads the ends back from the document.
fn ends_in(document: &str, operations: &[TriedOperation]) -> CellEnds {
    let mut ends = CellEnds::new();
    let mut tried = None;
    for line in document.lines() {
        let name = line
            .strip_prefix("## `")
            .and_then(|it| it.strip_suffix('`'));
        if let Some(name) = name {
            tried = operations.iter().find(|it| it.name == name);
        }
        let row = line.strip_prefix("| ").and_then(|it| it.strip_suffix(" |"));
        let row = row.and_then(|it| it.split_once(" | "));
        let (Some(TriedOperation { name, calls, .. }), Some((trouble, row))) = (tried, row) else {
            continue;
        };
        let columns = calls.iter().zip(row.split(" | "));
        let told = columns.filter(|(_, end)| !end.is_empty());
        ends.extend(
            told.map(|(call, end)| ((*name, call.clone(), trouble.to_owned()), end.to_owned())),
        );
    }
    ends
}

const HEAD: &str = "<!-- Generated by functions/on-alarm/tests/trouble.rs. -->

# When something goes wrong

For every call that one change takes, from the look-up to the stop in the last column: what the function makes of each trouble with it. The tables are what the built function does, tried on a double of AWS.

A cell has the answer, or the reason of the hold, as the [record](records.md) tells it; *again* means that the function fails, so that the event is delivered again; *and stopped*, that AWS did what it was asked to although nobody heard it say so. The next delivery finds the change stopping, and leaves it alone.

A call that is throttled, that fails on AWS's side, whose connection breaks or whose answer cannot be read is made again as long as there is time, with growing waits of up to three seconds, with jitter, or after the wait that AWS asks for: what happens *twice* or *once* passes that way. What comes *for ever* ends with the time: nothing is begun that has less than a quarter of a second, and a sixteenth of the time, up to two seconds, is kept from the look-ups for the stops, and from both for putting the record on the bus. A person's call with the tool has no deadline: it is tried five times.

A stop is made again only when it is known not to have been done: when it was throttled, or when the change is looked up again and is still in flight. If the look shows that it is stopping, or that nothing is in flight any more, the stop counts as requested.
";

/// By call: what AWS's own models say it can answer.
fn modelled_errors(operations: &[TriedOperation]) -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = std::env::var_os("COUNTERMAND_PYTHON")
        .map_or_else(|| root.join(".tools/python/bin/python"), PathBuf::from);
    let script = "crates/countermand-aws/src/operations/tests/modelled_errors.py";
    let calls = operations.iter().flat_map(|it| &it.calls);
    let calls: Vec<_> = calls.map(String::as_str).collect();
    let mut asked = Command::new(python)
        .arg(root.join(script))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = asked.stdin.take().unwrap();
    stdin.write_all(calls.join("\n").as_bytes()).unwrap();
    drop(stdin);
    let told = asked.wait_with_output().unwrap();
    let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8(told.stdout).unwrap().lines() {
        let (call, error) = line.split_once(' ').unwrap();
        errors
            .entry(call.to_owned())
            .or_default()
            .push(error.to_owned());
    }
    errors
}
