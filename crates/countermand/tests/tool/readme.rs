//! The output in README is the output of the tool. `UPDATE=1` writes it anew.

use std::fs;

use crate::run::{repository, run};

const BEGIN: &str = "```console\n$ countermand ";
const END: &str = "\n```\n";

#[test]
fn every_console_block_of_readme_is_what_the_tool_says() {
    let file = repository().join("README.md");
    let readme = fs::read_to_string(&file).unwrap();
    let (mut shown, mut rest) = (String::new(), readme.as_str());
    while let Some((before, block)) = rest.split_once(BEGIN) {
        let (block, after) = block.split_once(END).unwrap();
        let command = block.lines().next().unwrap();
        let typed: Vec<_> = command.split_whitespace().collect();
        let ran = run(&repository(), &typed, b"");
        assert_eq!(ran.exit, 0, "{ran}");
        let said = ran.out.trim_end();
        shown.extend([before, BEGIN, command, "\n", said, END]);
        rest = after;
    }
    assert!(!shown.is_empty(), "README shows nothing of the tool");
    shown.push_str(rest);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &shown).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap() == shown,
        "UPDATE=1 writes what the tool says:\n{shown}"
    );
}
