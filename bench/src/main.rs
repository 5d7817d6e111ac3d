//! `make bench`: how long things take, in instructions and on the clock.
//!
//! Instructions do not depend on how busy the machine is, so they are what is committed and compared. Wall-clock times
//! are for people.

mod clock;
mod hostile;
mod instructions;
mod process;
mod row;

use std::path::Path;
use std::process::ExitCode;

use countermand_bench::{cases, report};
use row::BenchRow;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => measure(),
        ["--check"] => check(),
        ["--hostile"] => hostile::try_all(),
        ["--count", name] => instructions::run_counted(name),
        _ => {
            eprintln!("usage: countermand-bench [--check | --hostile]");
            ExitCode::from(2)
        }
    }
}

/// Measures everything, and writes the numbers down.
fn measure() -> ExitCode {
    let counted = instructions::count();
    let mut rows = Vec::new();
    for case in cases::all() {
        let row = BenchRow {
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
    let table: Vec<_> = rows.iter().map(ToString::to_string).collect();
    let table = format!("{}\n{}", row::HEAD, table.join("\n"));
    report::put(&here().join("README.md"), "measured", &table);
    if let Some(counted) = &counted {
        instructions::write(&here().join("instructions.tsv"), counted);
    }
    if rows.iter().all(BenchRow::is_within) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Compares instructions with those that are committed.
fn check() -> ExitCode {
    let Some(counted) = instructions::count() else {
        println!("skipped: without `valgrind` no instructions can be counted");
        return ExitCode::SUCCESS;
    };
    let committed = instructions::read(&here().join("instructions.tsv"));
    let mut worse = false;
    for (name, now) in &counted {
        match committed.get(name) {
            None => {
                println!("{name}: {now} instructions, and none are committed: run `make bench`");
                worse = true;
            }
            Some(before) if instructions::has_risen(name, *before, *now) => {
                println!("{name}: {now} instructions, more than 5 % above the {before} committed");
                worse = true;
            }
            Some(_) => {}
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
