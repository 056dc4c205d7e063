use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Records how far the current exchange of a connection got.
///
/// ureq does not report whether a byte of a request was sent, or whether its connection was used
/// before. The socket and the stream below it belong to this crate: they record it here, and a
/// failed exchange reads it. One thread at a time uses a connection.
#[derive(Debug, Default)]
pub(crate) struct Progress(AtomicU8);

/// How the server ended its side of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// In order: by a FIN, and with TLS by a `close_notify`.
    Closed,
    /// In any other way. What was received may not be everything.
    Broken,
}

impl Progress {
    /// Forgets the previous exchange, and what was sent to open a connection in vain.
    pub(crate) fn begin(&self) {
        self.0.fetch_and(OPEN, Relaxed);
    }

    /// A connection was opened for this exchange, and nothing has happened on it.
    pub(crate) fn opened(&self) {
        self.0.store(OPEN | FRESH, Relaxed);
    }

    /// The operating system accepted a byte.
    pub(crate) fn sent(&self) {
        self.set(SENT);
    }

    /// A byte of a response was read.
    pub(crate) fn heard(&self) {
        self.set(HEARD);
    }

    /// The server ended its side of the stream.
    pub(crate) fn ended(&self, end: End) {
        self.set(match end {
            End::Closed => CLOSED,
            End::Broken => BROKEN,
        });
    }

    /// ureq dropped the stream.
    pub(crate) fn dropped(&self) {
        self.0.fetch_and(!OPEN, Relaxed);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.has(OPEN)
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.has(SENT)
    }

    pub(crate) fn is_heard(&self) -> bool {
        self.has(HEARD)
    }

    /// Returns whether the connection carried an earlier exchange.
    pub(crate) fn is_reused(&self) -> bool {
        !self.has(FRESH)
    }

    pub(crate) fn end(&self) -> Option<End> {
        if self.has(BROKEN) {
            Some(End::Broken)
        } else {
            self.has(CLOSED).then_some(End::Closed)
        }
    }

    fn set(&self, flag: u8) {
        self.0.fetch_or(flag, Relaxed);
    }

    fn has(&self, flag: u8) -> bool {
        self.0.load(Relaxed) & flag != 0
    }
}

const OPEN: u8 = 1;
const FRESH: u8 = 2;
const SENT: u8 = 4;
const HEARD: u8 = 8;
const CLOSED: u8 = 16;
const BROKEN: u8 = 32;
