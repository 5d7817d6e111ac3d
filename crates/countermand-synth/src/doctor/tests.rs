//! A stack as it was deployed, one thing about it changed, and what is found then.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::{StackFunction, TemplateForm, cloudformation, synth};
use countermand_core::load::{Source, fingerprint, load};

const NOW: &str = "2026-11-20T12:00:00Z";
const POLICIES: &str = r#"
version: 1
calendars:
  quiet: { closed: [{ from: FRI 17:00, until: MON 07:00 }, { from: 2026-12-24 12:00, until: 2026-12-24 18:00 }] }
policies:
  - name: rollback
    mode: enforce
    when: { alarm: { name: "{service}-5xx" } }
    do: [{ ecs.stop-service-deployment: { cluster: prod, service: "{service}", tags: { env: prod } } }]
  - name: no-updates
    when: { freeze: { calendar: quiet } }
    do: [{ opensearch.cancel-service-software-update: { domain: "prod-*" } }]
"#;

/// One stack, and the policies that it is held against.
struct Scene {
    deployed: Deployed,
    policies: String,
    now: &'static str,
}

impl Scene {
    /// As it is after a deployment of these policies.
    fn of(policies: &str) -> Self {
        let sources = [Source::new("p.yaml", policies.as_bytes().to_vec())];
        let loaded = load(&sources).into_policies().unwrap();
        let manifest = synth(&loaded, NOW.parse().unwrap());
        let Value::Object(resources) =
            cloudformation(&manifest, TemplateForm::Included, &fingerprint(&sources))
        else {
            unreachable!("it is an object");
        };
        let rules = manifest.rules.iter().map(|it| {
            let rule = DeployedRule {
                is_enabled: true,
                pattern: it.pattern.clone(),
            };
            (format!("brake-{}", it.name), rule)
        });
        let schedules = manifest.schedules.iter().map(|it| {
            let name = ScheduleName {
                group: format!("brake-{}", it.policy),
                name: it.name.clone(),
            };
            (name, true)
        });
        let variables = [
            ("COUNTERMAND_VERIFY_QUEUE_URL", "https://queue"),
            ("COUNTERMAND_EVENT_BUS", "default"),
            (MODE, "enforce"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let function = DeployedFunction {
            variables: variables.into(),
            layers: 1,
            ..DeployedFunction::default()
        };
        let deployed = Deployed {
            name: "brake".to_owned(),
            stack: Some(DeployedStack {
                status: "UPDATE_COMPLETE".to_owned(),
                mode: Some("enforce".to_owned()),
            }),
            resources: Some(resources),
            functions: StackFunction::ALL
                .into_iter()
                .map(|it| (it, Some(function.clone())))
                .collect(),
            is_verify_fed: Some(true),
            rules: Some(rules.collect()),
            schedules: Some(schedules.collect()),
            waiting: [
                (StackQueue::DeadLetters, 0),
                (StackQueue::VerifyDeadLetters, 0),
            ]
            .into(),
        };
        Self {
            deployed,
            policies: policies.to_owned(),
            now: NOW,
        }
    }

    fn found(&self) -> Vec<Finding> {
        let sources = [Source::new("q.yaml", self.policies.as_bytes().to_vec())];
        let loaded = load(&sources).into_policies().unwrap();
        let now = self.now.parse().unwrap();
        let wanted = Desired {
            manifest: &synth(&loaded, now),
            fingerprint: &fingerprint(&sources),
        };
        examine(&self.deployed, Some(wanted), now)
    }

    fn stack(&mut self) -> &mut DeployedStack {
        self.deployed.stack.as_mut().unwrap()
    }

    fn function(&mut self, function: StackFunction) -> &mut DeployedFunction {
        let function = self.deployed.functions.get_mut(&function);
        function.unwrap().as_mut().unwrap()
    }

    fn set(&mut self, function: StackFunction, variable: &str, value: &str) {
        let variables = &mut self.function(function).variables;
        variables.insert(variable.to_owned(), value.to_owned());
    }

    fn rule(&mut self) -> &mut DeployedRule {
        let rules = self.deployed.rules.as_mut().unwrap();
        rules.get_mut("brake-on-alarm-1").unwrap()
    }

    fn resource(&mut self, name: &str) -> &mut Value {
        let resources = self.deployed.resources.as_mut().unwrap();
        resources.get_mut(name).unwrap()
    }

    fn write(&mut self, from: &str, to: &str) {
        assert!(self.policies.contains(from), "{from}");
        self.policies = self.policies.replacen(from, to, 1);
    }
}

type Change = fn(&mut Scene);
use FindingCode::{
    DeadLetters, FunctionBroken, FunctionMissing, FunctionThrottled, ModeDiffers, ModeUnknown,
    OnlyObserves, PermissionLeftOver, PermissionMissing, PoliciesDiffer, PoliciesMissing,
    RuleDiffers, RuleDisabled, RuleLeftOver, RuleMissing, ScheduleDisabled, ScheduleGone,
    ScheduleLeftOver, ScheduleMissing, StackFailed, StackIsBusy, SwitchedOff, VariableMissing,
    VerifyDeadLetters, VerifyNotFed,
};

/// What is told of it, what is changed, and what is found then.
const CASES: &[(&str, Change, &[FindingCode])] = &[
    ("as it was deployed", |_| {}, &[]),
    (
        "nothing but the stack is known",
        |it| {
            it.deployed = Deployed {
                name: "brake".to_owned(),
                ..Deployed::default()
            };
        },
        &[],
    ),
    (
        "it is being deployed",
        |it| it.stack().status = "UPDATE_IN_PROGRESS".to_owned(),
        &[StackIsBusy],
    ),
    (
        "its deployment is being taken back",
        |it| it.stack().status = "UPDATE_ROLLBACK_IN_PROGRESS".to_owned(),
        &[StackIsBusy],
    ),
    (
        "its last deployment was taken back",
        |it| it.stack().status = "UPDATE_ROLLBACK_COMPLETE".to_owned(),
        &[StackFailed],
    ),
    (
        "its last deployment failed",
        |it| it.stack().status = "UPDATE_FAILED".to_owned(),
        &[StackFailed],
    ),
    (
        "a function was deleted",
        |it| {
            it.deployed.functions.insert(StackFunction::OnChange, None);
        },
        &[FunctionMissing],
    ),
    (
        "Lambda cannot run a function",
        |it| it.function(StackFunction::Verify).broken = Some("no".to_owned()),
        &[FunctionBroken],
    ),
    (
        "a function is kept from every event",
        |it| it.function(StackFunction::OnAlarm).concurrency = Some(0),
        &[FunctionThrottled],
    ),
    (
        "a function has some concurrency set aside",
        |it| it.function(StackFunction::OnAlarm).concurrency = Some(5),
        &[],
    ),
    (
        "a function has no policies",
        |it| it.function(StackFunction::OnAlarm).layers = 0,
        &[PoliciesMissing],
    ),
    (
        "a function has its policies from elsewhere",
        |it| {
            it.function(StackFunction::OnAlarm).layers = 0;
            it.set(StackFunction::OnAlarm, "COUNTERMAND_POLICIES", "/opt/p");
        },
        &[],
    ),
    (
        "verify has no layer, and reads no policies",
        |it| it.function(StackFunction::Verify).layers = 0,
        &[],
    ),
    (
        "all of it was switched off by hand",
        |it| {
            for function in [
                StackFunction::OnAlarm,
                StackFunction::OnSchedule,
                StackFunction::OnChange,
            ] {
                it.set(function, MODE, "disabled");
            }
        },
        &[ModeDiffers, ModeDiffers, ModeDiffers],
    ),
    (
        "one function was set to observe by hand",
        |it| it.set(StackFunction::OnAlarm, MODE, "observe"),
        &[ModeDiffers],
    ),
    (
        "the mode is a word that is none",
        |it| it.set(StackFunction::OnAlarm, MODE, "off"),
        &[ModeUnknown],
    ),
    (
        "the mode of a function is gone, which counts as what the stack says",
        |it| {
            it.function(StackFunction::OnAlarm).variables.remove(MODE);
        },
        &[],
    ),
    (
        "verify has a mode, and does not read it",
        |it| it.set(StackFunction::Verify, MODE, "disabled"),
        &[],
    ),
    (
        "it was deployed switched off",
        |it| {
            it.stack().mode = Some("disabled".to_owned());
            for function in [
                StackFunction::OnAlarm,
                StackFunction::OnSchedule,
                StackFunction::OnChange,
            ] {
                it.set(function, MODE, "disabled");
            }
        },
        &[SwitchedOff],
    ),
    (
        "it was deployed to observe, and enforces",
        |it| it.stack().mode = Some("observe".to_owned()),
        &[ModeDiffers, ModeDiffers, ModeDiffers, OnlyObserves],
    ),
    (
        "somebody replaced the variables of a function",
        |it| it.function(StackFunction::OnAlarm).variables.clear(),
        &[VariableMissing, VariableMissing],
    ),
    (
        "nothing feeds verify",
        |it| it.deployed.is_verify_fed = Some(false),
        &[VerifyNotFed],
    ),
    (
        "a rule is disabled",
        |it| it.rule().is_enabled = false,
        &[RuleDisabled],
    ),
    (
        "a rule was changed by hand",
        |it| it.rule().pattern = json!({"source": ["aws.ecs"]}),
        &[RuleDiffers],
    ),
    (
        "a rule was deleted by hand",
        |it| {
            it.deployed
                .rules
                .as_mut()
                .unwrap()
                .remove("brake-on-alarm-1");
        },
        &[RuleMissing],
    ),
    (
        "a rule is left over, and one of another stack is none of ours",
        |it| {
            let rules = it.deployed.rules.as_mut().unwrap();
            for name in [
                "brake-on-change-9",
                "brake-InformRule-X1",
                "brake-test-on-alarm-1",
                "other-on-alarm-1",
            ] {
                rules.insert(
                    name.to_owned(),
                    DeployedRule {
                        is_enabled: true,
                        pattern: Value::Null,
                    },
                );
            }
        },
        &[RuleLeftOver],
    ),
    (
        "a schedule is disabled",
        |it| {
            let schedules = it.deployed.schedules.as_mut().unwrap();
            *schedules.values_mut().next().unwrap() = false;
        },
        &[ScheduleDisabled],
    ),
    (
        "a schedule was deleted by hand",
        |it| {
            it.deployed.schedules.as_mut().unwrap().pop_first();
        },
        &[ScheduleGone],
    ),
    (
        "a schedule was deployed with another expression",
        |it| {
            it.resource("NoUpdatesSchedule1")["Properties"]["ScheduleExpression"] =
                json!("rate(1 hour)");
        },
        &[ScheduleMissing, ScheduleLeftOver],
    ),
    (
        "what was due on a date is past",
        |it| it.now = "2026-12-27T12:00:00Z",
        &[],
    ),
    (
        "an event waits among the dead letters",
        |it| {
            it.deployed.waiting.insert(StackQueue::DeadLetters, 1);
        },
        &[DeadLetters],
    ),
    (
        "what became of stops is not known",
        |it| {
            it.deployed.waiting.insert(StackQueue::VerifyDeadLetters, 2);
        },
        &[VerifyDeadLetters],
    ),
    (
        "a guard of a policy is another, which only the functions see",
        |it| {
            it.write(
                "tags: { env: prod }",
                "tags: { env: prod }, began-within: 1h",
            );
        },
        &[PoliciesDiffer],
    ),
    (
        "the template says nothing of its policies",
        |it| {
            for function in StackFunction::ALL {
                it.resource(&function.permissions())
                    .as_object_mut()
                    .unwrap()
                    .remove("Metadata");
            }
            it.write(
                "tags: { env: prod }",
                "tags: { env: prod }, began-within: 1h",
            );
        },
        &[],
    ),
    (
        "a policy is to enforce that was deployed to observe",
        |it| {
            it.write(
                "  - name: no-updates\n",
                "  - name: no-updates\n    mode: enforce\n",
            );
        },
        &[PoliciesDiffer, PermissionMissing, PermissionMissing],
    ),
    (
        "a policy is to observe that was deployed to enforce",
        |it| it.write("mode: enforce", "mode: observe"),
        &[PoliciesDiffer, PermissionLeftOver],
    ),
    (
        "a policy stops what has other tags",
        |it| it.write("env: prod", "env: live"),
        &[PoliciesDiffer, PermissionMissing, PermissionLeftOver],
    ),
    (
        "CloudFormation wrote one thing for a list of one",
        |it| {
            let statements = it
                .resource("OnAlarmPermissions")
                .pointer_mut("/Properties/PolicyDocument/Statement")
                .unwrap();
            for statement in statements.as_array_mut().unwrap() {
                for key in ["Action", "Resource"] {
                    if let Some([one]) = statement[key].as_array().map(Vec::as_slice) {
                        statement[key] = one.clone();
                    }
                }
            }
        },
        &[],
    ),
    (
        "a role lost what it may do",
        |it| {
            it.deployed
                .resources
                .as_mut()
                .unwrap()
                .remove("VerifyPermissions");
        },
        &[PermissionMissing],
    ),
    (
        "a policy is about another alarm",
        |it| it.write("-5xx", "-4xx"),
        &[PoliciesDiffer, RuleDiffers],
    ),
];

#[test]
fn every_case_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, change, wanted) in CASES {
        let mut scene = Scene::of(POLICIES);
        change(&mut scene);
        let mut found: Vec<_> = scene.found().iter().map(|it| it.code).collect();
        let mut wanted = wanted.to_vec();
        found.sort_unstable();
        wanted.sort_unstable();
        if found != wanted {
            wrong.push(format!("{name}: found {found:?}, wanted {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_case() {
    let shown: BTreeSet<_> = CASES.iter().flat_map(|(.., codes)| *codes).collect();
    let missing: Vec<_> = FindingCode::ALL
        .iter()
        .filter(|it| !shown.contains(it))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_must_be_done_comes_first_and_each_says_how() {
    let mut scene = Scene::of(POLICIES);
    scene.stack().status = "UPDATE_IN_PROGRESS".to_owned();
    scene.deployed.waiting.insert(StackQueue::DeadLetters, 1);
    scene.set(StackFunction::OnAlarm, MODE, "disabled");
    let found = scene.found();
    let severities: Vec<_> = found.iter().map(|it| it.severity).collect();
    assert_eq!(
        severities,
        [
            FindingSeverity::Problem,
            FindingSeverity::Problem,
            FindingSeverity::Note
        ]
    );
    assert!(found.iter().all(|it| !it.help.is_empty()));
    let mode = found.iter().find(|it| it.code == ModeDiffers).unwrap();
    assert!(
        mode.help.contains("countermand on --stack brake"),
        "{mode:?}"
    );
}

#[test]
fn without_policies_only_whether_it_works_is_said() {
    let mut scene = Scene::of(POLICIES);
    scene.rule().pattern = Value::Null;
    scene.rule().is_enabled = false;
    let found = examine(&scene.deployed, None, NOW.parse().unwrap());
    let codes: Vec<_> = found.iter().map(|it| it.code).collect();
    assert_eq!(codes, [RuleDisabled]);
}
