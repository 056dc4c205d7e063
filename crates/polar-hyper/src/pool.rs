use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use http::Uri;
use polar_net::{IdleConnections, Origin};
use tokio::{task::JoinHandle, time::sleep_until};

use crate::connection::Connection;

/// The idle connections, and the task that closes them after the idle timeout.
#[derive(Debug)]
pub(crate) struct Pool(Mutex<State>);

#[derive(Debug)]
struct State {
    idle: IdleConnections<Connection>,
    sweeper: Option<JoinHandle<()>>,
}

impl Pool {
    pub(crate) fn new(idle_timeout: Duration, max: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            idle: IdleConnections::new(idle_timeout, max),
            sweeper: None,
        })))
    }

    /// Takes an idle connection to the origin of this URI. Those that are not quiet are closed.
    pub(crate) fn take(&self, uri: &Uri) -> Option<Connection> {
        loop {
            // Not `while let`: the lock must not be held while the system is asked.
            let connection = self.lock().idle.pop(uri, now())?;
            if connection.is_quiet() {
                return Some(connection);
            }
        }
    }

    /// Adds a connection whose exchange is complete.
    pub(crate) fn put(self: &Arc<Self>, connection: Connection) {
        let origin = Arc::clone(connection.origin());
        let mut state = self.lock();
        state.idle.push(&origin, connection, now());
        if state.sweeper.as_ref().is_none_or(JoinHandle::is_finished) {
            let next = state.idle.remove_expired(now());
            state.sweeper = next.map(|next| tokio::spawn(sweep(Arc::downgrade(self), next)));
        }
    }

    /// Closes every idle connection to an origin. One of them turned out dead although it had
    /// looked open, as the others do: the next attempts must not meet them one by one.
    pub(crate) fn discard(&self, origin: &Origin) {
        self.lock().idle.remove_origin(origin);
    }

    fn remove_expired(&self) -> Option<Instant> {
        let mut state = self.lock();
        let next = state.idle.remove_expired(now());
        if next.is_none() {
            // Under the lock, so that the next `put` starts the next sweeper.
            state.sweeper = None;
        }
        next
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics under the lock, and a list of connections cannot be half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes expired connections for as long as there are any.
async fn sweep(pool: Weak<Pool>, mut next: Instant) {
    loop {
        sleep_until(next.into()).await;
        match pool.upgrade().and_then(|pool| pool.remove_expired()) {
            Some(later) => next = later,
            None => return,
        }
    }
}

/// The clock of the runtime, which a test can pause.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
