//! One policy, one event and one change, which is stopped unless a test alters the scene.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::super::*;
use crate::failure::CallFailure;
use crate::load::{Source, load};
use crate::matching::find_matches;
use crate::operation::Change;
use crate::operations::{
    Action, ecs_stop_service_deployment as ecs,
    opensearch_cancel_service_software_update as search,
    proton_cancel_service_instance_deployment as proton,
    ssm_cancel_maintenance_window_execution as ssm,
};
use crate::plan::{Findings, JudgedChange, plan};
use crate::policy::Policies;
use crate::trigger::{
    AlarmChanged, AlarmState, AlarmStateSince, AnnouncedChange, CalendarClosed, Muted, Place,
    PolicyDue, Trigger, TriggerKind,
};

/// A Friday, after 17:00.
pub(super) const FIRED: &str = "2026-11-20T22:00:00Z";
pub(super) const FREEZE: &str = "2026-11-20T17:00:00Z";
pub(super) const NANO: SignedDuration = SignedDuration::from_nanos(1);

pub(super) struct Scene {
    /// The text of the policy: its trigger, its operation with parameters, and its other keys.
    pub(super) when: String,
    pub(super) action: String,
    pub(super) more: String,
    pub(super) trigger: Trigger,
    pub(super) now: Timestamp,
    pub(super) age: Age,
    pub(super) seen: Seen,
    /// The alarm's history, if it was read.
    pub(super) history: Option<History>,
    /// Since when a change calendar is closed, if not since the event's time; and until when.
    pub(super) since: Option<Since>,
    pub(super) until: Option<Timestamp>,
    pub(super) find: Find,
    /// Further changes that the policy finds.
    pub(super) others: Vec<Verdict>,
}

pub(super) enum Find {
    Change(Box<FoundChange>),
    Nothing,
    Refused,
}

/// A change of any operation.
pub(super) struct FoundChange {
    pub(super) names: BTreeMap<&'static str, String>,
    pub(super) state: String,
    pub(super) began_at: Option<Timestamp>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) ecs: ecs::ServiceDeploymentFacts,
    pub(super) ssm: ssm::WindowExecutionFacts,
    pub(super) search: search::SoftwareUpdateFacts,
}

pub(super) fn at(time: &str) -> Timestamp {
    let day = if time.contains('T') {
        ""
    } else {
        "2026-11-20T"
    };
    format!("{day}{time}").parse().unwrap()
}

/// Policies from text: `do` is one operation with its parameters.
pub(super) fn policies(when: &str, action: &str, more: &str) -> Policies {
    let text = format!(
        "version: 1\n\
         calendars:\n  \
           weekend: {{ closed: [{{ from: FRI 17:00, until: MON 07:00 }}] }}\n  \
           night: {{ closed: [{{ from: FRI 21:00, until: FRI 23:00 }}] }}\n\
         policies:\n\
         - name: brake\n  \
           when: {{ {when} }}\n  \
           do: [{{ {action} }}]\n  {more}\n"
    );
    let sources = [Source::new("test.yaml", text.clone().into_bytes())];
    load(&sources)
        .into_policies()
        .unwrap_or_else(|problems| panic!("{text}\n{problems:?}"))
}

impl Default for Scene {
    fn default() -> Self {
        let fired = at(FIRED);
        let state = |value, since| AlarmStateSince { value, since };
        let alarm = AlarmChanged {
            name: "checkout-5xx".to_owned(),
            arn: None,
            state: state(AlarmState::Alarm, fired),
            previous: Some(state(AlarmState::Ok, at("12:00:00Z"))),
            muted: None,
            suppressed_by: None,
            tags: None,
            dimensions: BTreeMap::new(),
            contributor: None,
        };
        Self {
            when: r#"alarm: { name: "{service}-5xx" }"#.to_owned(),
            action: r#"ecs.stop-service-deployment: { cluster: prod, service: "{service}" }"#
                .to_owned(),
            more: String::new(),
            trigger: Trigger {
                event_id: None,
                at: fired,
                from: Place {
                    account: Some(home().account),
                    region: Some(home().region),
                },
                kind: TriggerKind::AlarmChanged(alarm),
            },
            now: fired,
            age: Age::Guarded,
            seen: Seen {
                alarm: Some(AlarmNow {
                    state: AlarmState::Alarm,
                    actions_enabled: true,
                }),
                firing: 1,
                calendar: None,
            },
            history: None,
            since: None,
            until: None,
            find: Find::Change(Box::new(FoundChange {
                names: [
                    ("cluster", "prod".to_owned()),
                    ("service", "checkout".to_owned()),
                ]
                .into(),
                state: "IN_PROGRESS".to_owned(),
                began_at: Some(at("21:50:00Z")),
                tags: BTreeMap::new(),
                ecs: ecs::ServiceDeploymentFacts {
                    has_source_revision: true,
                    last_rolled_back_at: ecs::LastRollback::NoneKnown,
                    ..ecs::ServiceDeploymentFacts::default()
                },
                ssm: ssm::WindowExecutionFacts::default(),
                search: search::SoftwareUpdateFacts {
                    cancellable: true,
                    ..search::SoftwareUpdateFacts::default()
                },
            })),
            others: Vec::new(),
        }
    }
}

