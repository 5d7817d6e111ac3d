//! The double of AWS behind TLS, with a port for each service as AWS has a host for each. It logs every request.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

const HEALTHY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nhealthy";

/// Serves until this process ends.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) ecs: String,
    pub(crate) cloudwatch: String,
    state: Arc<Mutex<EndpointState>>,
}

#[derive(Debug)]
struct EndpointState {
    double: SocketAddr,
    delay: Duration,
    seen: Vec<SeenRequest>,
}

/// A request: when it had arrived as a whole, and when the double had answered it.
#[derive(Debug, Clone)]
pub(crate) struct SeenRequest {
    pub(crate) operation: String,
    pub(crate) came: Instant,
    pub(crate) answered: Option<Instant>,
}

impl Endpoint {
    /// `identity` is a file with the key and the chain of `localhost`.
    pub(crate) fn start(identity: &Path) -> io::Result<Self> {
        let acceptor = acceptor(identity).map_err(io::Error::other)?;
        let (ecs, cloudwatch) = (bound()?, bound()?);
        let url = |of: &std::net::TcpListener| {
            let port = of.local_addr()?.port();
            io::Result::Ok(format!("https://localhost:{port}"))
        };
        let state = Arc::new(Mutex::new(EndpointState {
            double: ecs.local_addr()?,
            delay: Duration::ZERO,
            seen: Vec::new(),
        }));
        let endpoint = Self {
            ecs: url(&ecs)?,
            cloudwatch: url(&cloudwatch)?,
            state: Arc::clone(&state),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::join!(
                    serve(ecs, &acceptor, &state),
                    serve(cloudwatch, &acceptor, &state)
                )
            })
        });
        Ok(endpoint)
    }

    /// From now on this double answers, each time after this delay. The log of requests is cleared.
    pub(crate) fn ask(&self, double: SocketAddr, delay: Duration) {
        *lock(&self.state) = EndpointState {
            double,
            delay,
            seen: Vec::new(),
        };
    }

    /// Every request since then, in order.
    pub(crate) fn seen(&self) -> Vec<SeenRequest> {
        lock(&self.state).seen.clone()
    }
}

fn bound() -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn acceptor(identity: &Path) -> Result<TlsAcceptor, Box<dyn std::error::Error + Send + Sync>> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(identity)?.collect();
    let key = PrivateKeyDer::from_pem_file(identity)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain?, key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn serve(
    listener: std::net::TcpListener,
    acceptor: &TlsAcceptor,
    state: &Arc<Mutex<EndpointState>>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (acceptor, state) = (acceptor.clone(), Arc::clone(state));
        // A peer that was killed leaves its connections open: that is no error.
        tokio::spawn(async move { relay(stream, &acceptor, &state).await });
    }
}

async fn relay(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    state: &Mutex<EndpointState>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut peer = acceptor.accept(stream).await?;
    let (address, delay) = {
        let state = lock(state);
        (state.double, state.delay)
    };
    let mut double = TcpStream::connect(address).await?;
    double.set_nodelay(true)?;
    loop {
        let request = message(&mut peer).await?;
        if request.starts_with(b"GET /ping ") {
            // The health check of load balancers, which is no call of AWS.
            peer.write_all(HEALTHY).await?;
            peer.flush().await?;
            continue;
        }
        let nth = lock(state).came(operation(&request));
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        double.write_all(&request).await?;
        let answer = message(&mut double).await?;
        lock(state).answered(nth);
        peer.write_all(&answer).await?;
        peer.flush().await?;
    }
}

/// Reads a whole request or answer with a `content-length`.
async fn message(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(8 * 1024);
    while length(&bytes).is_none_or(|length| bytes.len() < length) {
        if from.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(bytes)
}

fn length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
    let body = header(bytes.get(..end)?, "content-length").and_then(|it| it.parse().ok());
    Some(end + 4 + body.unwrap_or(0))
}

fn header(head: &[u8], name: &str) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find_map(|(key, value)| {
        key.eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

/// The operation, as `StopServiceDeployment`; the path where there is none.
fn operation(request: &[u8]) -> String {
    let target = header(request, "x-amz-target");
    let path = || {
        let line = String::from_utf8_lossy(request);
        line.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let name = target.unwrap_or_else(path);
    let last = name.rsplit(['.', '/']).next().unwrap_or_default();
    last.to_owned()
}

impl EndpointState {
    fn came(&mut self, operation: String) -> usize {
        self.seen.push(SeenRequest {
            operation,
            came: Instant::now(),
            answered: None,
        });
        self.seen.len() - 1
    }

    fn answered(&mut self, nth: usize) {
        if let Some(seen) = self.seen.get_mut(nth) {
            seen.answered = Some(Instant::now());
        }
    }
}

fn lock(state: &Mutex<EndpointState>) -> MutexGuard<'_, EndpointState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
