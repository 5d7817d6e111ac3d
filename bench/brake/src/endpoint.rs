//! The double of AWS behind TLS: a port for each service, as AWS has a host for each, and a note of every request.

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

/// Runs for as long as its process.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) ecs: String,
    pub(crate) cloudwatch: String,
    stage: Arc<Mutex<Stage>>,
}

#[derive(Debug)]
struct Stage {
    double: SocketAddr,
    delay: Duration,
    seen: Vec<Seen>,
}

/// A request, when all of it had come, and when its answer was there.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
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
        let stage = Arc::new(Mutex::new(Stage {
            double: ecs.local_addr()?,
            delay: Duration::ZERO,
            seen: Vec::new(),
        }));
        let endpoint = Self {
            ecs: url(&ecs)?,
            cloudwatch: url(&cloudwatch)?,
            stage: Arc::clone(&stage),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::join!(
                    serve(ecs, &acceptor, &stage),
                    serve(cloudwatch, &acceptor, &stage)
                )
            })
        });
        Ok(endpoint)
    }

    /// From now on this double answers, so long after it was asked; what was seen is forgotten.
    pub(crate) fn ask(&self, double: SocketAddr, delay: Duration) {
        *lock(&self.stage) = Stage {
            double,
            delay,
            seen: Vec::new(),
        };
    }

    /// Every request since, in the order in which they came.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        lock(&self.stage).seen.clone()
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
    stage: &Arc<Mutex<Stage>>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (acceptor, stage) = (acceptor.clone(), Arc::clone(stage));
        // A peer that is ended leaves its connections open.
        tokio::spawn(async move { relay(stream, &acceptor, &stage).await });
    }
}

async fn relay(stream: TcpStream, acceptor: &TlsAcceptor, stage: &Mutex<Stage>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut peer = acceptor.accept(stream).await?;
    let (address, delay) = {
        let stage = lock(stage);
        (stage.double, stage.delay)
    };
    let mut double = TcpStream::connect(address).await?;
    double.set_nodelay(true)?;
    loop {
        let request = message(&mut peer).await?;
        if request.starts_with(b"GET /ping ") {
            // What load balancers ask: no call.
            peer.write_all(HEALTHY).await?;
            peer.flush().await?;
            continue;
        }
        let nth = lock(stage).came(operation(&request));
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        double.write_all(&request).await?;
        let answer = message(&mut double).await?;
        lock(stage).answered(nth);
        peer.write_all(&answer).await?;
        peer.flush().await?;
    }
}

/// A whole request or answer, of which the length is told.
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

/// `StopServiceDeployment`, `DescribeAlarms`; of what is no operation, its path.
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

impl Stage {
    fn came(&mut self, operation: String) -> usize {
        self.seen.push(Seen {
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

fn lock(stage: &Mutex<Stage>) -> MutexGuard<'_, Stage> {
    stage.lock().unwrap_or_else(PoisonError::into_inner)
}
