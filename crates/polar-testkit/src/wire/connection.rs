use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    ops::ControlFlow,
    time::{Duration, Instant},
};

use socket2::SockRef;

use super::{Action, log, shared::Shared};

/// A connection and the state of its actions.
pub(super) struct Connection<'a> {
    stream: TcpStream,
    number: usize,
    shared: &'a Shared,
    deadline: Instant,
    /// How many complete requests the actions have read.
    requests_read: usize,
}

/// `Break` when no further action can be carried out.
type Flow = ControlFlow<()>;

impl<'a> Connection<'a> {
    pub(super) fn new(
        stream: TcpStream,
        number: usize,
        shared: &'a Shared,
        limit: Duration,
    ) -> io::Result<Self> {
        // On some systems the stream inherits non-blocking mode from its listener.
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TICK))?;
        stream.set_write_timeout(Some(TICK))?;
        Ok(Self {
            stream,
            number,
            shared,
            deadline: Instant::now() + limit,
            requests_read: 0,
        })
    }

    pub(super) fn run(mut self, actions: &[Action]) {
        if actions
            .iter()
            .try_for_each(|action| self.perform(action))
            .is_continue()
        {
            let _ = self.close();
        }
        self.record_unread();
    }

    fn perform(&mut self, action: &Action) -> Flow {
        match action {
            Action::Read => self.read_request(),
            Action::ReadBytes(count) => self.read_bytes(*count),
            Action::Write(bytes) => self.write(bytes),
            Action::WriteSlowly(bytes, pause) => bytes.chunks(1).try_for_each(|byte| {
                self.sleep(*pause)?;
                self.write(byte)
            }),
            Action::WriteForever(bytes) => loop {
                self.write(bytes)?;
            },
            Action::Sleep(duration) => self.sleep(*duration),
            Action::KeepOpen => loop {
                self.sleep(TICK)?;
            },
            Action::Close => self.close(),
            Action::Reset => self.reset(),
        }
    }

    fn read_request(&mut self) -> Flow {
        self.requests_read += 1;
        while self.shared.with_record(self.number, log::count_complete) < self.requests_read {
            self.read_some(BUFFER_SIZE)?;
        }
        Flow::Continue(())
    }

    fn read_bytes(&mut self, mut count: usize) -> Flow {
        while count > 0 {
            count -= self.read_some(count)?;
        }
        Flow::Continue(())
    }

    /// Reads at least one and at most `limit` bytes.
    fn read_some(&mut self, limit: usize) -> ControlFlow<(), usize> {
        let mut buffer = vec![0; limit.min(BUFFER_SIZE)];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return ControlFlow::Break(()),
                Ok(count) => {
                    self.record(&buffer, count);
                    return ControlFlow::Continue(count);
                }
                Err(error) => self.retry_after(&error)?,
            }
        }
    }

    fn write(&mut self, mut bytes: &[u8]) -> Flow {
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(0) => return Flow::Break(()),
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(error) => self.retry_after(&error)?,
            }
        }
        self.check_deadline()
    }

    fn sleep(&self, duration: Duration) -> Flow {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if self.shared.wait(duration.min(left)) {
            return Flow::Break(());
        }
        self.check_deadline()
    }

    fn close(&mut self) -> Flow {
        let _ = self.stream.shutdown(Shutdown::Write);
        self.shared.mark_closed(self.number);
        loop {
            self.read_some(BUFFER_SIZE)?;
        }
    }

    fn reset(&mut self) -> Flow {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        Flow::Break(())
    }

    /// Continues after an error that only reports that nothing happened within a tick.
    fn retry_after(&self, error: &io::Error) -> Flow {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut if !self.shared.wait(Duration::ZERO) => {
                self.check_deadline()
            }
            ErrorKind::Interrupted => Flow::Continue(()),
            _ => Flow::Break(()),
        }
    }

    fn check_deadline(&self) -> Flow {
        if Instant::now() < self.deadline {
            Flow::Continue(())
        } else {
            Flow::Break(())
        }
    }

    /// Records what has arrived but was not read. A connection that is about to be reset is
    /// skipped.
    fn record_unread(&mut self) {
        let is_reset = matches!(SockRef::from(&self.stream).linger(), Ok(Some(_)));
        if is_reset || self.stream.set_nonblocking(true).is_err() {
            return;
        }
        let mut buffer = vec![0; BUFFER_SIZE];
        while let Ok(count @ 1..) = self.stream.read(&mut buffer) {
            self.record(&buffer, count);
        }
    }

    fn record(&self, buffer: &[u8], count: usize) {
        let piece = buffer.get(..count).unwrap_or_default();
        self.shared.record(self.number, piece);
    }
}

/// How long a thread may take to notice that its server stops.
const TICK: Duration = Duration::from_millis(2);
const BUFFER_SIZE: usize = 64 * 1024;
