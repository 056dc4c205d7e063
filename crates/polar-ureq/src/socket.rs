use std::{
    io::{self, ErrorKind, IoSlice, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use crate::progress::Progress;

/// A TCP stream on which nothing takes longer than a deadline, however slowly bytes arrive.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    deadline: Instant,
    is_paused: bool,
    reads: StepTimeout,
    writes: StepTimeout,
    progress: Arc<Progress>,
}

impl Socket {
    pub(crate) fn connect(
        address: SocketAddr,
        timeout: Duration,
        deadline: Instant,
        progress: &Arc<Progress>,
    ) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, timeout)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            deadline,
            is_paused: false,
            reads: StepTimeout::new(TcpStream::set_read_timeout),
            writes: StepTimeout::new(TcpStream::set_write_timeout),
            progress: Arc::clone(progress),
        })
    }

    pub(crate) const fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    /// Pauses reading: while it is paused, a read returns [`ErrorKind::WouldBlock`] at once.
    pub(crate) const fn set_paused(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    pub(crate) fn is_overdue(&self) -> bool {
        self.deadline <= Instant::now()
    }

    /// Returns whether the socket is open and nothing waits to be read.
    ///
    /// The server has nothing to send on an idle connection: bytes that wait would be taken for the
    /// response to the next request.
    pub(crate) fn is_quiet(&self) -> bool {
        let is_quiet = self.stream.set_nonblocking(true).is_ok()
            && matches!(self.stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
        self.stream.set_nonblocking(false).is_ok() && is_quiet
    }

    fn write_with(&mut self, write: impl Fn(&TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        self.writes.run(self.deadline, &self.stream, |stream| {
            let written = write(stream)?;
            if written > 0 {
                self.progress.sent();
            }
            Ok(written)
        })
    }
}

/// How long the system waits in one read, or one write.
#[derive(Debug)]
struct StepTimeout {
    set: fn(&TcpStream, Option<Duration>) -> io::Result<()>,
    current: Option<Duration>,
}

impl StepTimeout {
    const fn new(set: fn(&TcpStream, Option<Duration>) -> io::Result<()>) -> Self {
        Self { set, current: None }
    }

    /// Runs one read or write, again after each interruption, until the deadline.
    ///
    /// While the deadline is far away the system waits in steps of the same length, so that the
    /// timeout need not be set for each read, which is a system call.
    fn run(
        &mut self,
        deadline: Instant,
        stream: &TcpStream,
        mut act: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            let wanted = Some(left.min(STEP));
            if self.current != wanted {
                match (self.set)(stream, wanted) {
                    // macOS returns this when the peer has closed. What it sent can still be read.
                    Err(error) if error.kind() != ErrorKind::InvalidInput => return Err(error),
                    _ => self.current = wanted,
                }
            }
            match act(stream) {
                Err(error) if is_interruption(error.kind()) => {}
                done => return done,
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_paused {
            return Err(ErrorKind::WouldBlock.into());
        }
        self.reads.run(self.deadline, &self.stream, |mut stream| {
            stream.read(buffer)
        })
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_with(|mut stream| stream.write(bytes))
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.write_with(|mut stream| stream.write_vectored(pieces))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns whether a read or write can go on after this error, such as the end of a step.
fn is_interruption(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Interrupted | ErrorKind::WouldBlock => true,
        // On other systems the peer does not respond.
        ErrorKind::TimedOut => cfg!(windows),
        _ => false,
    }
}

const STEP: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// Returns both ends of a connection, with this much time left.
    fn pair(left: Duration) -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let socket =
            Socket::connect(address, LONG, Instant::now() + left, &Arc::default()).unwrap();
        (socket, listener.accept().unwrap().0)
    }

    #[test]
    fn accepted_bytes_count_as_sent() {
        let (mut socket, _peer) = pair(LONG);
        assert!(!socket.progress.is_sent());
        assert_eq!(socket.write(b"x").unwrap(), 1);
        assert!(socket.progress.is_sent());
    }

    #[test]
    fn bytes_that_a_dead_connection_rejects_do_not_count_as_sent() {
        let (mut socket, peer) = pair(LONG);
        socket
            .write_all(b"left unread, which makes the close a reset")
            .unwrap();
        peer.peek(&mut [0]).unwrap();
        drop(peer);
        assert!(!matches!(socket.read(&mut [0]), Ok(1..)));
        socket.progress.begin();
        socket.write_all(b"a request").unwrap_err();
        assert!(!socket.progress.is_sent());
    }

    #[test]
    fn socket_is_quiet_until_a_byte_arrives() {
        let (socket, mut peer) = pair(LONG);
        assert!(socket.is_quiet());
        peer.write_all(b"x").unwrap();
        socket.stream.peek(&mut [0]).unwrap();
        assert!(!socket.is_quiet());
    }

    #[test]
    fn closed_socket_is_not_quiet() {
        let (socket, peer) = pair(LONG);
        drop(peer);
        socket.stream.peek(&mut [0]).unwrap();
        assert!(!socket.is_quiet());
    }

    #[test]
    fn read_waits_for_longer_than_one_step() {
        let (mut socket, mut peer) = pair(LONG);
        let server = thread::spawn(move || {
            thread::sleep(STEP + Duration::from_millis(200));
            peer.write_all(b"x").map(|()| peer)
        });
        assert_eq!(socket.read(&mut [0]).unwrap(), 1);
        assert_eq!(socket.reads.current, Some(STEP));
        server.join().unwrap().unwrap();
    }

    #[test]
    fn slow_reader_does_not_delay_a_write_beyond_the_deadline() {
        let (mut socket, mut peer) = pair(Duration::from_millis(200));
        let start = Instant::now();
        thread::spawn(move || {
            let mut piece = vec![0; 16 * 1024];
            while peer.read(&mut piece).is_ok_and(|amount| amount > 0) {
                thread::sleep(Duration::from_millis(10));
            }
        });
        let error = loop {
            if let Err(error) = socket.write_all(&[0; 8 * 1024]) {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(socket.is_overdue());
        assert!(start.elapsed() < LONG);
    }

    const LONG: Duration = Duration::from_secs(20);
}
