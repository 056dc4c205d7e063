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

/// Knows whether the request of the running exchange left, and whether an answer began.
///
/// The connection passes through it before each write, and whoever has to judge a failure shuts
/// it. The first of the two wins: a gate that was shut in time proves that no byte left, and sees
/// to it that none leaves later from a task that has not heard of the failure yet. Nothing is read
/// through a gate that is shut, either.
///
/// It also counts the interim (1xx) answers, of which hyper skips however many there are.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: AtomicU8,
    interim: AtomicUsize,
}

impl Gate {
    /// Opens for a new exchange.
    pub(crate) fn open(&self) {
        self.state.store(0, SeqCst);
        self.interim.store(0, SeqCst);
    }

    /// Shuts. `true` means that nothing passed, and that nothing will.
    pub(crate) fn shut(&self) -> bool {
        self.state.fetch_or(SHUT, SeqCst) & SENT == 0
    }

    /// Whether a byte of an answer has come.
    pub(crate) fn heard(&self) -> bool {
        self.state.load(SeqCst) & HEARD != 0
    }

    /// An interim answer has come. More than there may be shut the gate: a task that goes on
    /// reading a flood would leave no time to anybody else on its thread.
    pub(crate) fn count_interim(&self) {
        if self.interim.fetch_add(1, SeqCst) >= MOST_INTERIM {
            self.shut();
        }
    }

    /// Whether more interim answers have come than a client must put up with.
    pub(crate) fn is_flooded(&self) -> bool {
        self.interim.load(SeqCst) > MOST_INTERIM
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

/// A stream with its [`Gate`]. It lies above TLS, so that only the exchange's own bytes count.
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

/// The most interim answers before the one that counts.
const MOST_INTERIM: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_shut_before_the_first_write_lets_nothing_pass_any_more() {
        let gate = Gate::default();
        gate.open();
        assert!(gate.shut());
        assert_eq!(gate.pass().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_gate_that_something_passed_proves_nothing() {
        let gate = Gate::default();
        gate.open();
        gate.pass().unwrap();
        assert!(!gate.shut());
    }

    #[test]
    fn sixteen_interim_answers_are_borne_and_no_more() {
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
    fn each_exchange_is_judged_by_itself() {
        let gate = Gate::default();
        gate.pass().unwrap();
        gate.hear();
        gate.open();
        assert!(!gate.heard());
        assert!(gate.shut());
    }
}
