//! `make bench`: how long things take, in instructions and on the clock.
//!
//! Instructions are the same on every machine that is like this one, however busy it is: they are what is
//! committed and compared. The clock is for people.

mod brake;
mod clock;
mod hostile;
mod instructions;
mod process;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use countermand_bench::cases;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => measure(),
        ["--check"] => check(),
        ["--brake"] => measure_brake(None),
        ["--brake", ours] => measure_brake(Some(ours.into())),
        ["--hostile"] => hostile::try_all(),
        ["--count", name] => instructions::run_counted(name),
        _ => {
            eprintln!("usage: countermand-bench [--check | --brake [binary] | --hostile]");
            ExitCode::from(2)
        }
    }
}

/// Measures everything, and writes the numbers down.
fn measure() -> ExitCode {
    let counted = instructions::count(&cases::all());
    let mut rows = Vec::new();
    for case in cases::all() {
        let row = report::Row {
            instructions: counted.as_ref().and_then(|it| it.get(&case.name).copied()),
            took: Some(clock::median(&mut case.prepare())),
            within: case.within,
            name: case.name,
        };
        println!("{row}");
        rows.push(row);
    }
    let check = process::check();
    println!("{check}");
    rows.push(check);
    report::write(&here().join("README.md"), &rows);
    if let Some(counted) = &counted {
        instructions::write(&here().join("instructions.tsv"), counted);
    }
    if rows.iter().all(report::Row::is_within) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// From the event to the stop, beside others. A build that is named is tried, and nothing is written down.
fn measure_brake(ours: Option<PathBuf>) -> ExitCode {
    let is_trial = ours.is_some();
    let measured = match brake::measure(ours) {
        Ok(measured) => measured,
        Err(error) => {
            eprintln!("the brake cannot be measured: {error}");
            return ExitCode::FAILURE;
        }
    };
    let held = measured.held();
    let rows: Vec<_> = held.iter().map(ToString::to_string).collect();
    println!("{}\n\n{}", rows.join("\n"), measured.in_words());
    let _ = is_trial;
    if held.iter().all(brake::Held::is_within) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Compares instructions with those that are committed.
fn check() -> ExitCode {
    let Some(counted) = instructions::count(&cases::all()) else {
        println!("skipped: without `valgrind` no instructions can be counted");
        return ExitCode::SUCCESS;
    };
    let committed = instructions::read(&here().join("instructions.tsv"));
    let mut worse = false;
    for (name, now) in &counted {
        let Some(before) = committed.get(name) else {
            println!("{name}: {now} instructions, and none are committed: run `make bench`");
            worse = true;
            continue;
        };
        if instructions::rose(*before, *now) {
            println!("{name}: {now} instructions, more than 5 % above the {before} committed");
            worse = true;
        }
    }
    if worse {
        ExitCode::FAILURE
    } else {
        println!("{} cases: none rose by more than 5 %", counted.len());
        ExitCode::SUCCESS
    }
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
