//! `countermand check` over the folders in `check/`: each is a case, and its name says what it shows.
//!
//! `arguments.txt` is what is typed after `countermand check`. With `UPDATE=1` the expected output is written
//! instead of compared: read what changed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{NOW, Ran, compare, folders, fresh_folder, repository, run};
use countermand_core::load::LARGEST;
use countermand_core::problem::ProblemCode;

#[test]
fn every_folder_is_told_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let human = case.join("expected.txt");
        compare(&human, &check(&case, &[]).to_string(), &mut wrong);
        let json = case.join("expected.json");
        if json.exists() {
            let ran = check(&case, &["--format", "json"]);
            assert_eq!(ran.err, "", "{}", case.display());
            compare(&json, &ran.out, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_is_shown_by_some_folder() {
    let shown: String = cases()
        .iter()
        .map(|case| fs::read_to_string(case.join("expected.txt")).unwrap())
        .collect();
    // These need a file that nobody would commit; tests of the core see them.
    let huge = [
        ProblemCode::TooLarge,
        ProblemCode::TooMuchIsWrong,
        ProblemCode::NotCompared,
    ];
    for code in ProblemCode::ALL.iter().filter(|it| !huge.contains(it)) {
        let name = serde_json::to_value(code).unwrap();
        let name = name.as_str().unwrap();
        assert!(shown.contains(&format!("[{name}]")), "`{name}`");
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_unread_also_from_a_pipe() {
    let folder = fresh_folder("too-large");
    let file = fs::File::create(folder.join("large.yaml")).unwrap();
    // It has a size, but no content on the disk.
    file.set_len(1 << 40).unwrap();
    let ran = run(&folder, &["check", "large.yaml", "--format", "json"], b"");
    assert_eq!((ran.exit, ran.codes()), (1, vec!["too-large".to_owned()]));
    assert!(
        ran.out.contains("the file has 1099511627776 bytes"),
        "{ran}"
    );

    let ran = run(
        &folder,
        &["check", "/dev/stdin", "--format", "json"],
        &vec![b' '; LARGEST + 2],
    );
    assert_eq!((ran.exit, ran.codes()), (1, vec!["too-large".to_owned()]));
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_and_files_that_never_end_are_no_trap() {
    let folder = fresh_folder("links");
    fs::write(folder.join("a.yaml"), "version: 1\npolicies: []\n").unwrap();
    std::os::unix::fs::symlink(".", folder.join("again")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.join("endless.yaml")).unwrap();
    let ran = run(&folder, &["check", ".", "--format", "json"], b"");
    assert_eq!((ran.exit, ran.codes()), (1, vec!["unreadable".to_owned()]));
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf_8_is_a_path_like_any_other() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = fresh_folder("not-utf-8");
    let name = OsStr::from_bytes(b"f\xfcr-\x1b[31m.yaml");
    fs::write(folder.join(name), "version: 2\n").unwrap();
    for path in [name, OsStr::new(".")] {
        let ran = run(&folder, &[OsStr::new("check"), path], b"");
        assert_eq!(ran.exit, 1, "{ran}");
        assert!(ran.err.contains("f\u{fffd}r-␛[31m.yaml:1:10"), "{ran}");
    }
    let ran = run(
        &folder,
        &[OsStr::new("check"), OsStr::from_bytes(b"\xff")],
        b"",
    );
    assert_eq!(ran.exit, 2, "{ran}");
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let folder = cases_folder().join("warnings-are-no-errors");
    let colours = |arguments: &[&str]| {
        let ran = check(&folder, arguments);
        [ran.out, ran.err].map(|it| it.contains('\u{1b}'))
    };
    assert_eq!(colours(&[]), [false, false]);
    assert_eq!(colours(&["--color", "never"]), [false, false]);
    assert_eq!(colours(&["--color", "always"]), [true, true]);
}

#[test]
fn no_line_is_wider_than_a_usual_terminal() {
    use unicode_width::UnicodeWidthStr;
    for case in cases() {
        let ran = check(&case, &[]);
        for line in ran.out.lines().chain(ran.err.lines()) {
            // A path is not cut: it is there to be copied.
            let is_path = line.trim_start().starts_with("-->");
            assert!(is_path || line.width() <= 80, "{}: {line}", case.display());
        }
    }
}

#[test]
fn the_example_policies_have_no_error() {
    let ran = run(&repository(), &["check", "--now", NOW], b"");
    assert_eq!(ran.exit, 0, "{ran}");
}

fn check(case: &Path, more: &[&str]) -> Ran {
    let typed = fs::read_to_string(case.join("arguments.txt")).unwrap_or_default();
    let mut arguments = vec!["check"];
    if !typed.contains("--now") {
        arguments.extend(["--now", NOW]);
    }
    arguments.extend(typed.split_whitespace());
    arguments.extend(more);
    run(case, &arguments, b"")
}

fn cases() -> Vec<PathBuf> {
    folders(&cases_folder())
}

fn cases_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check")
}
