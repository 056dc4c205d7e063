use std::{
    io::{self, ErrorKind, IoSlice, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use crate::progress;

/// A TCP stream on which nothing takes longer than a deadline, however slowly bytes trickle.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    deadline: Instant,
    reads: Patience,
    writes: Patience,
}

impl Socket {
    pub(crate) fn connect(
        address: SocketAddr,
        limit: Duration,
        deadline: Instant,
    ) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, limit)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            deadline,
            reads: Patience::new(TcpStream::set_read_timeout),
            writes: Patience::new(TcpStream::set_write_timeout),
        })
    }

    pub(crate) const fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    pub(crate) fn is_overdue(&self) -> bool {
        self.deadline <= Instant::now()
    }

    /// Whether the other side has neither closed the stream nor sent anything: nothing is due on a
    /// connection at rest, and whatever came would be taken for the answer to the next request.
    pub(crate) fn is_at_rest(&self) -> bool {
        let quiet = self.stream.set_nonblocking(true).is_ok()
            && matches!(self.stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
        self.stream.set_nonblocking(false).is_ok() && quiet
    }

    fn put(&mut self, write: impl Fn(&TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        self.writes.within(self.deadline, &self.stream, |stream| {
            let taken = write(stream)?;
            if taken > 0 {
                progress::sent();
            }
            Ok(taken)
        })
    }
}

/// How long the system waits for one read, or one write.
#[derive(Debug)]
struct Patience {
    set: fn(&TcpStream, Option<Duration>) -> io::Result<()>,
    current: Option<Duration>,
}

impl Patience {
    const fn new(set: fn(&TcpStream, Option<Duration>) -> io::Result<()>) -> Self {
        Self { set, current: None }
    }

    /// Does one thing, again while it is only disturbed, until the deadline.
    ///
    /// While the deadline is far the system waits for one step at a time. So it need not be told
    /// anew with each thing to do, which is a call of its own.
    fn within(
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
                    // macOS says this when the peer has closed; what it sent can still be read.
                    Err(error) if error.kind() != ErrorKind::InvalidInput => return Err(error),
                    _ => self.current = wanted,
                }
            }
            match act(stream) {
                Err(error) if is_disturbed(error.kind()) => {}
                done => return done,
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads
            .within(self.deadline, &self.stream, |mut stream| {
                stream.read(buffer)
            })
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(|mut stream| stream.write(bytes))
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.put(|mut stream| stream.write_vectored(pieces))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether it can go on after this, such as the end of a step.
fn is_disturbed(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Interrupted | ErrorKind::WouldBlock => true,
        // Elsewhere the other machine is gone.
        ErrorKind::TimedOut => cfg!(windows),
        _ => false,
    }
}

const STEP: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// Both ends of a connection, with this much time left.
    fn pair(left: Duration) -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let socket = Socket::connect(address, LONG, Instant::now() + left).unwrap();
        (socket, listener.accept().unwrap().0)
    }

    #[test]
    fn what_the_system_takes_counts_as_sent() {
        let (mut socket, _peer) = pair(LONG);
        progress::begin();
        assert_eq!(socket.write(b"x").unwrap(), 1);
        assert!(progress::current().sent);
    }

    #[test]
    fn what_a_dead_connection_refuses_does_not() {
        let (mut socket, peer) = pair(LONG);
        socket
            .write_all(b"left unread, which makes the close a reset")
            .unwrap();
        peer.peek(&mut [0]).unwrap();
        drop(peer);
        assert!(!matches!(socket.read(&mut [0]), Ok(1..)));
        progress::begin();
        socket.write_all(b"a request").unwrap_err();
        assert!(!progress::current().sent);
    }

    #[test]
    fn a_connection_is_at_rest_while_nothing_comes() {
        let (socket, mut peer) = pair(LONG);
        assert!(socket.is_at_rest());
        peer.write_all(b"x").unwrap();
        socket.stream.peek(&mut [0]).unwrap();
        assert!(!socket.is_at_rest());
    }

    #[test]
    fn a_connection_that_was_closed_is_not_at_rest() {
        let (socket, peer) = pair(LONG);
        drop(peer);
        socket.stream.peek(&mut [0]).unwrap();
        assert!(!socket.is_at_rest());
    }

    #[test]
    fn an_answer_that_takes_several_steps_is_waited_for() {
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
    fn a_reader_that_does_not_read_cannot_outlast_the_deadline() {
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
