//! Unwraps events from the messages that carried them: for people, who get events from queues and files.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Reading, read};
use crate::wire::json::{self, Object, Text};
use crate::wire::{Broken, Defect};

/// The limit of wrappings within wrappings: real events have fewer.
const DEEPEST: usize = 8;
/// The detail-type of an event in which Lambda sends the result of an invocation.
const LAMBDA_RESULT: &str = "Lambda Function Invocation Result";

/// One event, and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnwrappedEvent {
    /// Its path, as `Records[0].body`; empty if it was not wrapped.
    pub place: String,
    pub json: Vec<u8>,
}

/// The events of a file: one, a list, or the wrapping of a queue, a topic or a failed invocation. Anything else counts
/// as an event.
pub fn unwrap(json: &[u8]) -> Result<Vec<UnwrappedEvent>, Broken> {
    let mut events = Vec::new();
    let whole = UnwrappedEvent {
        place: String::new(),
        // Some editors begin a file with a byte order mark.
        json: json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json).to_vec(),
    };
    open(whole, DEEPEST, &mut events)?;
    Ok(events)
}

impl UnwrappedEvent {
    /// As [`read`]; the place of a defect is given within the whole file.
    pub fn read(&self) -> Reading {
        match read(&self.json) {
            Reading::Broken(broken) => Reading::Broken(broken.inside(&self.place)),
            other => other,
        }
    }

    fn at(&self, path: &str, json: &str) -> Self {
        let dot = if path.starts_with('[') || self.place.is_empty() {
            ""
        } else {
            "."
        };
        Self {
            place: format!("{}{dot}{path}", self.place),
            json: json.as_bytes().to_vec(),
        }
    }
}

fn open(it: UnwrappedEvent, depth: usize, events: &mut Vec<UnwrappedEvent>) -> Result<(), Broken> {
    let Some(inside) = inside(&it).map_err(|broken| broken.inside(&it.place))? else {
        events.push(it);
        return Ok(());
    };
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Broken::new(it.place, Defect::TooDeep));
    };
    inside
        .into_iter()
        .try_for_each(|it| open(it, depth, events))
}

/// The wrapped events; `None` if this is not a wrapping.
fn inside(it: &UnwrappedEvent) -> Result<Option<Vec<UnwrappedEvent>>, Broken> {
    if let Ok(list) = serde_json::from_slice::<Vec<&RawValue>>(&it.json) {
        let all = list.iter().enumerate();
        let all = all.map(|(at, one)| it.at(&format!("[{at}]"), one.get()));
        return Ok(Some(all.collect()));
    }
    // If it is broken, reading it as an event reports that.
    let Ok(Object(outer)) = serde_json::from_slice::<Object<Outer<'_>>>(&it.json) else {
        return Ok(None);
    };
    outer.inside(it)
}

type Raw<'a> = Option<&'a RawValue>;

/// The keys that distinguish events and wrappings.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outer<'a> {
    #[serde(borrow, rename = "detail-type")]
    detail_type: Raw<'a>,
    detail: Raw<'a>,
    alarm_data: Raw<'a>,
    policy: Raw<'a>,
    schedule_arn: Raw<'a>,

    /// The input of a function from a queue or a topic.
    #[serde(rename = "Records")]
    records: Raw<'a>,
    message_id: Raw<'a>,
    body: Raw<'a>,
    #[serde(rename = "Sns")]
    sns: Raw<'a>,

    /// The answer of the queue's own API.
    #[serde(rename = "Messages")]
    messages: Raw<'a>,
    #[serde(rename = "MessageId")]
    api_message_id: Raw<'a>,
    #[serde(rename = "Body")]
    api_body: Raw<'a>,

    /// A notification of a topic.
    #[serde(rename = "Message")]
    message: Raw<'a>,

    /// The record of an invocation that has failed for good.
    request_payload: Raw<'a>,
}