pub(super) fn home() -> Home {
    Home {
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

impl Scene {
    pub(super) fn alarm(&mut self) -> &mut AlarmChanged {
        match &mut self.trigger.kind {
            TriggerKind::AlarmChanged(alarm) => alarm,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn found(&mut self) -> &mut FoundChange {
        match &mut self.find {
            Find::Change(found) => found,
            Find::Nothing | Find::Refused => panic!("nothing found"),
        }
    }

    pub(super) fn began(&mut self, at: Timestamp) {
        self.found().began_at = Some(at);
    }

    pub(super) fn waits(&mut self) {
        self.found().state = "PENDING".to_owned();
    }

    pub(super) fn mute(&mut self) {
        self.alarm().muted = Some(Muted {
            by: None,
            until: None,
        });
    }

    /// Adds a parameter to the operation, or a key to the alarm.
    pub(super) fn parameter(&mut self, text: &str) {
        self.action = self.action.replace(" }", &format!(", {text} }}"));
    }

    pub(super) fn when_alarm(&mut self, text: &str) {
        self.when = self.when.replace(" }", &format!(", {text} }}"));
    }

    pub(super) fn ssm(&mut self) {
        self.action =
            r#"ssm.cancel-maintenance-window-execution: { window: "patch-*" }"#.to_owned();
        let found = self.found();
        found.names = [("window", "patch-db".to_owned())].into();
        found.ssm = ssm::WindowExecutionFacts {
            window_id: "mw-0123456789abcdef0".to_owned(),
            window_name: Some("patch-db".to_owned()),
            running_tasks: None,
        };
    }

    pub(super) fn proton(&mut self) {
        self.action =
            "proton.cancel-service-instance-deployment: { service: shop, instance: blue }"
                .to_owned();
        self.found().names = [
            ("service", "shop".to_owned()),
            ("instance", "blue".to_owned()),
        ]
        .into();
    }

    /// A planned update, in a freeze.
    pub(super) fn search(&mut self) {
        self.freeze();
        self.action =
            r#"opensearch.cancel-service-software-update: { domain: "prod-*" }"#.to_owned();
        let found = self.found();
        found.names = [("domain", "prod-search".to_owned())].into();
        found.state = "PENDING_UPDATE".to_owned();
        found.began_at = None;
        found.search.scheduled_for = Some(at("23:00:00Z"));
    }

    pub(super) fn search_required(&mut self, by: Option<Timestamp>) {
        self.search();
        let facts = &mut self.found().search;
        (facts.is_required, facts.automated_update_at) = (true, by);
    }

    /// The same update in a freeze by a change calendar.
    pub(super) fn search_by_change_calendar(&mut self, until: Option<&str>) {
        self.search();
        let action = self.action.clone();
        self.change_calendar(true);
        self.action = action;
        self.found().began_at = None;
        self.until = until.map(at);
    }

    pub(super) fn schedule(&mut self) {
        self.when = r#"schedule: { expression: "rate(1 hour)" }"#.to_owned();
        self.fix_target();
        self.due(at(FIRED));
    }

    /// A sweep in a freeze that began at five.
    pub(super) fn freeze(&mut self) {
        self.when = "freeze: { calendar: weekend }".to_owned();
        self.fix_target();
        self.due(at(FIRED));
    }

    pub(super) fn change_calendar(&mut self, is_closed: bool) {
        self.when = "change-calendar: { calendar: year-end }".to_owned();
        self.fix_target();
        self.trigger.kind = TriggerKind::CalendarClosed(CalendarClosed {
            calendar: "arn:aws:ssm:eu-central-1:123456789012:document/year-end".to_owned(),
            since: at(FIRED),
            next_change: None,
        });
        self.seen.calendar = Some(CalendarNow {
            is_closed,
            since: Since::Unknown,
            until: None,
        });
        self.began(at(FIRED));
    }

    pub(super) fn begins(&mut self, is_rollback: bool) {
        self.freeze();
        self.trigger.kind = TriggerKind::ChangeBegan(AnnouncedChange {
            operation: "ecs.stop-service-deployment",
            names: [
                ("cluster", "prod".to_owned()),
                ("service", "checkout".to_owned()),
            ]
            .into(),
            change: None,
            state: "SERVICE_DEPLOYMENT_IN_PROGRESS".to_owned(),
            began_at: None,
            is_rollback,
        });
    }

    pub(super) fn announced(&mut self) -> &mut AnnouncedChange {
        match &mut self.trigger.kind {
            TriggerKind::ChangeBegan(announced) => announced,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn due(&mut self, scheduled_for: Timestamp) {
        self.trigger.at = scheduled_for;
        self.trigger.kind = TriggerKind::PolicyDue(PolicyDue {
            policy: "brake".to_owned(),
            scheduled_for,
        });
    }

    fn fix_target(&mut self) {
        self.action = self.action.replace("{service}", "checkout");
    }

    /// The reasons of the first that holds: the event, the target, the change.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        self.look().0
    }

    /// The explanation of the same, up to where guards are evaluated.
    pub(super) fn checked(&self) -> Vec<Checked> {
        self.look().1
    }

    fn look(&self) -> (Vec<Reason>, Vec<Checked>) {
        let policies = policies(&self.when, &self.action, &self.more);
        let matching = find_matches(&policies, &self.trigger);
        let [found] = matching.as_slice() else {
            panic!("{} policies match", matching.len());
        };
        let policy = found.policy;
        let calendars = policies.calendars_of(policy);
        let (trigger, now) = (&self.trigger, self.now);
        let before = |reasons| {
            hold_before_looking(policy, trigger, &calendars, &home(), self.age, now, reasons)
        };
        let held = before(Reasons::default()).into_vec();
        let mut checked = before(Reasons::explaining()).into_checked();
        if !held.is_empty() {
            return (held, checked);
        }
        let after = |reasons| hold_after_looking(policy, trigger, &self.seen, now, reasons);
        let held = after(Reasons::default()).into_vec();
        checked.extend(after(Reasons::explaining()).into_checked());
        if !held.is_empty() {
            return (held, checked);
        }
        if let Err(unknown) = targets(&policy.actions[0], trigger, &found.captures, &home()) {
            return (vec![unknown], Vec::new());
        }
        let verdict = match &self.find {
            Find::Nothing => return (vec![nothing_in_flight("prod/checkout")], Vec::new()),
            Find::Refused => {
                let refused = CallFailure::Refused {
                    call: "ecs:DescribeServices",
                    code: "AccessDenied".to_owned(),
                    message: "no".to_owned(),
                };
                return (
                    Verdict::without(refused).unwrap().into_reasons(),
                    Vec::new(),
                );
            }
            Find::Change(change) => {
                let freeze = Freeze::of(policy, &policies, now);
                let mut case = Case::of(policy, trigger, freeze, now);
                case.learn(&self.looked_up());
                if let Some(alarm) = &mut case.alarm {
                    alarm.history.clone_from(&self.history);
                }
                checked.extend(change.explain(&policy.actions[0], &case));
                change.judge(&policy.actions[0], &case)
            }
        };
        let operation = policy.actions[0].spec().name;
        let others = self.others.iter().enumerate();
        let others = others.map(|(at, other)| (at.to_string(), other.clone()));
        let changes =
            [("it".to_owned(), verdict)]
                .into_iter()
                .chain(others)
                .map(|(change, verdict)| JudgedChange {
                    operation,
                    change,
                    verdict,
                });
        let judged = Findings {
            policy: policy.name.as_str(),
            mode: policy.mode,
            limit: policy.limit.changes,
            unjudged: &[],
            changes: changes.collect(),
        };
        checked.extend(judged.explain());
        let planned = plan(vec![judged]);
        (planned[0][0].verdict.reasons().to_vec(), checked)
    }

    pub(super) fn codes(&self) -> Vec<HoldCode> {
        self.reasons().iter().map(|reason| reason.code).collect()
    }

    fn looked_up(&self) -> Seen {
        let calendar = self.seen.calendar.map(|told| CalendarNow {
            since: self.since.unwrap_or(Since::At(self.trigger.at)),
            until: self.until,
            ..told
        });
        Seen {
            calendar,
            ..self.seen.clone()
        }
    }
}

impl FoundChange {
    pub(super) fn change<F>(&self, facts: F) -> Change<F> {
        Change {
            id: "it".to_owned(),
            names: self.names.clone(),
            state: self.state.clone(),
            began_at: self.began_at,
            tags: self.tags.clone(),
            facts,
        }
    }

    pub(super) fn judge(&self, action: &Action, case: &Case<'_>) -> Verdict {
        match action {
            Action::EcsStopServiceDeployment(it) => judge(it, &self.change(self.ecs.clone()), case),
            Action::SsmCancelMaintenanceWindowExecution(it) => {
                judge(it, &self.change(self.ssm.clone()), case)
            }
            Action::OpensearchCancelServiceSoftwareUpdate(it) => {
                judge(it, &self.change(self.search.clone()), case)
            }
            Action::ProtonCancelServiceInstanceDeployment(it) => {
                judge(it, &self.change(proton::ServiceInstanceFacts {}), case)
            }
            other => panic!("a scene has no facts of `{}`", other.spec().name),
        }
    }

    pub(super) fn explain(&self, action: &Action, case: &Case<'_>) -> Vec<Checked> {
        match action {
            Action::EcsStopServiceDeployment(it) => {
                explain(it, &self.change(self.ecs.clone()), case)
            }
            Action::SsmCancelMaintenanceWindowExecution(it) => {
                explain(it, &self.change(self.ssm.clone()), case)
            }
            Action::OpensearchCancelServiceSoftwareUpdate(it) => {
                explain(it, &self.change(self.search.clone()), case)
            }
            Action::ProtonCancelServiceInstanceDeployment(it) => {
                explain(it, &self.change(proton::ServiceInstanceFacts {}), case)
            }
            other => panic!("a scene has no facts of `{}`", other.spec().name),
        }
    }
}
