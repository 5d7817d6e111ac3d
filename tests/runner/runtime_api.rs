//! A local Lambda Runtime API: it hands events to a function, and the function's answers to a test.

use std::collections::{HashMap, VecDeque};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;

/// Longer than any function takes: after this, the test fails.
const PATIENCE: Duration = Duration::from_mins(1);

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// Serves on a port of 127.0.0.1 for as long as its process runs.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    address: String,
    state: Arc<RuntimeState>,
}

/// One event, as Lambda hands it to a function.
#[derive(Debug, Clone)]
pub(crate) struct Invocation {
    pub(crate) payload: String,
    pub(crate) function_arn: String,
    pub(crate) deadline: InvocationDeadline,
}

/// Until when the function has time, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum InvocationDeadline {
    /// After it has taken the event: as in Lambda, a cold start does not count.
    After(i64),
    /// Since 1970.
    At(u64),
}

impl InvocationDeadline {
    fn absolute(self) -> u64 {
        match self {
            Self::After(milliseconds) => {
                let deadline = Timestamp::now().as_millisecond() + milliseconds;
                u64::try_from(deadline).unwrap()
            }
            Self::At(deadline) => deadline,
        }
    }
}

/// How the function answered an event.
#[derive(Debug, Clone, PartialEq)]
pub enum FunctionAnswer {
    Response(Value),
    /// `errorType` and `errorMessage`.
    Error(String, String),
}

#[derive(Debug, Default)]
struct RuntimeState {
    waiting: Mutex<VecDeque<(String, Invocation)>>,
    has_more: Notify,
    answers: Mutex<HashMap<String, mpsc::Sender<FunctionAnswer>>>,
    handed_over: Mutex<Option<Instant>>,
    last_event: Mutex<Option<(Instant, Instant)>>,
}

impl RuntimeApi {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(RuntimeState::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build();
            runtime.unwrap().block_on(serve(listener, shared));
        });
        Self { address, state }
    }

    /// What `AWS_LAMBDA_RUNTIME_API` must be.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// When the last event was handed over, and when its answer came.
    pub(crate) fn last_event(&self) -> Option<(Instant, Instant)> {
        *self.state.last_event.lock().unwrap()
    }

    /// Hands over an event, and waits for the answer.
    pub(crate) fn invoke(&self, invocation: &Invocation) -> Option<FunctionAnswer> {
        self.invoke_for(PATIENCE, invocation)
    }

    /// The same, but gives up after this time.
    pub(crate) fn invoke_for(
        &self,
        patience: Duration,
        invocation: &Invocation,
    ) -> Option<FunctionAnswer> {
        let (answer, answered) = mpsc::channel();
        let id = {
            let mut answers = self.state.answers.lock().unwrap();
            let id = format!("00000000-0000-4000-8000-{:012}", answers.len());
            answers.insert(id.clone(), answer);
            id
        };
        let mut waiting = self.state.waiting.lock().unwrap();
        waiting.push_back((id, invocation.clone()));
        drop(waiting);
        self.state.has_more.notify_one();
        answered.recv_timeout(patience).ok()
    }
}

async fn serve(listener: TcpListener, state: Arc<RuntimeState>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| respond(Arc::clone(&state), request));
            // A function that was killed leaves its last connection open: that is no error.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn respond(
    state: Arc<RuntimeState>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let path = request.uri().path().to_owned();
    let body = request.into_body().collect().await?.to_bytes();
    let path = path.strip_prefix("/2018-06-01/runtime/invocation/");
    let response = match path.map(|path| path.split_once('/').unwrap_or((path, ""))) {
        Some(("next", _)) => state.next().await,
        Some((id, "response")) => state.answered(id, FunctionAnswer::Response(json(&body))),
        Some((id, "error")) => {
            let error = json(&body);
            let of = |key: &str| {
                error
                    .get(key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            state.answered(
                id,
                FunctionAnswer::Error(of("errorType"), of("errorMessage")),
            )
        }
        _ => status(404),
    };
    Ok(response)
}

impl RuntimeState {
    async fn next(&self) -> Response<Full<Bytes>> {
        loop {
            let next = self.waiting.lock().unwrap().pop_front();
            if let Some((id, invocation)) = next {
                let response = Response::builder()
                    .header("content-type", "application/json")
                    .header("lambda-runtime-aws-request-id", id)
                    .header("lambda-runtime-deadline-ms", invocation.deadline.absolute())
                    .header("lambda-runtime-trace-id", TRACE)
                    .header(
                        "lambda-runtime-invoked-function-arn",
                        invocation.function_arn,
                    );
                *self.handed_over.lock().unwrap() = Some(Instant::now());
                return response.body(invocation.payload.into()).unwrap();
            }
            self.has_more.notified().await;
        }
    }

    fn answered(&self, id: &str, answered: FunctionAnswer) -> Response<Full<Bytes>> {
        let handed_over = *self.handed_over.lock().unwrap();
        *self.last_event.lock().unwrap() = handed_over.map(|it| (it, Instant::now()));
        let answers = self.answers.lock().unwrap();
        let taken = answers.get(id).map(|it| it.send(answered).is_ok());
        status(if taken == Some(true) { 202 } else { 400 })
    }
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

fn status(code: u16) -> Response<Full<Bytes>> {
    let response = Response::builder().status(code);
    response.body(Full::default()).unwrap()
}
