//! How far the exchange on this thread has got.
//!
//! ureq does not tell whether a byte of a request left, nor whether its connection was kept from an
//! earlier one. But it works on the calling thread, and the sockets below it are ours: they note
//! here what happens, and whoever has to name a failure reads it.

use std::cell::Cell;

/// What the sockets have noted since [`begin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The connection was opened for this exchange, not kept from an earlier one.
    pub(crate) fresh: bool,
    /// The operating system took at least one byte of the request.
    pub(crate) sent: bool,
    /// At least one byte of an answer came.
    pub(crate) answered: bool,
    /// How the other side's stream ended, if it did.
    pub(crate) end: Option<End>,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// In order: by a FIN, and under TLS by a `close_notify`.
    Closed,
    /// In any other way; what had come may not be all.
    Broken,
}

/// Forgets the exchange before.
pub(crate) fn begin() {
    PROGRESS.set(NOTHING);
}

/// What is known now.
pub(crate) fn current() -> Progress {
    PROGRESS.get()
}

/// A connection was opened, and nothing has happened on it.
pub(crate) fn opened() {
    note(|progress| {
        *progress = Progress {
            fresh: true,
            ..NOTHING
        }
    });
}

/// The operating system took a byte.
pub(crate) fn sent() {
    note(|progress| progress.sent = true);
}

/// A byte of an answer came.
pub(crate) fn answered() {
    note(|progress| progress.answered = true);
}

/// The other side's stream ended.
pub(crate) fn ended(end: End) {
    note(|progress| progress.end = Some(end));
}

fn note(change: impl FnOnce(&mut Progress)) {
    let mut progress = PROGRESS.get();
    change(&mut progress);
    PROGRESS.set(progress);
}

const NOTHING: Progress = Progress {
    fresh: false,
    sent: false,
    answered: false,
    end: None,
};

thread_local! {
    static PROGRESS: Cell<Progress> = const { Cell::new(NOTHING) };
}
