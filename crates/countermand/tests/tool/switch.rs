//! `countermand off` and `countermand on`, on a Lambda that keeps functions, and a CloudFormation with one stack.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::run::{Ran, fits_a_terminal, run_with};

const ACTING: [&str; 3] = ["on-alarm", "on-schedule", "on-change"];

/// A function of the stack, and what goes wrong with it.
#[derive(Clone, Default)]
struct Function {
    variables: BTreeMap<String, String>,
    revision: u32,
    /// How many updates find that somebody else was faster, each with a variable of theirs.
    overtaken: u32,
    /// How many updates find another one under way.
    busy: u32,
    /// How many looks say that an update is under way.
    updating: u32,
    /// The answer to each update.
    refuses: Option<&'static str>,
    /// Its variables cannot be decrypted.
    unreadable: bool,
    /// What an update took away besides.
    replaced: Vec<String>,
}

struct Account {
    functions: Mutex<BTreeMap<String, Function>>,
    /// What the stack says.
    mode: Option<&'static str>,
}

impl Account {
    /// A stack that is on, with this done to some of its functions.
    fn with(change: impl Fn(&str, &mut Function)) -> Self {
        let functions = ACTING.into_iter().chain(["verify"]).map(|name| {
            let variables = [
                ("COUNTERMAND_MODE", "enforce"),
                ("COUNTERMAND_EVENT_BUS", "b"),
            ];
            let variables = variables.map(|(key, value)| (key.to_owned(), value.to_owned()));
            let mut function = Function {
                variables: variables.into(),
                ..Function::default()
            };
            if name == "verify" {
                function.variables.remove("COUNTERMAND_MODE");
            }
            change(name, &mut function);
            (format!("brake-{name}"), function)
        });
        Self {
            functions: Mutex::new(functions.collect()),
            mode: Some("enforce"),
        }
    }

    fn run(self, typed: &[&str]) -> (Ran, BTreeMap<String, Function>) {
        let account = Arc::new(self);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let served = Arc::clone(&account);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let account = Arc::clone(&served);
                thread::spawn(move || account.serve(&stream.unwrap()));
            }
        });
        let environment = [
            ("AWS_ACCESS_KEY_ID", "a"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ENDPOINT_URL", url.as_str()),
        ];
        let (command, more) = typed.split_first().unwrap();
        let arguments = [&[*command, "--stack", "brake"], more].concat();
        let ran = run_with(&environment, Path::new("."), &arguments, b"");
        if !typed.contains(&"json") {
            fits_a_terminal(&ran, Path::new(command));
        }
        let functions = account.functions.lock().unwrap().clone();
        (ran, functions)
    }

    /// One connection, with one call behind the other.
    fn serve(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        let mut stream = stream;
        loop {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if reader.read_line(&mut head).unwrap_or(0) == 0 {
                    return;
                }
            }
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                value.trim().parse().ok().filter(|_| is_length)
            });
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            let line = head.lines().next().unwrap();
            let (status, kind, answer) = self.answer(line, &body);
            let code = match kind {
                "" => String::new(),
                code => format!("x-amzn-errortype: {code}\r\n"),
            };
            let length = answer.len();
            let head = format!("HTTP/1.1 {status} .\r\n{code}content-length: {length}\r\n\r\n");
            stream.write_all((head + &answer).as_bytes()).unwrap();
        }
    }

    fn answer(&self, line: &str, body: &[u8]) -> (u16, &'static str, String) {
        let Some((_, path)) = line.split_once("/functions/") else {
            return (200, "", self.stack());
        };
        let name = path.split('/').next().unwrap();
        let mut functions = self.functions.lock().unwrap();
        let Some(function) = functions.get_mut(name) else {
            return (404, "ResourceNotFoundException", "{}".to_owned());
        };
        if line.starts_with("PUT")
            && let Err(code) = function.update(&serde_json::from_slice(body).unwrap())
        {
            return (409, code, json!({ "message": "no" }).to_string());
        }
        (200, "", function.told().to_string())
    }

    fn stack(&self) -> String {
        let mode = self.mode.map(|mode| {
            format!("<member><ParameterKey>Mode</ParameterKey><ParameterValue>{mode}</ParameterValue></member>")
        });
        let mode = mode.unwrap_or_default();
        format!(
            "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>brake</StackName><CreationTime>2026-11-20T12:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Parameters>{mode}</Parameters></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
        )
    }
}

