//! Guards over the target.

use super::super::HoldCode::*;
use super::Row;
use super::scene::{Find, NANO, Scene, at};

#[rustfmt::skip] // a table: one case, one line
pub(super) fn rows() -> Vec<Row> {
    vec![
        (TargetUnknown, "a dimension that the alarm does not have", true, |s| s.action = s.action.replace("{service}", "{alarm.dimensions.ServiceName}")),
        (TargetUnknown, "a dimension of the alarm", false, |s| { s.action = s.action.replace("{service}", "{alarm.dimensions.ServiceName}"); s.alarm().dimensions = [("ServiceName".into(), vec!["checkout".into()])].into() }),

        (Excepted, "a name that is left alone", true, |s| s.more = "except: [{ service: check*, why: own brake }]".into()),
        (Excepted, "another name is left alone", false, |s| s.more = "except: [{ service: cart, why: own brake }]".into()),
        (Excepted, "of two names both are as excepted", true, |s| s.more = "except: [{ cluster: prod, service: checkout, why: own brake }]".into()),
        (Excepted, "of two names one is not as excepted", false, |s| s.more = "except: [{ cluster: test, service: checkout, why: own brake }]".into()),
        (Excepted, "as the exception begins", true, |s| s.more = "except: [{ service: checkout, from: 2026-11-20 22:00, why: sale }]".into()),
        (Excepted, "before the exception begins", false, |s| { s.more = "except: [{ service: checkout, from: 2026-11-20 22:00, why: sale }]".into(); s.now -= NANO }),
        (Excepted, "as the exception ends", false, |s| s.more = "except: [{ service: checkout, until: 2026-11-20 22:00, why: sale }]".into()),
        (Excepted, "before the exception ends", true, |s| { s.more = "except: [{ service: checkout, until: 2026-11-20 22:00, why: sale }]".into(); s.now -= NANO }),
        (Excepted, "in the exception's own zone", true, |s| s.more = "except: [{ service: checkout, from: 2026-11-20 23:00, until: 2026-11-20 23:01, zone: Europe/Berlin, why: sale }]".into()),
        (Excepted, "until a time that comes twice, the second time", true, |s| { autumn(s); s.now = at("2026-10-25T01:30:00Z") - NANO }),
        (Excepted, "after a time that comes twice", false, |s| { autumn(s); s.now = at("2026-10-25T01:30:00Z") }),
        (Excepted, "a window by its name", true, |s| { s.ssm(); s.more = "except: [{ window: patch-db, why: INC-4711 }]".into() }),
        (Excepted, "a window by its id", true, |s| { s.ssm(); s.more = "except: [{ window: mw-0123456789abcdef0, why: INC-4711 }]".into() }),
        (Excepted, "another window", false, |s| { s.ssm(); s.more = "except: [{ window: mw-0123456789abcdef1, why: INC-4711 }]".into() }),

        (Excepted, "planned for when the exception begins", true, |s| { s.search(); s.more = "except: [{ domain: prod-search, from: 2026-11-20 23:00, why: sale }]".into() }),
        (Excepted, "planned for before the exception begins", false, |s| { s.search(); s.more = "except: [{ domain: prod-search, from: 2026-11-20 23:01, why: sale }]".into() }),
        (Excepted, "planned for when the exception ends", false, |s| { s.search(); s.more = "except: [{ domain: prod-search, from: 2026-11-20 22:30, until: 2026-11-20 23:00, why: sale }]".into() }),

        (TagMismatch, "a tag is missing", true, |s| s.parameter("tags: { env: prod }")),
        (TagMismatch, "a tag has another value", true, |s| { s.parameter("tags: { env: prod }"); s.found().tags = [("env".into(), "test".into())].into() }),
        (TagMismatch, "one of the values that are asked for", false, |s| { s.parameter("tags: { env: [test, prod-*] }"); s.found().tags = [("env".into(), "prod-eu".into())].into() }),

        (HeldByTag, "until a moment from now", true, |s| hold_until(s, "2026-11-20T22:00:00.000000001Z")),
        (HeldByTag, "until now", false, |s| hold_until(s, "2026-11-20T22:00:00Z")),
        (HeldByTag, "until yesterday", false, |s| hold_until(s, "2026-11-19T22:00:00Z")),
        (HeldByTag, "until a time in another zone", true, |s| hold_until(s, "2026-11-20T22:30:00-01:00")),
        (HeldByTag, "until a time in another zone that is past", false, |s| hold_until(s, "2026-11-20T22:30:00+01:00")),
        (HeldByTag, "until a day without a time", true, |s| hold_until(s, "2026-11-19")),
        (HeldByTag, "until a time without a zone", true, |s| hold_until(s, "2026-11-19T22:00:00")),
        (HeldByTag, "until what is no time", true, |s| hold_until(s, "tomorrow")),
        (HeldByTag, "a tag without a value", true, |s| hold_until(s, "")),
        (HeldByTag, "a tag that is called nearly so", false, |s| s.found().tags = [("countermand:Hold-Until".into(), "2027-01-01T00:00:00Z".into())].into()),

        (NothingInFlight, "nothing is found", true, |s| s.find = Find::Nothing),
        (NothingInFlight, "something is found", false, |_| ()),
        (LookupRefused, "AWS does not tell", true, |s| s.find = Find::Refused),
        (LookupRefused, "AWS tells", false, |_| ()),
    ]
}

fn hold_until(scene: &mut Scene, value: &str) {
    scene.found().tags = [("countermand:hold-until".to_owned(), value.to_owned())].into();
}

/// 02:30 comes twice in Berlin on that day: at 00:30 and at 01:30 UTC.
fn autumn(scene: &mut Scene) {
    scene.more =
        "except: [{ service: checkout, until: 2026-10-25 02:30, zone: Europe/Berlin, why: sale }]"
            .to_owned();
    scene.trigger.at = at("2026-10-25T01:30:00Z");
}
