use std::{
    io::{self, ErrorKind, Read, Write},
    time::Instant,
};

use polar_core::TransportErrorKind;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use crate::{
    buffers::{Mailbox, OUTPUT},
    error::Failure,
    pool::Deaths,
    progress::{self, End},
    wire::Wire,
};

/// A connection as ureq uses it.
#[derive(Debug)]
pub(crate) struct Line {
    wire: Wire,
    mailbox: Mailbox,
    deaths: Deaths,
    /// How many there were when it was last heard of.
    deaths_then: usize,
}

impl Line {
    pub(crate) fn new(wire: Wire, deaths: Deaths) -> Self {
        Self {
            wire,
            mailbox: Mailbox::new(),
            deaths_then: deaths.count(),
            deaths,
        }
    }

    fn limit(&mut self, timeout: NextTimeout) {
        if let Some(deadline) = Instant::now().checked_add(*timeout.after) {
            self.wire.socket().set_deadline(deadline);
        }
    }

    /// Sends what was kept to be sent.
    fn send(&mut self, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.limit(timeout);
        // TLS keeps an error of the socket to itself until it is flushed.
        self.wire
            .write_all(self.mailbox.outgoing())
            .and_then(|()| self.wire.flush())
            .map_err(|error| self.explain(error, timeout))?;
        self.mailbox.sent();
        Ok(())
    }

    /// Something is longer than the room for it, 64 KiB.
    fn overflow(&self) -> Failure {
        if self.mailbox.is_expecting() {
            Failure::new(
                TransportErrorKind::TooLarge,
                "the head of the answer is longer than 64 KiB",
            )
        } else {
            let what = "a line between the chunks of the answer is longer than 64 KiB";
            Failure::new(TransportErrorKind::Malformed, what)
        }
    }

    /// Tells the end of the time from all other ends.
    fn explain(&mut self, error: io::Error, timeout: NextTimeout) -> ureq::Error {
        if error.kind() == ErrorKind::TimedOut && self.wire.socket().is_overdue() {
            ureq::Error::Timeout(timeout.reason)
        } else {
            error.into()
        }
    }
}

impl Transport for Line {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.mailbox
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.mailbox.post(amount);
        if self.mailbox.outgoing().len() < OUTPUT {
            return Ok(());
        }
        self.send(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        if self.mailbox.is_flooded() {
            let what = "more than 16 interim answers came before the answer";
            return Err(Failure::new(TransportErrorKind::Malformed, what).into());
        }
        if !self.mailbox.outgoing().is_empty() {
            self.send(timeout)?;
        }
        self.limit(timeout);
        let room = self.mailbox.input_append_buf();
        if room.is_empty() {
            return Err(self.overflow().into());
        }
        match self.wire.read(room) {
            Ok(0) => {
                progress::ended(End::Closed);
                Ok(false)
            }
            Ok(amount) => {
                progress::answered();
                self.deaths_then = self.deaths.count();
                self.mailbox.input_appended(amount);
                Ok(true)
            }
            Err(error) => {
                progress::ended(End::Broken);
                Err(self.explain(error, timeout))
            }
        }
    }

    fn is_open(&mut self) -> bool {
        !self.mailbox.has_erred()
            && self.deaths_then == self.deaths.count()
            && self.wire.is_at_rest()
    }

    fn is_tls(&self) -> bool {
        self.wire.is_secure()
    }
}
