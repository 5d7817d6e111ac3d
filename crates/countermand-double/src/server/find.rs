//! The operation that a request asks for: by its target, or by its method and path.

use std::sync::Mutex;

use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use serde_json::{Map, Value, json};

use crate::answer::ApiRequest;
use crate::api::{ApiError, ApiRouting, RestRequest, ServiceApi};
use crate::calls::RecordedCall;
use crate::services::APIS;
use crate::state::{DoubleState, lock};
use crate::wire::{self, HttpReply, WireProtocol};

/// A request that no operation answers.
pub(super) struct UnknownRequest {
    protocol: WireProtocol,
    service: String,
    operation: String,
    input: Value,
    error: ApiError,
}

const UNKNOWN_STATUS: u16 = 400;

impl UnknownRequest {
    /// Logs it, and returns the reply.
    pub(super) fn note(self, state: &Mutex<DoubleState>) -> HttpReply {
        let mut state = lock(state);
        let at = state.settle();
        let came = state.pass();
        state.calls.push(RecordedCall {
            at,
            service: self.service,
            operation: self.operation,
            input: self.input,
            resources: Vec::new(),
            status: UNKNOWN_STATUS,
            error: Some(self.error.code.clone()),
            fault: None,
            came,
            answered: None,
        });
        wire::plain_error(self.protocol, UNKNOWN_STATUS, &self.error)
    }
}

pub(super) fn find(head: &Parts, body: &Bytes) -> Result<ApiRequest, Box<UnknownRequest>> {
    let header = |name: &str| {
        let value = head.headers.get(name).and_then(|it| it.to_str().ok());
        value.unwrap_or_default()
    };
    let (method, path) = (head.method.as_str(), head.uri.path());
    if let Some((target, name)) = cbor_path(path) {
        let input = wire::read_cbor(body);
        return operation(by_target(target), target, name, WireProtocol::Cbor, input);
    }
    let json: Option<Value> = if body.is_empty() {
        Some(json!({}))
    } else {
        serde_json::from_slice(body).ok()
    };
    if let Some((target, name)) = header("x-amz-target").split_once('.') {
        let protocol = if header(CONTENT_TYPE.as_str()).ends_with("1.0") {
            WireProtocol::Json10
        } else {
            WireProtocol::Json11
        };
        return operation(by_target(target), target, name, protocol, json);
    }
    let routed = APIS.iter().find_map(|service| {
        let ApiRouting::Rest(route) = service.routing else {
            return None;
        };
        let (name, input) = route(RestRequest {
            method,
            path,
            query: parameters(head.uri.query().unwrap_or_default()),
            body: json.clone().unwrap_or_default(),
        })?;
        Some((*service, name, input))
    });
    let rest = WireProtocol::RestJson;
    match routed {
        Some((service, name, input)) => operation(
            Some(service),
            service.name,
            name,
            rest,
            json.and(Some(input)),
        ),
        None => operation(None, path, method, rest, json),
    }
}

fn operation(
    service: Option<&'static ServiceApi>,
    asked: &str,
    name: &str,
    protocol: WireProtocol,
    input: Option<Value>,
) -> Result<ApiRequest, Box<UnknownRequest>> {
    let unknown = |code, message: String, input| {
        Box::new(UnknownRequest {
            protocol,
            service: service.map_or(asked, |service| service.name).to_owned(),
            operation: name.to_owned(),
            input,
            error: ApiError::new(code, message),
        })
    };
    let Some(input) = input else {
        let message = "the body cannot be read".to_owned();
        return Err(unknown("SerializationException", message, Value::Null));
    };
    match service.and_then(|service| Some((service, service.operation(name)?))) {
        Some((service, operation)) => Ok(ApiRequest {
            service,
            operation,
            protocol,
            input,
        }),
        None => Err(unknown(
            "UnknownOperationException",
            format!("the double has no {asked} {name}"),
            input,
        )),
    }
}

fn by_target(target: &str) -> Option<&'static ServiceApi> {
    let mut all = APIS.iter().copied();
    all.find(|service| matches!(service.routing, ApiRouting::Target(it) if it == target))
}

/// `/service/GraniteServiceVersion20100801/operation/DescribeAlarms`
fn cbor_path(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/service/")?.split_once("/operation/")
}

/// The parameters of a query, each with a capital letter first, as the operations name their members.
fn parameters(query: &str) -> Map<String, Value> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (capital(&decode(name)), json!(decode(value))))
        .collect()
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits = [
                    bytes.next().unwrap_or_default(),
                    bytes.next().unwrap_or_default(),
                ];
                std::str::from_utf8(&digits)
                    .ok()
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                    .unwrap_or(b'?')
            }
            b'+' => b' ',
            plain => plain,
        });
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    #[test]
    fn a_query_is_decoded() {
        let arn = json!({ "Arn": "arn:aws:es domain/ü" });
        let read = parameters("arn=arn%3Aaws%3Aes+domain%2F%C3%BC");
        assert_eq!(Value::Object(read), arn);
        assert_eq!(parameters(""), Map::new());
        assert_eq!(decode("%zz%4"), "??");
    }

    #[test]
    fn a_request_is_found_by_target_path_or_cbor_path() {
        let found = |path: &str, target: Option<&str>, body: &[u8]| {
            let mut request = Request::post(path);
            if let Some(target) = target {
                request = request.header("x-amz-target", target);
            }
            let (head, ()) = request.body(()).unwrap().into_parts();
            find(&head, &Bytes::copy_from_slice(body))
                .map(|request| request.operation.name)
                .map_err(|unknown| unknown.error.code)
        };
        assert_eq!(
            found("/2021-01-01/opensearch/domain-info", None, b"{}"),
            Ok("DescribeDomains")
        );
        assert_eq!(
            found(
                "/service/GraniteServiceVersion20100801/operation/DescribeAlarms",
                None,
                &[0xa0]
            ),
            Ok("DescribeAlarms")
        );
        assert_eq!(
            found("/", None, b"{}"),
            Err("UnknownOperationException".to_owned())
        );
        let cancel = Some("AmazonSSM.CancelMaintenanceWindowExecution");
        assert_eq!(
            found("/", cancel, b"{}"),
            Ok("CancelMaintenanceWindowExecution")
        );
        assert_eq!(
            found("/", cancel, b"{"),
            Err("SerializationException".to_owned())
        );
    }
}
