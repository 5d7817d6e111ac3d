//! Runs the built tool, as a shell does.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Friday. What a schedule does next depends on it.
pub(crate) const NOW: &str = "2026-11-20T12:00:00Z";

pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(folder: &Path, arguments: &[impl AsRef<OsStr>], input: &[u8]) -> Ran {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_countermand"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
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
