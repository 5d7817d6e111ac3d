//! The commands about the tool itself, and what all commands have in common.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{Ran, fresh_folder, run};

const COMMANDS: [&str; 16] = [
    "apply",
    "calendar",
    "check",
    "completions",
    "demo",
    "doctor",
    "explain",
    "freeze",
    "man",
    "off",
    "on",
    "operations",
    "report",
    "schema",
    "stop",
    "synth",
];

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = countermand(&["completions", shell]);
        assert_eq!(ran.exit, 0, "{ran}");
        for command in COMMANDS {
            assert!(ran.out.contains(command), "{shell}: {command}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = fresh_folder("man");
    let ran = run(&folder, &["man", "--out", "pages/man1"], b"");
    assert_eq!((ran.exit, ran.out.as_str()), (0, ""), "{ran}");
    let all = countermand(&["man"]);
    assert_eq!(all.exit, 0, "{all}");
    let commands = COMMANDS.map(|it| (format!("countermand-{it}"), format!("countermand {it}")));
    let tool = ("countermand".to_owned(), "countermand".to_owned());
    for (name, usage) in commands.into_iter().chain([tool]) {
        let file = folder.join("pages/man1").join(format!("{name}.1"));
        let page = std::fs::read_to_string(&file).expect(&name);
        assert!(page.contains(&format!("\\fB{usage}\\fR")), "{page}");
        assert!(all.out.contains(&page), "{name}");
    }
}

#[test]
fn pages_that_cannot_be_written_are_the_users_mistake() {
    let folder = fresh_folder("man-over-a-file");
    std::fs::write(folder.join("file"), "").unwrap();
    let ran = run(&folder, &["man", "--out", "file"], b"");
    assert_eq!(ran.exit, 2, "{ran}");
    assert!(ran.err.contains("help: "), "{ran}");
}

#[test]
fn the_schema_is_json() {
    let ran = countermand(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&ran.out).expect(&ran.out);
    assert_eq!(ran.exit, 0);
    assert!(schema["$schema"].is_string());
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in COMMANDS {
        let ran = countermand(&[command, "--help"]);
        assert_eq!(ran.exit, 0, "{ran}");
        let (_, examples) = ran.out.split_once("example").expect(&ran.out);
        assert!(
            examples.contains(&format!("countermand {command}")),
            "{ran}"
        );
    }
    let tool = countermand(&["--help"]);
    assert!(COMMANDS.iter().all(|it| tool.out.contains(it)), "{tool}");
}

#[test]
fn what_is_typed_wrong_exits_with_two() {
    for arguments in [
        &[][..],
        &["chekc"],
        &["check", "--format", "xml"],
        &["check", "a", "b"],
        &["completions", "tcsh"],
        &["--color", "red", "schema"],
    ] {
        let ran = countermand(arguments);
        assert_eq!(ran.exit, 2, "{arguments:?}: {ran}");
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn whoever_stops_reading_is_not_answered_with_a_panic() {
    for command in [
        &["schema"][..],
        &["man"],
        &["check", "/dev/null"],
        &["--help"],
    ] {
        // The reading end of its output is closed before it begins.
        let mut gone = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
        let pipe = gone.stdin.take().unwrap();
        gone.wait().unwrap();
        let err = std::os::fd::OwnedFd::from(pipe);
        let out = err.try_clone().unwrap();
        let status = Command::new(env!("CARGO_BIN_EXE_countermand"))
            .args(command)
            .stdout(out)
            .stderr(err)
            .status()
            .unwrap();
        let expected = i32::from(command.contains(&"check"));
        assert_eq!(status.code(), Some(expected), "{command:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_not_passed_over() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_countermand"))
        .arg("schema")
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("error: the output cannot be written"),
        "{said}"
    );
}

fn countermand(arguments: &[&str]) -> Ran {
    run(Path::new("."), arguments, b"")
}
