//! What is measured: each case prepares its world once, and is then run again and again.

use std::hint::black_box;
use std::time::Duration;

use countermand_core::event;
use countermand_core::load::{Source, load};
use countermand_core::matching::find_matches;
use countermand_core::operations::ecs_stop_service_deployment::{Facts, StopServiceDeployment};
use countermand_core::operations::{Action, Change};
use countermand_core::trigger::Trigger;
use countermand_core::verdict::{Case as Judged, Verdict, judge};
use jiff::{SignedDuration, Timestamp};

use crate::worlds::{self, Shape};

/// Something to measure.
pub struct Case {
    /// As `match/prefix/1000`.
    pub name: String,
    pub within: Option<Duration>,
    prepare: Box<dyn Fn() -> Work>,
}

/// One run of it.
pub type Work = Box<dyn FnMut()>;

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl Case {
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

    pub fn prepare(&self) -> Work {
        (self.prepare)()
    }
}

const MATCH_AGAINST: [usize; 3] = [10, 100, 1_000];

pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (shape, name) in Shape::ALL {
        cases.extend(MATCH_AGAINST.map(|policies| matching(shape, name, policies)));
    }
    cases.extend([
        loading("load/yaml", "policies.yaml", worlds::yaml),
        loading("load/json", "policies.json", worlds::json),
        doubting("doubts/prefix", Shape::Prefix),
        doubting("doubts/shared-suffix", Shape::SharedSuffix),
        doubting("doubts/dimension", Shape::Dimension),
        judging("judge/stop", 10, &Verdict::Stop),
        judging("judge/hold", 600, &Verdict::Hold(Vec::new())),
        reading("read/alarm", worlds::ALARM),
        reading("read/deployment", worlds::DEPLOYMENT),
    ]);
    cases
}

/// One event against so many policies, of which it is about one.
fn matching(shape: Shape, name: &str, policies: usize) -> Case {
    let name = format!("match/{name}/{policies}");
    Case::new(name, Duration::from_micros(200), move || {
        let event = shape.event(policies / 2);
        let policies = worlds::policies(shape, policies);
        assert_eq!(
            find_matches(&policies, &event).len(),
            1,
            "one policy is meant"
        );
        move || drop(black_box(find_matches(&policies, black_box(&event))))
    })
}

/// From the text of a thousand policies to what matches events.
fn loading(
    name: &str,
    file: &'static str,
    write: fn(Shape, std::ops::Range<usize>) -> String,
) -> Case {
    Case::new(name, Duration::from_millis(20), move || {
        let sources = [Source::new(
            file,
            write(Shape::Prefix, 0..1_000).into_bytes(),
        )];
        move || {
            let policies = load(black_box(&sources)).into_policies();
            assert_eq!(
                policies.map(|it| it.list().len()).unwrap_or_default(),
                1_000
            );
        }
    })
}

/// What `check` does beyond loading, with a thousand policies.
fn doubting(name: &str, shape: Shape) -> Case {
    Case::new(name, Duration::from_millis(20), move || {
        let source = Source::new("p.yaml", worlds::yaml(shape, 0..1_000).into_bytes());
        let sources: &'static [Source] = vec![source].leak();
        let loaded = load(sources);
        move || drop(black_box(loaded.doubts(black_box(Timestamp::UNIX_EPOCH))))
    })
}

/// One deployment that is so many minutes old when its alarm fires.
fn judging(name: &str, minutes_old: i64, expected: &Verdict) -> Case {
    let expected = std::mem::discriminant(expected);
    Case::new(name, Duration::from_micros(5), move || {
        let policies = worlds::policies(Shape::Prefix, 1);
        let trigger: Trigger = Shape::Prefix.event(0);
        let age = SignedDuration::from_mins(minutes_old);
        let change = Change {
            id: "arn:aws:ecs:eu-central-1:123456789012:service-deployment/prod-0/svc-0/1".into(),
            names: [("cluster", "prod-0".into()), ("service", "svc-0".into())].into(),
            state: "IN_PROGRESS".into(),
            began_at: Some(trigger.at.saturating_sub(age).unwrap_or(trigger.at)),
            tags: [("team".to_owned(), "shop".to_owned())].into(),
            facts: Facts {
                has_source_revision: true,
                ..Facts::default()
            },
        };
        move || {
            for policy in policies.list() {
                let case = Judged::of(policy, &trigger, None, trigger.at);
                let Some(Action::StopServiceDeployment(parameters)) = policy.actions.first() else {
                    unreachable!()
                };
                let parameters: &StopServiceDeployment = parameters;
                let verdict = judge(black_box(parameters), &change, &case);
                assert_eq!(std::mem::discriminant(&verdict), expected);
            }
        }
    })
}

fn reading(name: &str, json: &'static str) -> Case {
    Case::new(name, Duration::from_micros(20), move || {
        move || drop(black_box(event::read(black_box(json.as_bytes()))))
    })
}