impl Function {
    fn update(&mut self, asked: &Value) -> Result<(), &'static str> {
        if let Some(code) = self.refuses {
            return Err(code);
        }
        if self.busy > 0 {
            self.busy -= 1;
            return Err("ResourceConflictException");
        }
        if self.overtaken > 0 {
            self.overtaken -= 1;
            self.revision += 1;
            let theirs = format!("THEIRS_{}", self.revision);
            self.variables.insert(theirs, "kept".to_owned());
        }
        if asked.pointer("/RevisionId") != Some(&json!(self.revision.to_string())) {
            return Err("PreconditionFailedException");
        }
        let variables = asked.pointer("/Environment/Variables").unwrap();
        let variables: BTreeMap<_, _> = serde_json::from_value(variables.clone()).unwrap();
        let before = std::mem::replace(&mut self.variables, variables);
        let gone = before
            .into_keys()
            .filter(|it| !self.variables.contains_key(it));
        self.replaced.extend(gone);
        self.revision += 1;
        Ok(())
    }

    fn told(&mut self) -> Value {
        let status = if self.updating > 0 && self.revision > 0 {
            self.updating -= 1;
            "InProgress"
        } else {
            "Successful"
        };
        let environment = if self.unreadable {
            json!({ "Error": { "ErrorCode": "AccessDeniedException", "Message": "the key" } })
        } else {
            json!({ "Variables": self.variables })
        };
        json!({
            "RevisionId": self.revision.to_string(),
            "LastUpdateStatus": status,
            "Environment": environment,
        })
    }

    fn mode(&self) -> Option<&str> {
        self.variables.get("COUNTERMAND_MODE").map(String::as_str)
    }
}

