//! HTTP: receives a request, has it answered, and sends the answer whole, late, cut short or not at all.

mod control;
mod find;

use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::CONTENT_LENGTH;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use socket2::Socket;
use tokio::sync::oneshot;

use crate::answer::Delivery;
use crate::state::{DoubleState, lock};

pub(crate) async fn serve(
    listener: TcpListener,
    state: Arc<Mutex<DoubleState>>,
    mut stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let stream = tokio::select! {
            _ = &mut stop => return Ok(()),
            accepted = listener.accept() => accepted,
        };
        // A client that gave up while it waited does not end the double.
        let Ok((stream, _)) = stream else { continue };
        let Ok(socket) = socket2::SockRef::from(&stream).try_clone().map(Arc::new) else {
            continue;
        };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service =
                service_fn(|request| respond(Arc::clone(&state), Arc::clone(&socket), request));
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn respond(
    state: Arc<Mutex<DoubleState>>,
    socket: Arc<Socket>,
    request: Request<Incoming>,
) -> io::Result<Response<AnswerBody>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let (reply, delivery, came) = if let Some(path) = head.uri.path().strip_prefix("/_double/") {
        let reply = control::reply(&state, head.method.as_str(), path, &body);
        (reply, Delivery::Whole, None)
    } else {
        match find::find(&head, &body) {
            Ok(request) => {
                let (reply, delivery, came) = lock(&state).answer(request);
                (reply, delivery, Some(came))
            }
            Err(unknown) => (unknown.note(&state), Delivery::Whole, None),
        }
    };
    match delivery {
        Delivery::Late(by) => tokio::time::sleep(by).await,
        Delivery::Reset => {
            // With a linger time of zero, closing sends RST in place of FIN.
            socket.set_linger(Some(Duration::ZERO))?;
            return Err(io::Error::other("the world wants this connection reset"));
        }
        Delivery::Whole | Delivery::Cut => {}
    }
    if let Some(came) = came {
        lock(&state).leaves(came);
    }
    let mut response = Response::builder()
        .status(reply.status)
        .header(CONTENT_LENGTH, reply.body.len())
        .header("x-amzn-requestid", "00000000-0000-4000-8000-000000000000");
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let sent = if delivery == Delivery::Cut {
        reply.body.len() / 2
    } else {
        reply.body.len()
    };
    response
        .body(AnswerBody {
            bytes: Some(Bytes::from(reply.body).slice(..sent)),
            flushed: delivery != Delivery::Cut,
        })
        .map_err(io::Error::other)
}

/// A body of unknown length, so that it may end before its `content-length`.
struct AnswerBody {
    bytes: Option<Bytes>,
    flushed: bool,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        // hyper discards what it has not sent yet when a body ends too early: have it send first.
        if !std::mem::replace(&mut self.flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }
}
