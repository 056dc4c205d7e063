//! State shared by the async and blocking clients.

use std::{
    sync::{Arc, atomic::AtomicU64, atomic::Ordering},
    time::Instant,
};

use http::StatusCode;
use polar_types::CustomerSessionToken;

use crate::{
    CallObserver, CallReport, CallStart, Config, Error, Operation,
    call::{Call, Finished, Random, RetryBudget, Step},
    request::{PreparedRequest, RequestParts},
};

/// The settings of a client, and what its clones share.
#[derive(Debug, Clone)]
pub(crate) struct ClientState {
    pub(crate) config: Arc<Config>,
    budget: Arc<RetryBudget>,
    /// The number of the next call. It also seeds the jitter of the call if the configuration has a
    /// seed.
    calls: Arc<AtomicU64>,
}

impl ClientState {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config: Arc::new(config),
            budget: Arc::default(),
            calls: Arc::default(),
        }
    }

    /// Returns the state with other settings. The retry budget and the call counter stay shared.
    pub(crate) fn reconfigured(&self, change: impl FnOnce(Config) -> Config) -> Self {
        Self {
            config: Arc::new(change(Config::clone(&self.config))),
            ..self.clone()
        }
    }

    pub(crate) fn begin(
        &self,
        parts: RequestParts,
        session: Option<&CustomerSessionToken>,
        now: Instant,
    ) -> (Step, Option<Arc<dyn CallObserver>>) {
        let name = parts.spec.name;
        match PreparedRequest::new(parts, &self.config, session) {
            Err(invalid) => {
                let error = Error::invalid(name, invalid);
                (Step::Done(Err(error)), None)
            }
            Ok(prepared) => {
                let limits = self.config.limits(prepared.spec.idempotency);
                let number = self.calls.fetch_add(1, Ordering::Relaxed);
                let observer = self.observe(number, &prepared);
                let step = Call::begin(
                    number,
                    prepared,
                    limits,
                    observer.clone(),
                    Arc::clone(&self.budget),
                    self.random(number),
                    now,
                );
                (step, observer)
            }
        }
    }

    fn observe(&self, number: u64, prepared: &PreparedRequest) -> Option<Arc<dyn CallObserver>> {
        let observer = self.config.observer.as_ref()?;
        let (server_address, server_port) = prepared.server();
        Some(observer.begin(&CallStart {
            operation: prepared.spec.name,
            method: &prepared.spec.method,
            route: &prepared.route,
            call: number,
            server_address,
            server_port,
        }))
    }

    fn random(&self, number: u64) -> Random {
        match self.config.jitter_seed {
            None => Random::new(),
            Some(seed) => Random::with_seed(seed.wrapping_add(number)),
        }
    }
}

/// Decodes the response of a successful call, and reports the end of the call.
pub(crate) fn finish<O: Operation>(
    result: Result<Finished, Error>,
    observer: Option<Arc<dyn CallObserver>>,
) -> Result<O::Output, Error> {
    let received = result.as_ref().ok();
    let received = received.map(|finished| (finished.history.attempts, finished.response.status()));
    let result = result.and_then(|Finished { response, history }| {
        O::decode(&response).map_err(|error| Error::undecodable(&history, error, response))
    });
    if let Some(observer) = observer {
        report_end(&*observer, received, result.as_ref().err());
    }
    result
}

/// `received` is the number of attempts and the status of a successful response.
fn report_end(
    observer: &dyn CallObserver,
    received: Option<(u32, StatusCode)>,
    error: Option<&Error>,
) {
    let (attempts, status) = match (received, error) {
        (Some((attempts, status)), _) => (attempts, Some(status)),
        (None, Some(error)) => (error.attempts(), error.status()),
        (None, None) => (0, None),
    };
    observer.end(&CallReport {
        attempts,
        status,
        error,
    });
}
