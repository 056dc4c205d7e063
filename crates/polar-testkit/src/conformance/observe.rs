use std::time::{Duration, Instant};

use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};

/// What a transport made of the exchanges of one scenario.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) results: Vec<(Result<Response, TransportError>, Duration)>,
    /// How long each [`PAUSE`] took, as the transport's own clock tells it.
    pub(super) pauses: Vec<Duration>,
    /// The transport's `Debug` afterwards.
    pub(super) debug: String,
}

pub(super) fn blocking(transport: &impl BlockingTransport, attempts: Vec<Attempt>) -> Observed {
    let mut observed = Observed::default();
    for attempt in attempts {
        if !observed.results.is_empty() {
            let start = transport.now();
            transport.sleep(PAUSE);
            observed.pauses.push(transport.now() - start);
        }
        let start = Instant::now();
        let result = transport.send(attempt);
        observed.results.push((result, start.elapsed()));
    }
    observed.debug = format!("{transport:?} {transport:#?}");
    observed
}

pub(super) async fn asynchronous(transport: &impl Transport, attempts: Vec<Attempt>) -> Observed {
    let mut observed = Observed::default();
    for attempt in attempts {
        if !observed.results.is_empty() {
            let start = transport.now();
            transport.sleep(PAUSE).await;
            observed.pauses.push(transport.now() - start);
        }
        let start = Instant::now();
        let result = transport.send(attempt).await;
        observed.results.push((result, start.elapsed()));
    }
    observed.debug = format!("{transport:?} {transport:#?}");
    observed
}

/// Between two exchanges: time for an end or a reset to arrive, and for a runtime to put a
/// connection away.
pub(super) const PAUSE: Duration = Duration::from_millis(30);
