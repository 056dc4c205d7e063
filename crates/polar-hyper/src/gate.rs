use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Records whether the request of the current exchange was sent, and whether a response began.
///
/// The connection passes the gate before each write, and a failed exchange shuts it. The first of
/// the two wins: a gate that was shut before the first write proves that no byte was sent, and
/// prevents that one is sent later, by a task that does not know of the failure yet. Nothing is read
/// through a shut gate either.
///
/// The gate also counts interim (1xx) responses, because hyper skips any number of them.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: AtomicU8,
    interim: AtomicUsize,
}

impl Gate {
    /// Opens the gate for a new exchange.
    pub(crate) fn open(&self) {
        self.state.store(0, SeqCst);
        self.interim.store(0, SeqCst);
    }

    /// Shuts the gate. `true` means that nothing passed it, and that nothing will.
    pub(crate) fn shut(&self) -> bool {
        self.state.fetch_or(SHUT, SeqCst) & SENT == 0
    }

    /// Returns whether a byte of a response was read.
    pub(crate) fn heard(&self) -> bool {
        self.state.load(SeqCst) & HEARD != 0
    }

    /// Counts an interim response. Too many shut the gate: a task that went on reading a flood would
    /// leave no time to other tasks on its thread.
    pub(crate) fn count_interim(&self) {
        if self.interim.fetch_add(1, SeqCst) >= MAX_INTERIM {
            self.shut();
        }
    }

    /// Returns whether there were too many interim responses.
    pub(crate) fn is_flooded(&self) -> bool {
        self.interim.load(SeqCst) > MAX_INTERIM
    }

    fn is_shut(&self) -> bool {
        self.state.load(SeqCst) & SHUT != 0
    }

    fn pass(&self) -> io::Result<()> {
        if self.state.fetch_or(SENT, SeqCst) & SHUT == 0 {
            Ok(())
        } else {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    fn hear(&self) {
        self.state.fetch_or(HEARD, SeqCst);
    }
}

/// A stream with its [`Gate`]. The gate is above TLS, so that only bytes of the exchange count.
#[derive(Debug)]
pub(crate) struct Gated<S> {
    stream: S,
    gate: Arc<Gate>,
}

impl<S> Gated<S> {
    pub(crate) const fn new(stream: S, gate: Arc<Gate>) -> Self {
        Self { stream, gate }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gated<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.gate.is_shut() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.gate.hear();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gated<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.gate.pass()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.gate.pass()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

const SENT: u8 = 1;
const SHUT: u8 = 2;
const HEARD: u8 = 4;

/// The maximum number of interim responses before the final one.
const MAX_INTERIM: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gate_shut_before_the_first_write_lets_nothing_pass() {
        let gate = Gate::default();
        gate.open();
        assert!(gate.shut());
        assert_eq!(gate.pass().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn gate_that_was_passed_proves_nothing() {
        let gate = Gate::default();
        gate.open();
        gate.pass().unwrap();
        assert!(!gate.shut());
    }

    #[test]
    fn gate_allows_sixteen_interim_responses() {
        let gate = Gate::default();
        for _ in 0..16 {
            gate.count_interim();
        }
        assert!(!gate.is_flooded());
        gate.count_interim();
        assert!(gate.is_flooded());
        gate.open();
        assert!(!gate.is_flooded());
    }

    #[test]
    fn open_forgets_the_previous_exchange() {
        let gate = Gate::default();
        gate.pass().unwrap();
        gate.hear();
        gate.open();
        assert!(!gate.heard());
        assert!(gate.shut());
    }
}
