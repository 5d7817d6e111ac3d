//! The double in process: started with a world, stopped when it is dropped.

use std::fmt;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::calls::RecordedCall;
use crate::faults::InjectedFault;
use crate::iam::AccessStatement;
use crate::server;
use crate::state::{DoubleState, lock};
use crate::world::{BadWorld, World};

/// A running double, on a port of 127.0.0.1.
pub struct Double {
    url: String,
    state: Arc<Mutex<DoubleState>>,
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
        let state = Arc::new(Mutex::new(DoubleState::new(world)));
        let (stop, stopped) = oneshot::channel();
        let shown = Arc::clone(&state);
        let thread = thread::Builder::new()
            .name("countermand-double".to_owned())
            .spawn(move || {
                // Where this fails, every client finds its connection refused.
                let _ = runtime.block_on(server::serve(listener, shown, stopped));
            })?;
        Ok(Self {
            url,
            state,
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
        let mut state = self.state();
        state.settle();
        state.world.clone()
    }

    /// Turns the clock, and lets everything happen that is due then.
    pub fn advance(&self, by: Duration) {
        self.state().advance(by);
    }

    /// Every request so far, the first one first.
    pub fn calls(&self) -> Vec<RecordedCall> {
        self.state().calls.clone()
    }

    /// Empties the log of calls.
    pub fn forget_calls(&self) {
        self.state().calls.clear();
    }

    /// Adds a fault after those that the world has.
    pub fn add_fault(&self, fault: InjectedFault) -> Result<(), BadWorld> {
        fault.check()?;
        self.state().world.faults.push(fault);
        Ok(())
    }

    /// Replaces what the caller may do, as if another one called from now on.
    pub fn set_iam(&self, statements: Option<Vec<AccessStatement>>) {
        self.state().world.iam = statements;
    }

    /// Serves until the program is ended.
    pub fn serve(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn state(&self) -> MutexGuard<'_, DoubleState> {
        lock(&self.state)
    }
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
