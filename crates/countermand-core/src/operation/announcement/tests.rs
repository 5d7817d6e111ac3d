//! Every way in which a service says that a change begins: what is declared of it, and the events that are read by it.

use serde_json::{Value, json};

use super::*;
use crate::wire::EventRefusal;

/// The state in the detail-type alone.
const IN_THE_TYPE: Announcement = Announcement {
    source: "aws.autoscaling",
    detail_types: &["EC2 Auto Scaling Instance Refresh Started"],
    detail: &[],
    target_in: TargetIn::Detail(&[DetailName::at(&["AutoScalingGroupName"], "group")]),
};

/// The state in a nested field.
const NESTED: Announcement = Announcement {
    source: "aws.cloudformation",
    detail_types: &["CloudFormation Stack Status Change"],
    detail: &[DetailTest {
        path: &["status-details", "status"],
        test: FieldTest::OneOf(&["UPDATE_IN_PROGRESS"]),
    }],
    target_in: TargetIn::Resource(&[ArnEnd {
        end: ":stack/{stack}/*",
        other_arn: None,
    }]),
};

/// A call that CloudTrail has recorded, with its errors and dry runs.
const RECORDED: Announcement = Announcement {
    source: "aws.es",
    detail_types: &[RECORDED_CALL],
    detail: &[
        DetailTest {
            path: &["eventName"],
            test: FieldTest::OneOf(&["UpdateDomainConfig", "UpdateElasticsearchDomainConfig"]),
        },
        CALL_SUCCEEDED,
        DetailTest {
            path: &["requestParameters", "dryRun"],
            test: FieldTest::AbsentOrFalse,
        },
    ],
    target_in: TargetIn::Detail(&[DetailName::at(
        &["requestParameters", "domainName"],
        "domain",
    )]),
};

/// What is made of an event of the announcement's own source and type, with this detail.
fn checked(announcement: &Announcement, detail: &Value) -> Option<Result<(), EventRefusal>> {
    let event = json!({
        "source": announcement.source,
        "detail-type": announcement.detail_types[0],
        "detail": detail,
    });
    let json = event.to_string();
    let envelope = Envelope::parse(json.as_bytes()).unwrap().unwrap();
    let found = Announcement::announcing([announcement], &envelope)?;
    Some(found.map(|_| ()))
}

#[test]
fn every_way_to_say_that_a_change_begins_is_read() {
    for (announcement, detail) in [
        (&IN_THE_TYPE, json!({ "AutoScalingGroupName": "web" })),
        (
            &NESTED,
            json!({ "status-details": { "status": "UPDATE_IN_PROGRESS" } }),
        ),
        (&RECORDED, json!({ "eventName": "UpdateDomainConfig" })),
        (
            &RECORDED,
            json!({ "eventName": "UpdateDomainConfig", "requestParameters": { "dryRun": false } }),
        ),
    ] {
        let read = checked(announcement, &detail);
        assert!(matches!(read, Some(Ok(()))), "{detail}: {read:?}");
    }
}

#[test]
fn what_begins_nothing_says_what_it_is_instead() {
    for (announcement, detail, said) in [
        (
            &NESTED,
            json!({ "status-details": { "status": "UPDATE_COMPLETE" } }),
            "UPDATE_COMPLETE",
        ),
        (
            &RECORDED,
            json!({ "eventName": "DescribeDomains" }),
            "DescribeDomains",
        ),
        (
            &RECORDED,
            json!({ "eventName": "UpdateDomainConfig", "errorCode": "AccessDenied" }),
            "AccessDenied",
        ),
        (
            &RECORDED,
            json!({ "eventName": "UpdateDomainConfig", "requestParameters": { "dryRun": true } }),
            "true",
        ),
    ] {
        let read = checked(announcement, &detail);
        let is_nothing = matches!(
            &read,
            Some(Err(EventRefusal::NotOurs(NotOurs::NothingBegins { state, .. }))) if state == said
        );
        assert!(is_nothing, "{detail}: {read:?}");
    }
}

#[test]
fn without_the_field_that_says_it_an_event_cannot_be_read() {
    for (announcement, detail) in [
        (&NESTED, json!({ "status-details": "UPDATE_IN_PROGRESS" })),
        (&NESTED, json!({})),
        (&RECORDED, json!({ "eventName": 7 })),
    ] {
        let read = checked(announcement, &detail);
        let is_broken = matches!(read, Some(Err(EventRefusal::Broken(_))));
        assert!(is_broken, "{detail}: {read:?}");
    }
}

#[test]
fn of_several_announcements_the_one_that_fits_counts() {
    let other = Announcement {
        detail: &[DetailTest {
            path: &["eventName"],
            test: FieldTest::OneOf(&["StartDomainMaintenance"]),
        }],
        ..RECORDED
    };
    let json = json!({
        "source": "aws.es",
        "detail-type": RECORDED_CALL,
        "detail": { "eventName": "UpdateDomainConfig" },
    });
    let json = json.to_string();
    let envelope = Envelope::parse(json.as_bytes()).unwrap().unwrap();
    let found = Announcement::announcing([&other, &RECORDED], &envelope);
    assert!(matches!(found, Some(Ok(it)) if it.detail.len() == 3));
    let none = Announcement::announcing([&NESTED], &envelope);
    assert!(none.is_none());
}

#[test]
fn people_read_what_is_declared() {
    assert_eq!(
        IN_THE_TYPE.in_words(),
        "the event `EC2 Auto Scaling Instance Refresh Started` of `aws.autoscaling`"
    );
    assert_eq!(
        RECORDED.in_words(),
        "the event `AWS API Call via CloudTrail` of `aws.es` whose `detail.eventName` is `UpdateDomainConfig` or `UpdateElasticsearchDomainConfig`, which has no `detail.errorCode`, whose `detail.requestParameters.dryRun` is not `true`"
    );
}
