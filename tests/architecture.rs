//! Holds the code to what ARCHITECTURE.md says of it: the order of modules, and one noun for one concept.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A source file, without its tests.
struct SourceFile {
    /// From the root of the repository, as `crates/countermand-core/src/plan.rs`.
    path: String,
    text: String,
}

#[test]
fn no_import_runs_against_the_order() {
    let mut wrong = Vec::new();
    for package in ["countermand-core", "countermand-aws"] {
        let order = order(package);
        let source = format!("crates/{package}/src/");
        let files = sources(&source);
        let lib = files
            .iter()
            .find(|it| module_of(&it.path, &source) == "lib");
        let re_exports = re_exports(&lib.unwrap().text);
        let mut seen = BTreeSet::new();
        for file in &files {
            let module = module_of(&file.path, &source);
            if module == "lib" {
                continue;
            }
            let Some(own) = order.iter().position(|it| *it == module) else {
                panic!("`{module}` of {package} has no place in the order of ARCHITECTURE.md");
            };
            seen.insert(module.clone());
            let from_above = is_top_level(&file.path, &source).then_some("super::");
            let paths = std::iter::once("crate::").chain(from_above);
            for import in paths.flat_map(|path| imports(&file.text, path)) {
                // A name that the crate itself exports stands for its module.
                let module = re_exports.get(&import).unwrap_or(&import);
                let place = order.iter().position(|it| it == module);
                if place.is_some_and(|place| place > own) {
                    wrong.push(format!(
                        "{} imports `{import}`, which stands after it",
                        file.path
                    ));
                }
            }
        }
        let missing: Vec<_> = order.iter().filter(|it| !seen.contains(*it)).collect();
        assert!(missing.is_empty(), "{package} has no {missing:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_import_is_seen_however_it_is_written() {
    let text = "
use crate::verdict::Case;
use crate::{plan::{Step, plan}, record};
use crate::Aws;
use super::trigger::Trigger;
";
    let found: Vec<_> = imports(text, "crate::").into_iter().collect();
    assert_eq!(found, ["Aws", "plan", "record", "verdict"]);
    let found: Vec<_> = imports(text, "super::").into_iter().collect();
    assert_eq!(found, ["trigger"]);
    let lib = "
pub use aws::{Aws, Executor};
pub(crate) use run::answer;
pub use countermand_core::plan;
";
    let exported = re_exports(lib);
    let exported: Vec<_> = exported.iter().map(|(name, of)| (&**name, &**of)).collect();
    let wanted = [
        ("Aws", "aws"),
        ("Executor", "aws"),
        ("answer", "run"),
        ("plan", "countermand_core"),
    ];
    assert_eq!(exported, wanted);
    let source = "crates/it/src/";
    assert!(is_top_level("crates/it/src/plan.rs", source));
    assert!(is_top_level("crates/it/src/plan/mod.rs", source));
    assert!(!is_top_level("crates/it/src/plan/step.rs", source));
}

#[test]
fn every_public_type_has_a_name_of_its_own() {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in our_sources() {
        for name in public_types(&file.text) {
            named.entry(name).or_default().push(file.path.clone());
        }
    }
    assert!(named.len() > 300, "{} types", named.len());
    let twice: Vec<_> = named.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn no_type_of_ours_is_imported_under_another_name() {
    let files = our_sources();
    let ours: BTreeSet<_> = files.iter().flat_map(|it| public_types(&it.text)).collect();
    let mut wrong = Vec::new();
    for file in &files {
        for statement in use_statements(&file.text) {
            let is_ours = statement.starts_with("use countermand_")
                || statement.starts_with("use crate::")
                || statement.starts_with("use super::");
            let words: Vec<_> = statement
                .split(|it: char| !it.is_alphanumeric() && it != '_')
                .filter(|it| !it.is_empty())
                .collect();
            for window in words.windows(3) {
                if let [from, "as", to] = window
                    && is_ours
                    && *to != "_"
                    && ours.contains(*from)
                {
                    wrong.push(format!("{}: `{from} as {to}`", file.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_word_of_the_glossary_is_a_public_type() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, words) = text.split_once("## Words").unwrap();
    let (words, _) = words.split_once("\n## ").unwrap();
    let rows = words.lines().filter(|it| it.starts_with("| ")).skip(2);
    let mut places = BTreeMap::new();
    for file in our_sources() {
        for name in public_types(&file.text) {
            places.insert(name, file.path.clone());
        }
    }
    let mut named = 0;
    for row in rows {
        for word in backticked(row).filter(|it| it.starts_with(char::is_uppercase)) {
            assert!(
                places.contains_key(word),
                "`{word}` is no public type: {row}"
            );
            named += 1;
        }
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [_, _, word, place, ..] = cells.as_slice() else {
            panic!("{row}");
        };
        let (package, module) = place.split_once(' ').unwrap();
        let wanted = format!(
            "crates/countermand-{package}/src/{}",
            module.trim_matches('`')
        );
        let found = &places[word.trim_matches('`')];
        let inside = found.strip_prefix(&wanted);
        assert!(
            inside.is_some_and(|it| it.starts_with(['/', '.'])),
            "{word} is in {found}: {row}"
        );
    }
    assert!(named > 20, "{named} types");
}

/// The modules of a package, as ARCHITECTURE.md lists them.
fn order(package: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let head = format!("Modules of {package}: ");
    let line = text.lines().find_map(|it| it.strip_prefix(&head));
    let line = line.unwrap_or_else(|| panic!("ARCHITECTURE.md has no line `{head}…`"));
    backticked(line).map(str::to_owned).collect()
}

fn backticked(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn module_of(path: &str, source: &str) -> String {
    let inside = path.strip_prefix(source).unwrap();
    let first = inside.split('/').next().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Whether the file is a module right under its crate, so that `super` is the crate.
fn is_top_level(path: &str, source: &str) -> bool {
    let inside = path.strip_prefix(source).unwrap();
    !inside.trim_end_matches("/mod.rs").contains('/')
}

/// By name: the module from which `lib.rs` exports it.
fn re_exports(lib: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in lib.split(';') {
        let Some((_, path)) = line.split_once("use ") else {
            continue;
        };
        let mut words = path
            .split(|it: char| !it.is_alphanumeric() && it != '_')
            .filter(|it| !it.is_empty());
        let Some(module) = words.next() else {
            continue;
        };
        found.extend(words.map(|name| (name.to_owned(), module.to_owned())));
    }
    found
}

/// What a file names after `path`, which is its own crate.
fn imports(text: &str, path: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(path) {
        rest = after;
        // A list names several, each at the beginning of an item of its outermost braces.
        if let Some(list) = after.strip_prefix('{') {
            let (mut depth, mut begins) = (0, true);
            for (at, letter) in list.char_indices() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => begins = true,
                    it if begins && it.is_alphabetic() => {
                        found.insert(word(&list[at..]));
                        begins = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.insert(word(after));
        }
    }
    found
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|it| it.is_alphanumeric() || *it == '_')
        .collect()
}

fn use_statements(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split("\nuse ").skip(1);
    parts.filter_map(|it| Some(format!("use {}", it.split_once(';')?.0)))
}

fn public_types(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in text.lines().map(str::trim_start) {
        let Some(rest) = line.strip_prefix("pub") else {
            continue;
        };
        let rest = match rest.strip_prefix('(') {
            Some(scoped) => scoped.split_once(')').map_or("", |(_, rest)| rest),
            None => rest,
        };
        let mut words = rest.split_whitespace();
        let is_type = matches!(
            words.next(),
            Some("struct" | "enum" | "trait" | "type" | "union")
        );
        if let Some(name) = words.next().filter(|_| is_type) {
            let name = word(name);
            if name.starts_with(char::is_uppercase) {
                names.push(name);
            }
        }
    }
    names
}

fn our_sources() -> Vec<SourceFile> {
    ["crates/", "functions/", "bench/", "tests/runner/"]
        .into_iter()
        .flat_map(sources)
        .filter(|it| it.path.contains("/src/") || it.path.starts_with("tests/runner/"))
        .collect()
}

/// The Rust files of a folder, without what only tests have.
fn sources(folder: &str) -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    assert!(!files.is_empty(), "{folder}");
    files
}

fn collect(folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_of_tests =
            ["tests", "tests.rs", "cases.rs", "node_modules"].contains(&name.as_str());
        if is_of_tests {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let path = path.strip_prefix(root()).unwrap();
            files.push(SourceFile {
                path: path.to_string_lossy().into_owned(),
                text: without_comments(text),
            });
        }
    }
}

/// What a comment names is no import.
fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|it| !it.trim_start().starts_with("//"));
    lines.fold(String::from("\n"), |all, line| all + line + "\n")
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap().canonicalize().unwrap()
}
