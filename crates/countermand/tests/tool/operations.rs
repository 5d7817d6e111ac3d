//! `countermand operations`: lists everything in the registry.

use std::path::Path;

use countermand_core::operations::ALL;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::run::{Ran, run};

#[test]
fn every_operation_is_told_with_all_that_it_has() {
    let told = document(&["operations", "--format", "json"]);
    let told = told["operations"].as_array().unwrap();
    assert_eq!(told.len(), ALL.len());
    for (told, about) in told.iter().zip(ALL) {
        assert_eq!(told["name"], about.name);
        assert_eq!(told["example"], about.example);
        let actions: Vec<_> = about.permissions().iter().map(|it| it.action).collect();
        assert_eq!(all(told, "permissions", "action"), json!(actions));
        let parameters = told["parameters"].as_array().unwrap();
        let required = parameters.iter().filter(|it| it["required"] == true);
        let required: Vec<_> = required.map(|it| it["key"].as_str().unwrap()).collect();
        assert_eq!(required, about.targets, "{}", about.name);
        assert!(parameters.iter().any(|it| it["key"] == "began-within"));
        assert!(
            parameters.iter().all(|it| it["means"] != ""),
            "{parameters:?}"
        );
        assert_eq!(
            told.get("announced_by").is_some(),
            !about.announced_by.is_empty()
        );
    }
    let stop_type = told[0]["parameters"].as_array().unwrap();
    let stop_type = stop_type
        .iter()
        .find(|it| it["key"] == "stop-type")
        .unwrap();
    assert_eq!(stop_type["default"], "rollback");
    assert_eq!(stop_type["values"], json!(["rollback", "abort"]));
}

#[test]
fn one_operation_is_told_alone() {
    for about in ALL {
        let told = document(&["operations", about.name, "--format", "json"]);
        assert_eq!(all(&told, "operations", "name"), json!([about.name]));
    }
    let ran = countermand(&["operations", "ecs.stop-service-deploymemt"]);
    assert_eq!(ran.exit, 2, "{ran}");
    assert!(ran.err.contains("'ecs.stop-service-deployment'"), "{ran}");
}

#[test]
fn people_read_the_same() {
    let ran = countermand(&["operations"]);
    assert_eq!((ran.exit, ran.err.as_str()), (0, ""), "{ran}");
    for about in ALL {
        for said in [about.name, about.does]
            .into_iter()
            .chain(about.targets.iter().copied())
        {
            assert!(ran.out.contains(said), "{said}");
        }
        for permission in about.permissions() {
            assert!(ran.out.contains(permission.action), "{}", permission.action);
        }
    }
    // What is to be copied is not broken.
    let is_copied = |line: &str| line.contains("arn:") || line.starts_with("    ");
    for line in ran.out.lines().filter(|line| !is_copied(line)) {
        assert!(line.width() <= 80, "{line}");
    }
}

fn all(of: &Value, list: &str, key: &str) -> Value {
    let list = of[list].as_array().unwrap();
    list.iter().map(|it| it[key].clone()).collect()
}

fn document(arguments: &[&str]) -> Value {
    let ran = countermand(arguments);
    assert_eq!((ran.exit, ran.err.as_str()), (0, ""), "{ran}");
    serde_json::from_str(&ran.out).expect(&ran.out)
}

fn countermand(arguments: &[&str]) -> Ran {
    run(Path::new("."), arguments, b"")
}
