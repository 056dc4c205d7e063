use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use http::Uri;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use crate::{connection::Connection, origin::Origin};

/// Idle connections.
///
/// It is this crate's own, and small, for what the pool of hyper-util cannot say: whether the
/// connection handed out is still open at that very moment, and whether it carried an exchange
/// before. A claim may not be sent twice, so both matter.
#[derive(Debug)]
pub(crate) struct Pool {
    longest: Duration,
    most: usize,
    shelves: Mutex<Shelves>,
}

impl Pool {
    /// `longest` is how long a connection may be idle and still be used; `most` is how many may be.
    pub(crate) fn new(longest: Duration, most: usize) -> Arc<Self> {
        Arc::new(Self {
            longest,
            most,
            shelves: Mutex::default(),
        })
    }

    /// Takes the connection to the origin of this address that was used last. Those too old, or no
    /// longer quiet, are closed on the way.
    pub(crate) fn take(&self, uri: &Uri) -> Option<Connection> {
        loop {
            // Not `while let`: the lock must not be held while the system is asked.
            let idle = self.lock().shelf_of(uri)?.idle.pop()?;
            if idle.since.elapsed() < self.longest && idle.connection.is_quiet() {
                return Some(idle.connection);
            }
        }
    }

    /// Keeps a connection whose exchange ended well, in the place of the one that has been idle for
    /// longest where there is no other.
    pub(crate) fn put(self: &Arc<Self>, connection: Connection) {
        if self.longest.is_zero() || self.most == 0 {
            return;
        }
        let since = Instant::now();
        let mut shelves = self.lock();
        if shelves.count() >= self.most {
            shelves.close_oldest();
        }
        shelves.put(Idle { connection, since });
        if shelves.sweeper.as_ref().is_none_or(JoinHandle::is_finished) {
            shelves.sweeper = Some(tokio::spawn(sweep(Arc::downgrade(self), since)));
        }
    }

    /// Closes all that are idle and lead where this one does. It turned out dead and had not looked
    /// so, as the others do not: whoever tries again must not meet them one after the other.
    pub(crate) fn give_up(&self, dead: &Connection) {
        let mut shelves = self.lock();
        shelves.all.retain(|shelf| shelf.origin != *dead.origin());
    }

    /// Closes what is too old by now; the moment to come again, if anything is left.
    fn close_old(&self) -> Option<Instant> {
        let mut shelves = self.lock();
        shelves.all.retain_mut(|shelf| {
            shelf
                .idle
                .retain(|idle| idle.since.elapsed() < self.longest);
            !shelf.idle.is_empty()
        });
        let idle = shelves.all.iter().flat_map(|shelf| &shelf.idle);
        let oldest = idle.map(|idle| idle.since).min();
        if oldest.is_none() {
            // Under the lock, so that whoever puts the next one starts the next sweeper.
            shelves.sweeper = None;
        }
        oldest
    }

    fn lock(&self) -> MutexGuard<'_, Shelves> {
        // Nothing panics under the lock; and a list of connections cannot be half changed.
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Shelves {
    /// One for each origin. There are hardly ever two, so that looking is quicker than hashing.
    all: Vec<Shelf>,
    sweeper: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shelf {
    origin: Arc<Origin>,
    idle: Vec<Idle>,
}

impl Shelves {
    fn shelf_of(&mut self, uri: &Uri) -> Option<&mut Shelf> {
        self.all.iter_mut().find(|shelf| shelf.origin.is_of(uri))
    }

    fn count(&self) -> usize {
        self.all.iter().map(|shelf| shelf.idle.len()).sum()
    }

    fn close_oldest(&mut self) {
        // On each shelf the first is the oldest.
        let since = |shelf: &&mut Shelf| shelf.idle.first().map(|idle| idle.since);
        let shelves = self.all.iter_mut().filter(|shelf| !shelf.idle.is_empty());
        if let Some(shelf) = shelves.min_by_key(since) {
            shelf.idle.remove(0);
        }
    }

    fn put(&mut self, idle: Idle) {
        let origin = idle.connection.origin();
        match self.all.iter_mut().find(|shelf| shelf.origin == *origin) {
            Some(known) => known.idle.push(idle),
            None => self.all.push(Shelf {
                origin: Arc::clone(origin),
                idle: vec![idle],
            }),
        }
    }
}

#[derive(Debug)]
struct Idle {
    connection: Connection,
    since: Instant,
}

/// Closes idle connections in time, for as long as there are any.
async fn sweep(pool: Weak<Pool>, mut oldest: Instant) {
    while let Some(longest) = pool.upgrade().map(|pool| pool.longest) {
        let Some(due) = oldest.checked_add(longest) else {
            return;
        };
        sleep_until(due).await;
        match pool.upgrade().and_then(|pool| pool.close_old()) {
            Some(next) => oldest = next,
            None => return,
        }
    }
}
