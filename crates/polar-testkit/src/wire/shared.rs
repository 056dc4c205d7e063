use std::{
    collections::HashSet,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::ServerLog;

/// State shared by the threads of one server: the bytes received, and whether to stop.
#[derive(Debug, Default)]
pub(super) struct Shared {
    received: Mutex<Vec<Vec<u8>>>,
    closed: Mutex<HashSet<usize>>,
    closed_changed: Condvar,
    stopped: Mutex<bool>,
    stopped_changed: Condvar,
}

impl Shared {
    /// Starts the record of a connection and returns its number; the first is 0.
    pub(super) fn open(&self) -> usize {
        let mut received = self.received();
        received.push(Vec::new());
        received.len() - 1
    }

    /// Appends to the record of a connection.
    pub(super) fn record(&self, connection: usize, bytes: &[u8]) {
        if let Some(record) = self.received().get_mut(connection) {
            record.extend_from_slice(bytes);
        }
    }

    /// Calls `read` with the record of a connection.
    pub(super) fn with_record<T>(&self, connection: usize, read: impl FnOnce(&[u8]) -> T) -> T {
        let received = self.received();
        read(received.get(connection).map_or(&[], Vec::as_slice))
    }

    pub(super) fn log(&self) -> ServerLog {
        ServerLog::new(&self.received())
    }

    /// Records that the server has closed a connection.
    pub(super) fn mark_closed(&self, connection: usize) {
        self.closed().insert(connection);
        self.closed_changed.notify_all();
    }

    /// Waits until the server has closed a connection, and returns whether it has.
    pub(super) fn wait_for_close(&self, connection: usize, timeout: Duration) -> bool {
        let (closed, _) = self
            .closed_changed
            .wait_timeout_while(self.closed(), timeout, |closed| {
                !closed.contains(&connection)
            })
            .unwrap_or_else(PoisonError::into_inner);
        closed.contains(&connection)
    }

    pub(super) fn stop(&self) {
        *self.stopped() = true;
        self.stopped_changed.notify_all();
    }

    /// Waits for `duration` or until the server stops, and returns whether it has stopped.
    pub(super) fn wait(&self, duration: Duration) -> bool {
        let (stopped, _) = self
            .stopped_changed
            .wait_timeout_while(self.stopped(), duration, |stopped| !*stopped)
            .unwrap_or_else(PoisonError::into_inner);
        *stopped
    }

    fn received(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn closed(&self) -> MutexGuard<'_, HashSet<usize>> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> MutexGuard<'_, bool> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
