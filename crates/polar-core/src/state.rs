//! State shared by the async and blocking clients.

use std::{
    sync::{Arc, atomic::AtomicU64, atomic::Ordering},
    time::Instant,
};

use polar_types::CustomerSessionToken;

use crate::{
    Config, Error, Operation,
    call::{Call, Finished, Random, RetryBudget, Step},
    request::PreparedRequest,
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

    #[expect(
        clippy::needless_pass_by_value,
        reason = "keeping the operation would bind the client's future to its type"
    )]
    pub(crate) fn begin<O: Operation>(
        &self,
        operation: O,
        session: Option<&CustomerSessionToken>,
        now: Instant,
    ) -> Step {
        match PreparedRequest::new(&operation, &self.config, session) {
            Err(invalid) => Step::Done(Err(Error::invalid(O::SPEC.name, invalid))),
            Ok(prepared) => {
                let limits = self.config.limits(prepared.spec.idempotency);
                let number = self.calls.fetch_add(1, Ordering::Relaxed);
                Call::begin(
                    number,
                    prepared,
                    limits,
                    self.config.observer.clone(),
                    Arc::clone(&self.budget),
                    self.random(number),
                    now,
                )
            }
        }
    }

    fn random(&self, number: u64) -> Random {
        match self.config.jitter_seed {
            None => Random::new(),
            Some(seed) => Random::with_seed(seed.wrapping_add(number)),
        }
    }
}

/// Decodes the response of a successful call.
pub(crate) fn finish<O: Operation>(result: Result<Finished, Error>) -> Result<O::Output, Error> {
    let Finished { response, history } = result?;
    O::decode(&response).map_err(|error| Error::undecodable(&history, error, response))
}
