//! HTTP: finds the operation of a request, sends its answer, and serves `/_double/` for tests of other languages.

use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{HeaderMap, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use socket2::Socket;
use tokio::sync::oneshot;

use crate::calls::Call;
use crate::double::lock;
use crate::opensearch;
use crate::operation::{SERVICES, Service};
use crate::spoil::{Manner, Request, Stage};
use crate::wire::{self, Protocol, Refusal, Reply};

pub(crate) async fn serve(
    listener: TcpListener,
    stage: Arc<Mutex<Stage>>,
    mut stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let stream = tokio::select! {
            _ = &mut stop => return Ok(()),
            accepted = listener.accept() => accepted,
        };
        // One client that gave up while it waited is no reason to end.
        let Ok((stream, _)) = stream else { continue };
        let Ok(socket) = socket2::SockRef::from(&stream).try_clone().map(Arc::new) else {
            continue;
        };
        let stage = Arc::clone(&stage);
        tokio::spawn(async move {
            let service =
                service_fn(|request| respond(Arc::clone(&stage), Arc::clone(&socket), request));
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn respond(
    stage: Arc<Mutex<Stage>>,
    socket: Arc<Socket>,
    request: hyper::Request<Incoming>,
) -> io::Result<Response<Answer>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let (method, path, query) = (
        head.method.as_str(),
        head.uri.path(),
        head.uri.query().unwrap_or_default(),
    );
    let (reply, manner, came) = if let Some(control) = path.strip_prefix("/_double/") {
        let reply = control_reply(&stage, method, control, &body);
        (reply, Manner::Whole, None)
    } else {
        match find(method, path, query, &head.headers, &body) {
            Ok(request) => {
                let (reply, manner, came) = lock(&stage).answer(request);
                (reply, manner, Some(came))
            }
            Err(unknown) => (unknown.note(&stage), Manner::Whole, None),
        }
    };
    match manner {
        Manner::Late(by) => tokio::time::sleep(by).await,
        Manner::Reset => {
            // With nothing to linger for, closing sends RST in place of FIN.
            socket.set_linger(Some(Duration::ZERO))?;
            return Err(io::Error::other("the world wants this connection reset"));
        }
        Manner::Whole | Manner::Cut => {}
    }
    if let Some(came) = came {
        lock(&stage).leaves(came);
    }
    let mut response = Response::builder()
        .status(reply.status)
        .header(CONTENT_LENGTH, reply.body.len())
        .header("x-amzn-requestid", "00000000-0000-4000-8000-000000000000");
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let sent = if manner == Manner::Cut {
        reply.body.len() / 2
    } else {
        reply.body.len()
    };
    response
        .body(Answer {
            bytes: Some(Bytes::from(reply.body).slice(..sent)),
            flushed: manner != Manner::Cut,
        })
        .map_err(io::Error::other)
}

/// A body of unknown length, so that it may end before its `content-length`.
struct Answer {
    bytes: Option<Bytes>,
    flushed: bool,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        // hyper throws away what it has not sent when a body ends too early: make it send first.
        if !std::mem::replace(&mut self.flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }
}

/// A request that no operation answers.
struct Unknown {
    protocol: Protocol,
    service: String,
    operation: String,
    input: Value,
    refusal: Refusal,
}

impl Unknown {
    fn note(self, stage: &Mutex<Stage>) -> Reply {
        let mut stage = lock(stage);
        let at = stage.settle();
        let came = stage.pass();
        stage.calls.push(Call {
            at,
            service: self.service,
            operation: self.operation,
            input: self.input,
            resources: Vec::new(),
            status: self.refusal.status,
            error: Some(self.refusal.code.clone()),
            fault: None,
            came,
            answered: None,
        });
        wire::refusal(self.protocol, false, &self.refusal)
    }
}

fn find(
    method: &str,
    path: &str,
    query: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Request, Box<Unknown>> {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let json: Option<Value> = if body.is_empty() {
        Some(json!({}))
    } else {
        serde_json::from_slice(body).ok()
    };
    if let Some((target, name)) = cbor_path(path) {
        return operation(
            by_target(target),
            target,
            name,
            Protocol::Cbor,
            wire::read_cbor(body),
        );
    }
    if let Some((target, name)) = header("x-amz-target").split_once('.') {
        let protocol = if header(CONTENT_TYPE.as_str()).ends_with("1.0") {
            Protocol::Json10
        } else {
            Protocol::Json11
        };
        return operation(by_target(target), target, name, protocol, json);
    }
    let routed = opensearch::route(
        method,
        path,
        parameters(query),
        json.clone().unwrap_or_default(),
    );
    match routed {
        Some((name, input)) => operation(
            Some(&opensearch::SERVICE),
            "opensearch",
            name,
            Protocol::RestJson,
            json.and(Some(input)),
        ),
        None => operation(None, path, method, Protocol::RestJson, json),
    }
}

fn operation(
    service: Option<&'static Service>,
    asked: &str,
    name: &str,
    protocol: Protocol,
    input: Option<Value>,
) -> Result<Request, Box<Unknown>> {
    let unknown = |refusal, input| {
        Box::new(Unknown {
            protocol,
            service: service.map_or(asked, |service| service.name).to_owned(),
            operation: name.to_owned(),
            input,
            refusal,
        })
    };
    let Some(input) = input else {
        return Err(unknown(
            Refusal::new("SerializationException", "the body cannot be read"),
            Value::Null,
        ));
    };
    let found = service.and_then(|service| {
        Some((
            service,
            service
                .operations
                .iter()
                .find(|operation| operation.name == name)?,
        ))
    });
    match found {
        Some((service, operation)) => Ok(Request {
            service,
            operation,
            protocol,
            input,
        }),
        None => Err(unknown(
            Refusal::new(
                "UnknownOperationException",
                format!("the double has no {asked} {name}"),
            ),
            input,
        )),
    }
}

fn by_target(target: &str) -> Option<&'static Service> {
    SERVICES
        .into_iter()
        .find(|service| service.target == Some(target))
}

/// `/service/GraniteServiceVersion20100801/operation/DescribeAlarms`
fn cbor_path(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/service/")?.split_once("/operation/")
}

fn parameters(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
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

fn control_reply(stage: &Mutex<Stage>, method: &str, path: &str, body: &Bytes) -> Reply {
    match control(stage, method, path, body) {
        Ok(answer) => wire::answer(Protocol::RestJson, &answer),
        Err(why) => Reply {
            status: 400,
            ..wire::answer(Protocol::RestJson, &json!({"message": why}))
        },
    }
}

fn control(stage: &Mutex<Stage>, method: &str, path: &str, body: &Bytes) -> Result<Value, String> {
    let mut stage = lock(stage);
    let told = |error: serde_json::Error| error.to_string();
    match (method, path) {
        ("GET", "world") => {
            stage.settle();
            serde_json::to_value(&stage.world).map_err(told)
        }
        ("GET", "calls") => serde_json::to_value(&stage.calls).map_err(told),
        ("GET", "operations") => Ok(json!(crate::operation::names())),
        ("POST", "clock") => {
            let asked: Value = serde_json::from_slice(body).map_err(told)?;
            let seconds = asked
                .get("advance_seconds")
                .and_then(Value::as_f64)
                .ok_or("say {\"advance_seconds\": n}")?;
            stage.advance(Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?);
            Ok(json!({"now": stage.world.now}))
        }
        ("POST", "faults") => {
            let faults: Vec<crate::Fault> = serde_json::from_slice(body).map_err(told)?;
            faults
                .iter()
                .try_for_each(crate::Fault::check)
                .map_err(|error| error.to_string())?;
            stage.world.faults = faults;
            Ok(json!({}))
        }
        ("POST", "iam") => {
            stage.world.iam = serde_json::from_slice(body).map_err(told)?;
            Ok(json!({}))
        }
        _ => Err(format!("the double has no {method} /_double/{path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded() {
        let arn = ("arn".to_owned(), "arn:aws:es domain/ü".to_owned());
        assert_eq!(parameters("arn=arn%3Aaws%3Aes+domain%2F%C3%BC"), [arn]);
        assert_eq!(parameters(""), []);
        assert_eq!(decode("%zz%4"), "??");
    }

    #[test]
    fn a_request_is_found_by_target_path_or_cbor_path() {
        let mut headers = HeaderMap::new();
        let found = |path: &str, headers: &HeaderMap, body: &[u8]| {
            find("POST", path, "", headers, &Bytes::copy_from_slice(body))
                .map(|request| request.operation.name)
                .map_err(|unknown| unknown.refusal.code)
        };
        assert_eq!(
            found("/2021-01-01/opensearch/domain-info", &headers, b"{}"),
            Ok("DescribeDomains")
        );
        assert_eq!(
            found(
                "/service/GraniteServiceVersion20100801/operation/DescribeAlarms",
                &headers,
                &[0xa0]
            ),
            Ok("DescribeAlarms")
        );
        assert_eq!(
            found("/", &headers, b"{}"),
            Err("UnknownOperationException".to_owned())
        );
        headers.insert(
            "x-amz-target",
            "AmazonSSM.CancelMaintenanceWindowExecution"
                .parse()
                .unwrap(),
        );
        assert_eq!(
            found("/", &headers, b"{}"),
            Ok("CancelMaintenanceWindowExecution")
        );
        assert_eq!(
            found("/", &headers, b"{"),
            Err("SerializationException".to_owned())
        );
    }
}
