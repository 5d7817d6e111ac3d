//! The double in process: started with a world, stopped when it is dropped.

use std::fmt;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::calls::Call;
use crate::faults::Fault;
use crate::server;
use crate::spoil::Stage;
use crate::world::{BadWorld, Statement, World};

/// A running double, on a port of 127.0.0.1.
pub struct Double {
    url: String,
    stage: Arc<Mutex<Stage>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Double {
    /// Starts a double on a free port.
    pub fn start(world: World) -> io::Result<Self> {
        Self::start_on(world, 0)
    }

    /// Starts a double on this port.
    pub fn start_on(world: World, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let stage = Arc::new(Mutex::new(Stage::new(world)));
        let (stop, stopped) = oneshot::channel();
        let shown = Arc::clone(&stage);
        let thread = thread::Builder::new()
            .name("countermand-double".to_owned())
            .spawn(move || {
                // A listener that cannot be taken over leaves every client with a refused connection.
                let _ = runtime.block_on(server::serve(listener, shown, stopped));
            })?;
        Ok(Self {
            url,
            stage,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// What `AWS_ENDPOINT_URL` must be.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The world as it is now.
    pub fn world(&self) -> World {
        let mut stage = self.stage();
        stage.settle();
        stage.world.clone()
    }

    /// Turns the clock, and lets everything happen that falls due.
    pub fn advance(&self, by: Duration) {
        self.stage().advance(by);
    }

    /// Every request so far, the first one first.
    pub fn calls(&self) -> Vec<Call> {
        self.stage().calls.clone()
    }

    /// Begins the log of calls anew.
    pub fn forget_calls(&self) {
        self.stage().calls.clear();
    }

    /// Adds a fault behind those that the world has.
    pub fn add_fault(&self, fault: Fault) -> Result<(), BadWorld> {
        fault.check()?;
        self.stage().world.faults.push(fault);
        Ok(())
    }

    /// Says anew what the caller may do: another one calls now.
    pub fn set_iam(&self, statements: Option<Vec<Statement>>) {
        self.stage().world.iam = statements;
    }

    /// Serves until the program is ended.
    pub fn serve(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        lock(&self.stage)
    }
}

/// What a panicking test left behind can still be looked at.
pub(crate) fn lock(stage: &Mutex<Stage>) -> MutexGuard<'_, Stage> {
    stage.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Double {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Double {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Double")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
