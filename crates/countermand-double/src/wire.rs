//! What goes over the wire: answers and errors in JSON, REST-JSON and CBOR.

use ciborium::Value as Cbor;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::api::{ApiError, ServiceApi};

/// How a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WireProtocol {
    Json10,
    Json11,
    RestJson,
    Cbor,
}

/// An answer, ready to be sent.
pub(crate) struct HttpReply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn answer(protocol: WireProtocol, output: &Value) -> HttpReply {
    HttpReply {
        status: 200,
        headers: protocol.headers(),
        body: protocol.write(output),
    }
}

/// The error as this service writes it.
pub(crate) fn error(protocol: WireProtocol, service: &ServiceApi, error: &ApiError) -> HttpReply {
    let mut reply = plain_error(protocol, service.status_of(&error.code), error);
    if let Some(renamed) = service.query_codes {
        let mut renamed = renamed.iter();
        let code = renamed
            .find(|(code, _)| *code == error.code)
            .map_or(error.code.as_str(), |(_, old)| old);
        let blame = if reply.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let header = ("x-amzn-query-error", format!("{code};{blame}"));
        reply.headers.push(header);
    }
    reply
}

/// The error as every service writes it.
pub(crate) fn plain_error(protocol: WireProtocol, status: u16, error: &ApiError) -> HttpReply {
    let mut headers = protocol.headers();
    let mut body = error.members.clone();
    body.insert("message".to_owned(), json!(error.message));
    // AWS writes the code into the body, except in REST, where it is a header with a URL behind it.
    if protocol == WireProtocol::RestJson {
        headers.push((
            "x-amzn-errortype",
            format!("{}:http://internal.amazon.com/coral/", error.code),
        ));
    } else {
        body.insert("__type".to_owned(), json!(error.code));
    }
    HttpReply {
        status,
        headers,
        body: protocol.write(&Value::Object(body)),
    }
}

/// Seconds since 1970 with milliseconds, as AWS's JSON writes a time.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of any year that AWS knows fit 53 bits"
)]
pub(crate) fn epoch(time: Timestamp) -> Value {
    json!(time.as_millisecond() as f64 / 1000.0)
}

pub(crate) fn from_epoch(seconds: f64) -> Option<Timestamp> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, and the range is checked behind it"
    )]
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
}

/// Reads a CBOR body as the JSON that the operations take; a time becomes its seconds.
pub(crate) fn read_cbor(body: &[u8]) -> Option<Value> {
    from_cbor(ciborium::from_reader(body).ok()?)
}

impl WireProtocol {
    fn headers(self) -> Vec<(&'static str, String)> {
        let kind = match self {
            Self::Json10 => "application/x-amz-json-1.0",
            Self::Json11 => "application/x-amz-json-1.1",
            Self::RestJson => "application/json",
            Self::Cbor => {
                return vec![
                    ("content-type", "application/cbor".to_owned()),
                    ("smithy-protocol", "rpc-v2-cbor".to_owned()),
                ];
            }
        };
        vec![("content-type", kind.to_owned())]
    }

    fn write(self, output: &Value) -> Vec<u8> {
        if self != Self::Cbor {
            return output.to_string().into_bytes();
        }
        let mut body = Vec::new();
        // Writing to memory does not fail.
        let _ = ciborium::into_writer(&to_cbor(output, false), &mut body);
        body
    }
}

const EPOCH_TAG: u64 = 1;

fn to_cbor(value: &Value, is_time: bool) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(truth) => Cbor::Bool(*truth),
        Value::String(text) => Cbor::Text(text.clone()),
        Value::Number(number) if is_time => Cbor::Tag(
            EPOCH_TAG,
            Box::new(Cbor::Float(number.as_f64().unwrap_or_default())),
        ),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Cbor::Integer(whole.into()),
            None => Cbor::Float(number.as_f64().unwrap_or_default()),
        },
        Value::Array(items) => Cbor::Array(items.iter().map(|item| to_cbor(item, false)).collect()),
        // All times of CloudWatch have such names, and no other service speaks CBOR here.
        Value::Object(members) => Cbor::Map(
            members
                .iter()
                .map(|(name, member)| {
                    (
                        Cbor::Text(name.clone()),
                        to_cbor(member, name.ends_with("Timestamp")),
                    )
                })
                .collect(),
        ),
    }
}

fn from_cbor(value: Cbor) -> Option<Value> {
    Some(match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(truth) => json!(truth),
        Cbor::Text(text) => json!(text),
        Cbor::Integer(whole) => json!(i64::try_from(whole).ok()?),
        Cbor::Float(number) => json!(number),
        Cbor::Tag(EPOCH_TAG, time) => from_cbor(*time)?,
        Cbor::Array(items) => {
            Value::Array(items.into_iter().map(from_cbor).collect::<Option<_>>()?)
        }
        Cbor::Map(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, member)| Some((name.into_text().ok()?, from_cbor(member)?)))
                .collect::<Option<_>>()?,
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_goes_through_cbor_with_its_tag() {
        let output = json!({"StateUpdatedTimestamp": 12.5, "Threshold": 5.0, "Period": 60, "AlarmNames": ["a"], "ActionsEnabled": true});
        let body = WireProtocol::Cbor.write(&output);
        assert!(
            body.windows(2).any(|bytes| bytes == [0xc1, 0xf9]),
            "tag 1 and a float"
        );
        assert_eq!(read_cbor(&body), Some(output));
    }

    #[test]
    fn broken_cbor_is_no_value() {
        assert_eq!(read_cbor(&[0xff, 0x00]), None);
        assert_eq!(read_cbor(&[]), None);
    }

    #[test]
    fn a_rest_error_has_its_code_in_a_header() {
        let error = ApiError::new("ResourceNotFoundException", "no");
        let reply = plain_error(WireProtocol::RestJson, 409, &error);
        assert_eq!(reply.status, 409);
        assert!(
            reply
                .headers
                .iter()
                .any(|(name, value)| *name == "x-amzn-errortype"
                    && value.starts_with("ResourceNotFoundException:"))
        );
        assert_eq!(reply.body, br#"{"message":"no"}"#);
    }
}
