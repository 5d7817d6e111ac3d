//! What is measured. Each case prepares its world once, and then runs many times.

use countermand_core::operation::Change;
use std::hint::black_box;
use std::time::Duration;

use countermand_core::event;
use countermand_core::load::{Source, load};
use countermand_core::matching::find_matches;
use countermand_core::operations::Action;
use countermand_core::operations::ecs_stop_service_deployment::{
    EcsStopServiceDeployment, ServiceDeploymentFacts,
};
use countermand_core::trigger::Trigger;
use countermand_core::verdict::{Case, Verdict, judge};
use jiff::{SignedDuration, Timestamp};

use crate::worlds::{self, AlarmNaming};

/// Something to measure.
pub struct BenchCase {
    /// As `match/prefix/1000`.
    pub name: String,
    pub within: Option<Duration>,
    prepare: Box<dyn Fn() -> BenchWork>,
}

/// One run of it.
pub type BenchWork = Box<dyn FnMut()>;

impl std::fmt::Debug for BenchCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl BenchCase {
    fn new<W: FnMut() + 'static>(
        name: impl Into<String>,
        within: Duration,
        prepare: impl Fn() -> W + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            within: Some(within),
            prepare: Box::new(move || Box::new(prepare())),
        }
    }

    pub fn prepare(&self) -> BenchWork {
        (self.prepare)()
    }
}

const MATCH_AGAINST: [usize; 3] = [10, 100, 1_000];

pub fn all() -> Vec<BenchCase> {
    let mut cases = Vec::new();
    for (naming, name) in AlarmNaming::ALL {
        cases.extend(MATCH_AGAINST.map(|policies| matching(naming, name, policies)));
    }
    cases.extend([
        loading(),
        doubting("doubts/prefix", AlarmNaming::Prefix),
        doubting("doubts/shared-suffix", AlarmNaming::SharedSuffix),
        doubting("doubts/dimension", AlarmNaming::Dimension),
        judging("judge/stop", 10, &Verdict::Stop),
        judging("judge/hold", 600, &Verdict::Hold(Vec::new())),
        reading("read/alarm", worlds::ALARM),
        reading("read/deployment", worlds::DEPLOYMENT),
    ]);
    cases
}

/// One event against this many policies, of which one matches.
fn matching(naming: AlarmNaming, name: &str, policies: usize) -> BenchCase {
    let name = format!("match/{name}/{policies}");
    BenchCase::new(name, Duration::from_micros(200), move || {
        let event = naming.event(policies / 2);
        let policies = worlds::policies(naming, policies);
        assert_eq!(
            find_matches(&policies, &event).len(),
            1,
            "one policy is meant"
        );
        move || drop(black_box(find_matches(&policies, black_box(&event))))
    })
}

/// From the text of a thousand policies to policies that can be matched.
fn loading() -> BenchCase {
    BenchCase::new("load", Duration::from_millis(20), move || {
        let text = worlds::yaml(AlarmNaming::Prefix, 0..1_000);
        let sources = [Source::new("policies.yaml", text.into_bytes())];
        move || {
            let policies = load(black_box(&sources)).into_policies();
            assert_eq!(
                policies.map(|it| it.list().len()).unwrap_or_default(),
                1_000
            );
        }
    })
}

/// The warnings of `check` about a thousand policies, which loading alone does not look for.
fn doubting(name: &str, naming: AlarmNaming) -> BenchCase {
    BenchCase::new(name, Duration::from_millis(20), move || {
        let source = Source::new("p.yaml", worlds::yaml(naming, 0..1_000).into_bytes());
        let sources: &'static [Source] = vec![source].leak();
        let loaded = load(sources);
        move || drop(black_box(loaded.warnings(black_box(Timestamp::UNIX_EPOCH))))
    })
}

/// One deployment of this age when its alarm fires.
fn judging(name: &str, minutes_old: i64, expected: &Verdict) -> BenchCase {
    let expected = std::mem::discriminant(expected);
    BenchCase::new(name, Duration::from_micros(5), move || {
        let policies = worlds::policies(AlarmNaming::Prefix, 1);
        let trigger: Trigger = AlarmNaming::Prefix.event(0);
        let age = SignedDuration::from_mins(minutes_old);
        let change = Change {
            id: "arn:aws:ecs:eu-central-1:123456789012:service-deployment/prod-0/svc-0/1".into(),
            names: [("cluster", "prod-0".into()), ("service", "svc-0".into())].into(),
            state: "IN_PROGRESS".into(),
            began_at: Some(trigger.at.saturating_sub(age).unwrap_or(trigger.at)),
            tags: [("team".to_owned(), "shop".to_owned())].into(),
            facts: ServiceDeploymentFacts {
                has_source_revision: true,
                ..ServiceDeploymentFacts::default()
            },
        };
        move || {
            for policy in policies.list() {
                let case = Case::of(policy, &trigger, None, trigger.at);
                let Some(Action::EcsStopServiceDeployment(parameters)) = policy.actions.first()
                else {
                    unreachable!()
                };
                let parameters: &EcsStopServiceDeployment = parameters;
                let verdict = judge(black_box(parameters), &change, &case);
                assert_eq!(std::mem::discriminant(&verdict), expected);
            }
        }
    })
}

fn reading(name: &str, json: &'static str) -> BenchCase {
    BenchCase::new(name, Duration::from_micros(20), move || {
        move || drop(black_box(event::read(black_box(json.as_bytes()))))
    })
}
