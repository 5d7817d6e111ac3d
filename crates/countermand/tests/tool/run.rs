//! Runs the built tool, as a shell does.

use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use unicode_width::UnicodeWidthStr;

/// A Friday. What a schedule does next depends on it.
pub(crate) const NOW: &str = "2026-11-20T12:00:00Z";

pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Enough for every double.
pub(crate) const CREDENTIALS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
];

pub(crate) fn run(folder: &Path, arguments: &[impl AsRef<OsStr>], input: &[u8]) -> Ran {
    run_with(&[], folder, arguments, input)
}

/// With these in an environment that is empty otherwise.
pub(crate) fn run_with(
    environment: &[(&str, &str)],
    folder: &Path,
    arguments: &[impl AsRef<OsStr>],
    input: &[u8],
) -> Ran {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_countermand"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = tool.stdin.take().unwrap();
    // It may stop reading where it has read enough.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = tool.wait_with_output().unwrap();
    Ran {
        exit: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What is in a folder, in the order of names.
pub(crate) fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap();
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() > 5);
    folders
}

/// With `UPDATE=1` what is expected is written instead of compared.
pub(crate) fn compare(file: &Path, found: &str, wrong: &mut Vec<String>) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(file, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected == found {
        return;
    }
    let mut said = format!("{} differs:\n", file.display());
    let lines = expected.lines().count().max(found.lines().count());
    for at in 0..lines {
        let (expected, found) = (expected.lines().nth(at), found.lines().nth(at));
        if expected != found {
            let _ = writeln!(said, "- {}", expected.unwrap_or("(end)"));
            let _ = writeln!(said, "+ {}", found.unwrap_or("(end)"));
        }
    }
    wrong.push(said);
}

/// Output must fit, so that the terminal breaks no line.
pub(crate) fn fits_a_terminal(ran: &Ran, case: &Path) {
    for line in ran.out.lines().chain(ran.err.lines()) {
        // A command is not broken: it is there to be copied.
        let is_command = line.trim_start_matches([' ', '│']).starts_with("aws ");
        // What clap says of how to use a command is not broken either.
        let is_usage = line.starts_with("Usage: ");
        let fits = is_command || is_usage || line.width() <= 80;
        assert!(fits, "{}: {line}", case.display());
    }
}

/// Runs the cases concurrently, since some wait for an AWS that throttles.
pub(crate) fn all_at_once<T: Sync, R: Send>(all: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(it) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let ran = run(it);
                    done.lock().unwrap().push(ran);
                }
            });
        }
    });
    done.into_inner().unwrap()
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Ran {
    /// The codes of the problems in a JSON document.
    pub(crate) fn codes(&self) -> Vec<String> {
        let document: serde_json::Value = serde_json::from_str(&self.out).expect(&self.out);
        let problems = document.pointer("/problems").unwrap().as_array().unwrap();
        let code =
            |it: &serde_json::Value| it.pointer("/code").unwrap().as_str().unwrap().to_owned();
        problems.iter().map(code).collect()
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit code {}", self.exit)?;
        for (name, text) in [("stderr", &self.err), ("stdout", &self.out)] {
            if !text.is_empty() {
                write!(f, "\n----- {name} -----\n{text}")?;
            }
        }
        Ok(())
    }
}
