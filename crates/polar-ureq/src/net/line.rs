use std::{
    io::{self, ErrorKind, Read, Write},
    time::Instant,
};

use polar_core::Fault;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use super::{inbox::Inbox, wire::Wire};
use crate::{
    failure::Failure,
    progress::{self, End},
};

/// A connection as ureq uses it.
#[derive(Debug)]
pub(crate) struct Line {
    wire: Wire,
    inbox: Inbox,
}

impl Line {
    pub(super) fn new(wire: Wire) -> Self {
        Self {
            wire,
            inbox: Inbox::new(),
        }
    }

    fn limit(&mut self, timeout: NextTimeout) {
        if let Some(deadline) = Instant::now().checked_add(*timeout.after) {
            self.wire.socket().set_deadline(deadline);
        }
    }

    /// Something is longer than the room for it, 64 KiB.
    fn overflow(&self) -> Failure {
        if self.inbox.is_expecting() {
            Failure::new(
                Fault::TooLarge,
                "the head of the answer is longer than 64 KiB",
            )
        } else {
            let what = "a line between the chunks of the answer is longer than 64 KiB";
            Failure::new(Fault::Malformed, what)
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
        &mut self.inbox
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.limit(timeout);
        self.inbox.expect_answer();
        let output = self.inbox.output().get(..amount).unwrap_or_default();
        // TLS keeps an error of the socket to itself until it is flushed.
        self.wire
            .write_all(output)
            .and_then(|()| self.wire.flush())
            .map_err(|error| self.explain(error, timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        if self.inbox.is_flooded() {
            let what = "more than 16 interim answers came before the answer";
            return Err(Failure::new(Fault::Malformed, what).into());
        }
        self.limit(timeout);
        let room = self.inbox.input_append_buf();
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
                self.inbox.input_appended(amount);
                Ok(true)
            }
            Err(error) => {
                progress::ended(End::Broken);
                Err(self.explain(error, timeout))
            }
        }
    }

    fn is_open(&mut self) -> bool {
        !self.inbox.has_erred() && self.wire.is_at_rest()
    }

    fn is_tls(&self) -> bool {
        self.wire.is_secure()
    }
}