impl Outer<'_> {
    fn inside(&self, it: &UnwrappedEvent) -> Result<Option<Vec<UnwrappedEvent>>, Broken> {
        if self.detail_type.is_some() {
            return self.inside_result(it);
        }
        let event = [self.alarm_data, self.policy, self.schedule_arn];
        if event.iter().any(Option::is_some) {
            return Ok(None);
        }
        // Each contains JSON directly.
        let raws = [
            ("Records", self.records),
            ("Messages", self.messages),
            ("Sns", self.sns),
            ("requestPayload", self.request_payload),
        ];
        if let Some((key, raw)) = first(raws) {
            return Ok(Some(vec![it.at(key, raw.get())]));
        }
        // Each contains JSON as a string.
        let texts = [
            ("body", self.body.filter(|_| self.message_id.is_some())),
            (
                "Body",
                self.api_body.filter(|_| self.api_message_id.is_some()),
            ),
            ("Message", self.message),
        ];
        let Some((key, raw)) = first(texts) else {
            return Ok(None);
        };
        let Text(text) = json::parse(raw, key)?;
        Ok(Some(vec![it.at(key, &text)]))
    }

    fn inside_result(&self, it: &UnwrappedEvent) -> Result<Option<Vec<UnwrappedEvent>>, Broken> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Detail<'a> {
            #[serde(borrow)]
            request_payload: &'a RawValue,
        }

        let is_result = json::text(self.detail_type, "detail-type")
            .is_ok_and(|it| it.is_some_and(|it| it.starts_with(LAMBDA_RESULT)));
        let Some(detail) = self.detail.filter(|_| is_result) else {
            return Ok(None);
        };
        let Object(detail) = json::parse::<Object<Detail<'_>>>(detail, "detail")?;
        let payload = detail.request_payload.get();
        Ok(Some(vec![it.at("detail.requestPayload", payload)]))
    }
}

