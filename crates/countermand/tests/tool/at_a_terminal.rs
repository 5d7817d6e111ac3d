//! Runs the built tool at a terminal, as a person does, and answers its questions.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::run::Ran;

/// Standard output is a pipe all the same: questions go to standard error.
pub(crate) fn at_a_terminal(folder: &Path, arguments: &[&str], answer: &str) -> Ran {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let its = open(&*name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    let mut tool = Command::new(env!("CARGO_BIN_EXE_countermand"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::from(its.try_clone().unwrap()))
        .stdout(Stdio::piped())
        .stderr(Stdio::from(its))
        .spawn()
        .unwrap();
    let mut terminal = File::from(ours);
    terminal.write_all(answer.as_bytes()).unwrap();
    let mut out = String::new();
    tool.stdout
        .take()
        .unwrap()
        .read_to_string(&mut out)
        .unwrap();
    let exit = tool.wait().unwrap().code().unwrap();
    // Reading fails once the other side is closed; by then everything has been read.
    let mut err = Vec::new();
    let _ = terminal.read_to_end(&mut err);
    let err = String::from_utf8(err).unwrap();
    Ran { exit, out, err }
}
