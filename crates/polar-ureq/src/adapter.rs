//! What ureq calls instead of its own connector, resolver and transport.
//!
//! ureq's own do not report whether the operating system accepted a byte of the request, give all
//! of the time to the first address that does not respond, and read the system's certificates for
//! each connection.

use std::{
    io::{self, ErrorKind, Read, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use http::Uri;
use polar_net::{Origin, Reason};
use ureq::{
    Agent,
    config::{AutoHeaderValue, Config},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{self, Buffers as _, ConnectionDetails, NextTimeout, Transport},
    },
};

use crate::{
    buffers::{Buffers, INPUT, OUTPUT},
    connect::Connector,
    error::into_ureq,
    progress::{End, Progress},
    stream::Stream,
};

/// Returns an agent for one connection to an origin.
pub(crate) fn agent(
    connector: &Arc<Connector>,
    origin: &Arc<Origin>,
    progress: &Arc<Progress>,
) -> Agent {
    let config = Agent::config_builder()
        // One exchange, and any status is a response.
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        // Nothing in the request that the attempt does not have.
        .user_agent(AutoHeaderValue::None)
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        // The connector has its own.
        .proxy(None)
        .max_response_header_size(INPUT)
        .input_buffer_size(INPUT)
        .output_buffer_size(OUTPUT)
        // The pool has the limits.
        .max_idle_age(Duration::MAX)
        .max_idle_connections(1)
        .max_idle_connections_per_host(1)
        .build();
    let opener = Opener {
        connector: Arc::clone(connector),
        origin: Arc::clone(origin),
        progress: Arc::clone(progress),
    };
    Agent::with_parts(config, opener, NoLookup)
}

/// Opens the connection of an agent.
#[derive(Debug)]
struct Opener {
    connector: Arc<Connector>,
    origin: Arc<Origin>,
    progress: Arc<Progress>,
}

impl transport::Connector for Opener {
    type Out = BufferedStream;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<BufferedStream>, ureq::Error> {
        let deadline = Instant::now()
            .checked_add(*details.timeout.after)
            .ok_or_else(|| into_ureq(Reason::ConnectTimeout))?;
        let stream = self
            .connector
            .connect(&self.origin, deadline, &self.progress)
            // What was sent to open a connection was not the request.
            .inspect_err(|_| self.progress.begin())
            .map_err(into_ureq)?;
        self.progress.opened();
        Ok(Some(BufferedStream {
            stream,
            buffers: Buffers::new(),
            progress: Arc::clone(&self.progress),
        }))
    }
}

/// Looks up no name.
///
/// ureq asks before it looks for an idle connection, so that every exchange would cost a lookup.
/// The [`Connector`] looks up the name when it opens a connection.
#[derive(Debug)]
struct NoLookup;

impl Resolver for NoLookup {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// A stream as ureq uses it.
#[derive(Debug)]
struct BufferedStream {
    stream: Stream,
    buffers: Buffers,
    progress: Arc<Progress>,
}

impl BufferedStream {
    fn set_deadline(&mut self, timeout: NextTimeout) {
        if let Some(deadline) = Instant::now().checked_add(*timeout.after) {
            self.stream.socket().set_deadline(deadline);
        }
    }

    /// Writes the pending output.
    fn send(&mut self, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.set_deadline(timeout);
        // With TLS, an error of the socket is reported by the flush.
        self.stream
            .write_all(self.buffers.pending())
            .and_then(|()| self.stream.flush())
            .map_err(|error| self.explain(error, timeout))?;
        self.buffers.sent();
        Ok(())
    }

    /// Distinguishes the timeout of the attempt from other errors.
    fn explain(&mut self, error: io::Error, timeout: NextTimeout) -> ureq::Error {
        if error.kind() == ErrorKind::TimedOut && self.stream.socket().is_overdue() {
            ureq::Error::Timeout(timeout.reason)
        } else {
            error.into()
        }
    }
}

impl Transport for BufferedStream {
    fn buffers(&mut self) -> &mut dyn transport::Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.buffers.post(amount);
        if self.buffers.pending().len() < OUTPUT {
            return Ok(());
        }
        self.send(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        if self.buffers.is_flooded() {
            return Err(into_ureq(Reason::TooManyInterim));
        }
        if !self.buffers.pending().is_empty() {
            self.send(timeout)?;
        }
        self.set_deadline(timeout);
        let is_head = self.buffers.is_expecting();
        let room = self.buffers.input_append_buf();
        if room.is_empty() {
            return Err(into_ureq(if is_head {
                Reason::HeadTooLong
            } else {
                Reason::ChunkLineTooLong
            }));
        }
        match self.stream.read(room) {
            Ok(0) => {
                self.progress.ended(End::Closed);
                Ok(false)
            }
            Ok(count) => {
                self.progress.heard();
                self.buffers.input_appended(count);
                Ok(true)
            }
            Err(error) => {
                self.progress.ended(End::Broken);
                Err(self.explain(error, timeout))
            }
        }
    }

    fn is_open(&mut self) -> bool {
        self.stream.is_quiet()
    }

    fn is_tls(&self) -> bool {
        self.stream.is_secure()
    }
}

impl Drop for BufferedStream {
    fn drop(&mut self) {
        self.progress.dropped();
    }
}
