use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    ops::ControlFlow,
    time::{Duration, Instant},
};

use socket2::SockRef;

use super::{Act, received, shared::Shared};

/// One connection, while its acts are played.
pub(super) struct Connection<'a> {
    stream: TcpStream,
    number: usize,
    shared: &'a Shared,
    ends: Instant,
    /// How many whole requests the acts have taken note of.
    read: usize,
}

/// `Break` when no further act can be played.
type Flow = ControlFlow<()>;

impl<'a> Connection<'a> {
    pub(super) fn new(
        stream: TcpStream,
        number: usize,
        shared: &'a Shared,
        bound: Duration,
    ) -> io::Result<Self> {
        // On some systems a connection inherits this from its listener.
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TICK))?;
        stream.set_write_timeout(Some(TICK))?;
        Ok(Self {
            stream,
            number,
            shared,
            ends: Instant::now() + bound,
            read: 0,
        })
    }

    pub(super) fn play(mut self, acts: &[Act]) {
        if acts
            .iter()
            .try_for_each(|act| self.perform(act))
            .is_continue()
        {
            let _ = self.close();
        }
        self.take_the_rest();
    }

    fn perform(&mut self, act: &Act) -> Flow {
        match act {
            Act::Read => self.read_request(),
            Act::ReadBytes(count) => self.read_bytes(*count),
            Act::Write(bytes) => self.write(bytes),
            Act::Drip(bytes, pause) => bytes.chunks(1).try_for_each(|byte| {
                self.pause(*pause)?;
                self.write(byte)
            }),
            Act::Pour(bytes) => loop {
                self.write(bytes)?;
            },
            Act::Pause(duration) => self.pause(*duration),
            Act::Hold => loop {
                self.pause(TICK)?;
            },
            Act::Close => self.close(),
            Act::Reset => self.reset(),
        }
    }

    fn read_request(&mut self) -> Flow {
        self.read += 1;
        while self.shared.look(self.number, received::whole) < self.read {
            self.read_some(PIECE)?;
        }
        Flow::Continue(())
    }

    fn read_bytes(&mut self, mut count: usize) -> Flow {
        while count > 0 {
            count -= self.read_some(count)?;
        }
        Flow::Continue(())
    }

    /// Waits for at least one byte, and takes at most `limit`.
    fn read_some(&mut self, limit: usize) -> ControlFlow<(), usize> {
        let mut buffer = vec![0; limit.min(PIECE)];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return ControlFlow::Break(()),
                Ok(count) => {
                    self.record(&buffer, count);
                    return ControlFlow::Continue(count);
                }
                Err(error) => self.again(&error)?,
            }
        }
    }

    fn write(&mut self, mut bytes: &[u8]) -> Flow {
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(0) => return Flow::Break(()),
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(error) => self.again(&error)?,
            }
        }
        self.in_time()
    }

    fn pause(&self, duration: Duration) -> Flow {
        let left = self.ends.saturating_duration_since(Instant::now());
        if self.shared.wait(duration.min(left)) {
            return Flow::Break(());
        }
        self.in_time()
    }

    fn close(&mut self) -> Flow {
        let _ = self.stream.shutdown(Shutdown::Write);
        self.shared.end(self.number);
        loop {
            self.read_some(PIECE)?;
        }
    }

    fn reset(&mut self) -> Flow {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        Flow::Break(())
    }

    /// Goes on after an error that only says that nothing happened for a while.
    fn again(&self, error: &io::Error) -> Flow {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut if !self.shared.wait(Duration::ZERO) => {
                self.in_time()
            }
            ErrorKind::Interrupted => Flow::Continue(()),
            _ => Flow::Break(()),
        }
    }

    fn in_time(&self) -> Flow {
        if Instant::now() < self.ends {
            Flow::Continue(())
        } else {
            Flow::Break(())
        }
    }

    /// Takes what has arrived and was not read, so that the log knows of it. A connection that is
    /// to be reset is left as it is.
    fn take_the_rest(&mut self) {
        let is_reset = matches!(SockRef::from(&self.stream).linger(), Ok(Some(_)));
        if is_reset || self.stream.set_nonblocking(true).is_err() {
            return;
        }
        let mut buffer = vec![0; PIECE];
        while let Ok(count @ 1..) = self.stream.read(&mut buffer) {
            self.record(&buffer, count);
        }
    }

    fn record(&self, buffer: &[u8], count: usize) {
        let piece = buffer.get(..count).unwrap_or_default();
        self.shared.record(self.number, piece);
    }
}

/// How long a thread may take to notice that its server is to stop.
const TICK: Duration = Duration::from_millis(2);
const PIECE: usize = 64 * 1024;
