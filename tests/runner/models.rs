//! Compares requests with AWS's own models of its services.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use countermand_double::RecordedCall;

/// What botocore says of requests that do not fit its models. One process gets all of them, since it is slow to start.
pub fn misfits(calls: &[RecordedCall]) -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("COUNTERMAND_PYTHON")
        .map_or_else(|| here.join("../.tools/python/bin/python"), PathBuf::from);
    assert!(
        python.exists(),
        "{} is missing: `make test` installs it",
        python.display()
    );
    let mut lines: Vec<_> = calls
        .iter()
        .map(|call| serde_json::to_string(call).unwrap())
        .collect();
    lines.push(String::new());
    let mut check = Command::new(python)
        .arg(here.join("validate_requests.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = check.stdin.take().unwrap();
    // On a thread of its own: written and read in turn, one of the two pipes would fill up.
    let written = thread::spawn(move || input.write_all(lines.join("\n").as_bytes()));
    let output = check.wait_with_output().unwrap();
    written.join().unwrap().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success() == said.is_empty(), "{said}");
    said
}
