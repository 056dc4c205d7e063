use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use http::Uri;
use polar_net::{IdleConnections, Origin};

use crate::connection::Connection;

/// The idle connections. Without a thread of its own, it closes expired ones when it gets another.
#[derive(Debug)]
pub(crate) struct Pool(Mutex<IdleConnections<Connection>>);

impl Pool {
    pub(crate) const fn new(idle_timeout: Duration, max: usize) -> Self {
        Self(Mutex::new(IdleConnections::new(idle_timeout, max)))
    }

    /// Takes an idle connection to the origin of this URI. If it is not quiet any more, it opens
    /// itself again when it is used.
    pub(crate) fn take(&self, uri: &Uri) -> Option<Connection> {
        self.lock().pop(uri, Instant::now())
    }

    /// Adds a connection whose exchange is complete.
    pub(crate) fn put(&self, connection: Connection) {
        let (origin, now) = (connection.origin().clone(), Instant::now());
        let mut idle = self.lock();
        idle.remove_expired(now);
        idle.push(&origin, connection, now);
    }

    /// Closes every idle connection to an origin. One of them turned out dead although it had
    /// looked open, as the others do: the next attempts must not meet them one by one.
    pub(crate) fn discard(&self, origin: &Origin) {
        self.lock().remove_origin(origin);
    }

    fn lock(&self) -> MutexGuard<'_, IdleConnections<Connection>> {
        // Nothing panics under the lock, and a list of connections cannot be half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
