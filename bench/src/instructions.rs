//! Instructions, counted by valgrind: this program runs itself under callgrind, once for each case.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};

use countermand_bench::cases;
use countermand_bench::report;

/// How often a case is counted again whose number is too high.
const AGAIN: usize = 2;

/// `None` without valgrind.
pub(crate) fn count() -> Option<BTreeMap<String, u64>> {
    Command::new("valgrind").arg("--version").output().ok()?;
    let names: Vec<_> = cases::all().into_iter().map(|it| it.name).collect();
    let next = AtomicUsize::new(0);
    // On all cores: instructions are the same on a busy machine.
    let some = || {
        let mut counted = Vec::new();
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            counted.push((name.clone(), count_one(name)?));
        }
        Some(counted)
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(some)).collect();
        threads.into_iter().map(|it| it.join().ok()?).collect()
    });
    let counted: Option<Vec<_>> = parts.into_iter().collect();
    Some(counted?.into_iter().flatten().collect())
}

fn count_one(name: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args([
            "--collect-atstart=no",
            "--toggle-collect=*only_this_is_counted*",
        ])
        .arg(std::env::current_exe().ok()?)
        .args(["--count", name])
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    collected.and_then(|(_, number)| number.trim().parse().ok())
}

/// Runs a case twice. Valgrind counts the second run, so that one-time work is left out.
pub(crate) fn run_counted(name: &str) -> ExitCode {
    let Some(case) = cases::all().into_iter().find(|case| case.name == name) else {
        return ExitCode::from(2);
    };
    let mut work = case.prepare();
    work();
    only_this_is_counted(&mut *work);
    ExitCode::SUCCESS
}

#[inline(never)]
fn only_this_is_counted(work: &mut dyn FnMut()) {
    work();
    // So that `work()` is no tail call: valgrind would not see where it ends.
    std::hint::black_box(());
}

/// By more than 5 % in each of several counts: hash tables are seeded anew for each run, so numbers vary a little.
pub(crate) fn has_risen(name: &str, before: u64, now: u64) -> bool {
    let at_most = before + before / 20;
    now > at_most
        && (0..AGAIN)
            .filter_map(|_| count_one(name))
            .all(|now| now > at_most)
}

pub(crate) fn read(path: &Path) -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    rows.filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?)))
        .collect()
}

pub(crate) fn write(path: &Path, counted: &BTreeMap<String, u64>) {
    let mut text = String::new();
    for (name, count) in counted {
        let _ = writeln!(text, "{name}\t{count}");
    }
    report::write(path, &text);
}