struct Case {
    name: &'static str,
    typed: &'static [&'static str],
    /// What is done to each function of the stack.
    world: fn(&str, &mut Function),
    exit: i32,
    /// The modes of the acting functions afterwards.
    modes: [&'static str; 3],
    /// The answers to each of them.
    answers: [&'static str; 3],
}

const DONE: [&str; 3] = ["done"; 3];
const OFF: [&str; 3] = ["disabled"; 3];
const ON: [&str; 3] = ["enforce"; 3];

const CASES: &[Case] = &[
    Case {
        name: "off switches every acting function",
        typed: &["off"],
        world: |_, _| {},
        exit: 0,
        modes: OFF,
        answers: DONE,
    },
    Case {
        name: "off a second time is done already",
        typed: &["off"],
        world: |_, it| disable(it),
        exit: 0,
        modes: OFF,
        answers: ["already"; 3],
    },
    Case {
        name: "what somebody else changes at the same time is kept",
        typed: &["off"],
        world: |_, it| it.overtaken = 2,
        exit: 0,
        modes: OFF,
        answers: DONE,
    },
    Case {
        name: "a deployment that is under way is waited for",
        typed: &["off"],
        world: |_, it| {
            it.busy = 2;
            it.updating = 2;
        },
        exit: 0,
        modes: OFF,
        answers: DONE,
    },
    Case {
        name: "one that is refused does not keep the others from it",
        typed: &["off"],
        world: |name, it| {
            if name == "on-schedule" {
                it.refuses = Some("AccessDeniedException");
            }
        },
        exit: 3,
        modes: ["disabled", "enforce", "disabled"],
        answers: ["done", "failed", "done"],
    },
    Case {
        name: "variables that cannot be read are not written",
        typed: &["off"],
        world: |name, it| it.unreadable = name == "on-alarm",
        exit: 3,
        modes: ["enforce", "disabled", "disabled"],
        answers: ["failed", "done", "done"],
    },
    Case {
        name: "on puts back what the stack says",
        typed: &["on"],
        world: |_, it| disable(it),
        exit: 0,
        modes: ON,
        answers: DONE,
    },
    Case {
        name: "on takes another mode where one is named",
        typed: &["on", "--mode", "observe"],
        world: |_, it| disable(it),
        exit: 0,
        modes: ["observe"; 3],
        answers: DONE,
    },
    Case {
        name: "a function without any variable gets the one",
        typed: &["off"],
        world: |_, it| it.variables.clear(),
        exit: 0,
        modes: OFF,
        answers: DONE,
    },
];

fn disable(function: &mut Function) {
    if let Some(mode) = function.variables.get_mut("COUNTERMAND_MODE") {
        "disabled".clone_into(mode);
    }
}

#[test]
fn every_case_ends_as_it_says() {
    for case in CASES {
        let typed = [case.typed, &["--format", "json"]].concat();
        let before = Account::with(case.world).functions.into_inner().unwrap();
        let (ran, functions) = Account::with(case.world).run(&typed);
        let name = case.name;
        assert_eq!(ran.exit, case.exit, "{name}: {ran}");
        let said: Value = serde_json::from_str(&ran.out).expect(&ran.out);
        let told = said.pointer("/functions").unwrap().as_array().unwrap();
        let answers: Vec<_> = told
            .iter()
            .map(|it| it["answer"].as_str().unwrap())
            .collect();
        assert_eq!(answers, case.answers, "{name}: {ran}");
        for (function, mode) in ACTING.into_iter().zip(case.modes) {
            let function = &functions[&format!("brake-{function}")];
            assert_eq!(function.mode(), Some(mode), "{name}: {ran}");
            assert_eq!(function.replaced, [""; 0], "{name}: {ran}");
        }
        // What was requested is followed to its end.
        let verify = &functions["brake-verify"];
        assert_eq!(verify.revision, 0, "{name}: {ran}");
        assert_eq!(verify.variables, before["brake-verify"].variables, "{name}");
    }
}

#[test]
fn what_failed_is_told_for_each_function_with_another_way_to_the_same_end() {
    let (ran, _) = Account::with(|name, it| {
        if name == "on-change" {
            it.refuses = Some("AccessDeniedException");
        }
    })
    .run(&["off"]);
    assert_eq!(ran.exit, 3, "{ran}");
    for said in [
        "brake-on-alarm\n  off; it was on `enforce`\n",
        "brake-on-change\n  as it was: `lambda:UpdateFunctionConfiguration` was refused:",
        "aws lambda put-function-concurrency --region eu-central-1 --function-name brake-on-change --reserved-concurrent-executions 0\n",
    ] {
        assert!(ran.out.contains(said), "{said}: {ran}");
    }
    assert!(!ran.out.contains("stops nothing from now on"), "{ran}");
    assert!(
        ran.err
            .contains("error: `brake-on-change` is not switched off"),
        "{ran}"
    );
}

#[test]
fn where_all_of_them_fail_nothing_is_said_to_be_off() {
    let refused = |_: &str, it: &mut Function| it.refuses = Some("AccessDeniedException");
    let (ran, _) = Account::with(refused).run(&["off"]);
    assert_eq!(ran.exit, 3, "{ran}");
    assert!(
        ran.err.contains("3 functions are not switched off"),
        "{ran}"
    );
    assert!(!ran.out.contains("  off"), "{ran}");
}

#[test]
fn people_are_told_how_to_go_back() {
    let (ran, _) = Account::with(|_, _| {}).run(&["off"]);
    assert_eq!((ran.exit, ran.err.as_str()), (0, ""), "{ran}");
    assert!(ran.out.contains("stops nothing from now on"), "{ran}");
    assert!(
        ran.out
            .ends_with("back with `countermand on --stack brake`\n"),
        "{ran}"
    );
}

#[test]
fn one_that_is_not_done_in_time_is_not_told_as_done() {
    let (ran, _) = Account::with(|name, it| {
        if name == "on-alarm" {
            it.updating = u32::MAX;
        }
    })
    .run(&["off"]);
    assert_eq!(ran.exit, 4, "{ran}");
    assert!(ran.out.contains("will be off"), "{ran}");
    assert!(!ran.out.contains("stops nothing from now on"), "{ran}");
    assert!(ran.err.contains("run the same command again"), "{ran}");
}

#[test]
fn a_stack_that_is_not_there_is_the_users_mistake() {
    let account = Account {
        functions: Mutex::default(),
        mode: None,
    };
    let (ran, _) = account.run(&["off"]);
    assert_eq!((ran.exit, ran.out.as_str()), (2, ""), "{ran}");
    assert!(ran.err.contains("`--stack`"), "{ran}");
}

#[test]
fn a_stack_that_was_deployed_switched_off_is_not_switched_on_by_guessing() {
    for mode in [Some("disabled"), None] {
        let mut account = Account::with(|_, it| disable(it));
        account.mode = mode;
        let (ran, functions) = account.run(&["on"]);
        assert_eq!(ran.exit, 2, "{ran}");
        assert!(ran.err.contains("--mode observe"), "{ran}");
        assert_eq!(functions["brake-on-alarm"].mode(), Some("disabled"));
    }
}