fn first<'a, const N: usize>(
    keys: [(&'static str, Raw<'a>); N],
) -> Option<(&'static str, &'a RawValue)> {
    keys.into_iter().find_map(|(key, raw)| Some((key, raw?)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(at: &str) -> Value {
        json!({ "detail-type": "CloudWatch Alarm State Change", "source": "aws.cloudwatch", "id": at })
    }

    fn text(it: &Value) -> String {
        it.to_string()
    }

    fn sns(message: &Value) -> Value {
        json!({ "Type": "Notification", "MessageId": "1", "Message": text(message) })
    }

    fn failed(payload: &Value) -> Value {
        json!({ "version": "1.0", "requestContext": {}, "requestPayload": payload })
    }

    fn sqs(bodies: &[Value]) -> Value {
        let records = bodies.iter();
        let records = records
            .map(|it| json!({ "messageId": "1", "eventSource": "aws:sqs", "body": text(it) }));
        json!({ "Records": records.collect::<Vec<_>>() })
    }

    fn places(json: &Value) -> Vec<(String, String)> {
        let found = unwrap(text(json).as_bytes()).unwrap();
        let id = |json: &[u8]| {
            let it: Value = serde_json::from_slice(json).unwrap();
            it["id"].as_str().unwrap_or("not an event").to_owned()
        };
        found
            .into_iter()
            .map(|it| (it.place, id(&it.json)))
            .collect()
    }

    #[test]
    fn every_wrapping_is_opened() {
        let (a, b) = (event("a"), event("b"));
        let api = json!({ "Messages": [{ "MessageId": "1", "Body": text(&a) }, { "MessageId": "2", "Body": text(&b) }] });
        let topic = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": sns(&a) }] });
        let dead_letter = json!({ "MessageId": "1", "Body": text(&a), "MessageAttributes": { "ERROR_CODE": { "StringValue": "NO_PERMISSIONS" } } });
        let result = json!({ "detail-type": "Lambda Function Invocation Result - Failure", "source": "lambda", "detail": failed(&a) });
        for (says, wrapped, want) in [
            ("nothing around it", a.clone(), vec![("", "a")]),
            (
                "a list of events",
                json!([a, b]),
                vec![("[0]", "a"), ("[1]", "b")],
            ),
            ("no event at all", json!([]), vec![]),
            (
                "a batch of a queue",
                sqs(&[a.clone(), b.clone()]),
                vec![("Records[0].body", "a"), ("Records[1].body", "b")],
            ),
            (
                "what the queue's own API gives",
                api,
                vec![("Messages[0].Body", "a"), ("Messages[1].Body", "b")],
            ),
            (
                "one message of a dead-letter queue",
                dead_letter,
                vec![("Body", "a")],
            ),
            (
                "a batch of a topic",
                topic,
                vec![("Records[0].Sns.Message", "a")],
            ),
            ("a notification alone", sns(&a), vec![("Message", "a")]),
            (
                "a topic that feeds a queue",
                sqs(&[sns(&a)]),
                vec![("Records[0].body.Message", "a")],
            ),
            (
                "a failed invocation",
                failed(&a),
                vec![("requestPayload", "a")],
            ),
            (
                "a failed invocation in a queue",
                sqs(&[failed(&a)]),
                vec![("Records[0].body.requestPayload", "a")],
            ),
            (
                "a failed invocation in a topic in a queue",
                sqs(&[sns(&failed(&a))]),
                vec![("Records[0].body.Message.requestPayload", "a")],
            ),
            (
                "a failed invocation on an event bus",
                result,
                vec![("detail.requestPayload", "a")],
            ),
            (
                "a failed invocation of a function that a queue feeds",
                failed(&sqs(std::slice::from_ref(&a))),
                vec![("requestPayload.Records[0].body", "a")],
            ),
            (
                "a list of batches",
                json!([sqs(std::slice::from_ref(&a)), b]),
                vec![("[0].Records[0].body", "a"), ("[1]", "b")],
            ),
            (
                "objects in a bucket",
                json!({ "Records": [{ "eventSource": "aws:s3", "s3": {} }] }),
                vec![("Records[0]", "not an event")],
            ),
            (
                "a schedule's input with a key like a wrapping's",
                json!({ "policy": "p", "Message": "m", "id": "a" }),
                vec![("", "a")],
            ),
            (
                "a request with a body",
                json!({ "body": "{}", "id": "a" }),
                vec![("", "a")],
            ),
        ] {
            let found = places(&wrapped);
            let found: Vec<_> = found
                .iter()
                .map(|(place, id)| (place.as_str(), id.as_str()))
                .collect();
            assert_eq!(found, want, "{says}");
        }
    }

    #[test]
    fn what_is_no_json_is_an_event_that_cannot_be_read() {
        for (json, place) in [
            (&b"\xef\xbb\xbf{"[..], "line 1 column 1"),
            (b"", "line 1 column 0"),
            (b"\xff", "byte 0"),
            (
                br#"{"MessageId": "1", "Body": "{"}"#,
                "line 1 column 1 of Body",
            ),
            (
                br#"{"MessageId": "1", "Body": "[1]"}"#,
                "line 1 column 1 of Body[0]",
            ),
            (br#"[{"detail-type": 1}]"#, "[0].detail-type"),
            (br#"{"Message": ""}"#, "line 1 column 0 of Message"),
            (
                br#"{"Message": "{\"NewStateValue\": \"ALARM\"}"}"#,
                "Message.NewStateValue",
            ),
            (br#"{"requestPayload": {"Records": []}}"#, ""),
        ] {
            let found = unwrap(json).unwrap();
            let Some(found) = found.first() else {
                assert!(
                    place.is_empty(),
                    "nothing found in {}",
                    String::from_utf8_lossy(json)
                );
                continue;
            };
            let Reading::Broken(broken) = found.read() else {
                panic!("{:?}", found.read());
            };
            assert_eq!(broken.place, place, "{}", String::from_utf8_lossy(json));
        }
    }

    #[test]
    fn what_is_wrapped_wrongly_is_told_with_its_place() {
        let deep = (0..DEEPEST).fold(event("a"), |it, _| json!([it]));
        assert_eq!(places(&deep).len(), 1);
        for (says, wrapped, place) in [
            (
                "a body that is no text",
                json!({ "Records": [{ "messageId": "1", "body": {} }] }),
                "Records[0].body",
            ),
            (
                "a message that is no text",
                json!([{ "Message": 1 }]),
                "[0].Message",
            ),
            (
                "a failed invocation without its event",
                json!({ "detail-type": "Lambda Function Invocation Result - Failure", "detail": {} }),
                "detail",
            ),
            (
                "a list in a list and so on",
                json!([deep]),
                "[0][0][0][0][0][0][0][0]",
            ),
        ] {
            let broken = unwrap(text(&wrapped).as_bytes()).unwrap_err();
            assert_eq!(broken.place, place, "{says}");
        }
    }
}
