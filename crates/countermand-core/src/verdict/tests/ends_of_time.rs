//! Judging gives a verdict for every combination of times.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::super::History;
use super::scene::Scene;
use crate::operations::ecs_stop_service_deployment::LastRollback;
use crate::trigger::{AlarmState, AlarmStateSince};

fn any_time() -> impl Strategy<Value = Timestamp> {
    let all = Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond();
    let near = 0..=SignedDuration::from_hours(72).as_nanos();
    let nano = |it| Timestamp::from_nanosecond(it).unwrap();
    prop_oneof![
        Just(Timestamp::MIN),
        Just(Timestamp::MAX),
        near.clone()
            .prop_map(move |it| nano(Timestamp::MIN.as_nanosecond() + it)),
        near.prop_map(move |it| nano(Timestamp::MAX.as_nanosecond() - it)),
        all.prop_map(nano),
    ]
}

fn fill(scene: &mut Scene, times: [Timestamp; 10]) {
    let [
        now,
        at,
        since,
        before,
        began,
        rolled_back,
        automated,
        required,
        scheduled,
        asked,
    ] = times;
    (scene.now, scene.trigger.at) = (now, at);
    if let crate::trigger::TriggerKind::AlarmChanged(alarm) = &mut scene.trigger.kind {
        alarm.state.since = since;
        alarm.previous = Some(AlarmStateSince {
            value: AlarmState::Alarm,
            since: before,
        });
    }
    scene.history = Some(History {
        states: vec![(asked, AlarmState::Ok), (before, AlarmState::Alarm)],
        created_at: Some(required),
    });
    let found = scene.found();
    found.began_at = Some(began);
    found.tags = [("countermand:hold-until".to_owned(), asked.to_string())].into();
    found.ecs.last_rolled_back_at = LastRollback::At(rolled_back);
    found.search.automated_update_at = Some(automated);
    found.search.is_required = true;
    found.search.scheduled_for = Some(scheduled);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn judging_never_panics(times in prop::array::uniform10(any_time())) {
        let scenes: [fn(&mut Scene); 6] = [
            |_| (),
            |s| s.more = "max-age: none\n  except: [{ service: checkout, from: -009999-01-02 00:00, until: 9999-12-30 23:59, zone: Pacific/Kiritimati, why: x }]".replace("-009999-01-02", "0001-01-01"),
            |s| { s.schedule(); s.more = "max-age: none\n  settle: none".to_owned(); s.parameter("running-for: 3h") },
            |s| { s.freeze(); s.more = "max-age: none".to_owned() },
            |s| { s.search(); s.more = "max-age: none".to_owned() },
            |s| { s.change_calendar(true); s.more = "max-age: none".to_owned() },
        ];
        for differs in scenes {
            let mut scene = Scene::default();
            differs(&mut scene);
            if !scene.more.contains("max-age") {
                scene.more = "max-age: none".to_owned();
            }
            fill(&mut scene, times);
            for reason in scene.reasons() {
                prop_assert!(!reason.text.is_empty());
            }
        }
    }
}
