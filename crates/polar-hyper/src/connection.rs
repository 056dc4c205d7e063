use std::{error::Error as StdError, sync::Arc};

use http::{Request, Response, StatusCode};
use hyper::{
    body::Incoming as Body,
    client::conn::http1::{self, SendRequest},
    ext::on_informational,
};
use hyper_util::rt::TokioIo;
use polar_core::{TransportError, TransportErrorKind};

use crate::{
    body::Whole,
    connect::Line,
    error::{Reason, of_http},
    gate::{Gate, Gated},
    origin::Origin,
    socket::Probe,
};

/// An HTTP/1.1 connection, and what is known of the exchange it carries.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Whole>,
    gate: Arc<Gate>,
    probe: Probe,
    origin: Arc<Origin>,
    exchanges: u32,
}

impl Connection {
    /// Begins to speak HTTP on a line; the speaking goes on in a task of its own.
    pub(crate) async fn open(line: Line, origin: Origin) -> Result<Self, TransportError> {
        let gate = Arc::new(Gate::default());
        let io = TokioIo::new(Gated::new(line.stream, Arc::clone(&gate)));
        let (sender, connection) = http1::Builder::new()
            .max_header_size(HEAD)
            .handshake(io)
            .await
            .map_err(|error| {
                TransportError::not_sent(TransportErrorKind::Connect).with_source(error)
            })?;
        tokio::spawn(async move {
            // Whoever waits for an answer hears of the error from hyper; nobody else needs it.
            drop(connection.await);
        });
        Ok(Self {
            sender,
            gate,
            probe: line.probe,
            origin: Arc::new(origin),
            exchanges: 0,
        })
    }

    /// Where it leads.
    pub(crate) const fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    /// Waits until the next request can be sent. `false` means never.
    pub(crate) async fn is_ready(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    /// Whether it is open and silent, as an idle connection has to be.
    pub(crate) fn is_quiet(&self) -> bool {
        !self.sender.is_closed() && self.probe.is_quiet()
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn ask(
        &mut self,
        mut request: Request<Whole>,
    ) -> Result<Response<Body>, TransportError> {
        self.gate.open();
        self.exchanges = self.exchanges.saturating_add(1);
        let gate = Arc::clone(&self.gate);
        on_informational(&mut request, move |_| gate.count_interim());
        let answer = match self.sender.send_request(request).await {
            _ if self.gate.is_flooded() => {
                return Err(self.failed(TransportErrorKind::Malformed, Reason::Interim));
            }
            Err(error) => return Err(self.failed(of_http(&error), error)),
            Ok(answer) => answer,
        };
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(self.failed(TransportErrorKind::Malformed, Reason::Upgrade));
        }
        Ok(answer)
    }

    /// The error of an exchange whose time ran out before the head of an answer.
    pub(crate) fn timed_out(&self) -> TransportError {
        self.judge(TransportErrorKind::Timeout)
    }

    fn failed(
        &self,
        fault: TransportErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> TransportError {
        self.judge(fault).with_source(source)
    }

    fn judge(&self, fault: TransportErrorKind) -> TransportError {
        let error = if self.gate.shut() {
            TransportError::not_sent(fault)
        } else {
            TransportError::unknown(fault)
        };
        if fault == TransportErrorKind::Interrupted && self.exchanges > 1 && !self.gate.heard() {
            error.on_reused_connection()
        } else {
            error
        }
    }
}

/// The longest head of an answer, in bytes. It may have a hundred fields: for more than its default
/// hyper would allocate room with every answer.
const HEAD: usize = 64 * 1024;
