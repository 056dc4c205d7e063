use std::{
    collections::HashSet,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::Log;

/// What the threads of one server share: the bytes received, and whether to stop.
#[derive(Debug, Default)]
pub(super) struct Shared {
    received: Mutex<Vec<Vec<u8>>>,
    ended: Mutex<HashSet<usize>>,
    ending: Condvar,
    stopped: Mutex<bool>,
    stopping: Condvar,
}

impl Shared {
    /// Begins the record of a connection and gives its number, the first being 0.
    pub(super) fn open(&self) -> usize {
        let mut received = self.received();
        received.push(Vec::new());
        received.len() - 1
    }

    /// Adds to the record of a connection.
    pub(super) fn record(&self, connection: usize, bytes: &[u8]) {
        if let Some(record) = self.received().get_mut(connection) {
            record.extend_from_slice(bytes);
        }
    }

    /// Looks at the record of a connection.
    pub(super) fn look<T>(&self, connection: usize, look: impl FnOnce(&[u8]) -> T) -> T {
        let received = self.received();
        look(received.get(connection).map_or(&[], Vec::as_slice))
    }

    pub(super) fn log(&self) -> Log {
        Log::new(&self.received())
    }

    /// Notes that the server has ended a connection.
    pub(super) fn end(&self, connection: usize) {
        self.ended().insert(connection);
        self.ending.notify_all();
    }

    /// Waits until the server has ended a connection; whether it has.
    pub(super) fn wait_for_end(&self, connection: usize, at_most: Duration) -> bool {
        let (ended, _) = self
            .ending
            .wait_timeout_while(self.ended(), at_most, |ended| !ended.contains(&connection))
            .unwrap_or_else(PoisonError::into_inner);
        ended.contains(&connection)
    }

    pub(super) fn stop(&self) {
        *self.stopped() = true;
        self.stopping.notify_all();
    }

    /// Waits, but no longer than until the server stops; whether it has stopped.
    pub(super) fn wait(&self, duration: Duration) -> bool {
        let (stopped, _) = self
            .stopping
            .wait_timeout_while(self.stopped(), duration, |stopped| !*stopped)
            .unwrap_or_else(PoisonError::into_inner);
        *stopped
    }

    fn received(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self) -> MutexGuard<'_, HashSet<usize>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> MutexGuard<'_, bool> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
