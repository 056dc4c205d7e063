//! What both clients are made of, but for the transport.

use std::{
    sync::{Arc, atomic::AtomicU64, atomic::Ordering},
    time::Instant,
};

use polar_types::CustomerSessionToken;

use crate::{
    Config, Error, Operation,
    call::{Call, Finished, Random, RetryBudget, Step},
    request::Prepared,
};

#[derive(Debug, Clone)]
pub(crate) struct ClientState {
    pub(crate) config: Arc<Config>,
    budget: Arc<RetryBudget>,
    /// The next call's number. It also seeds the call's jitter when the configuration has a seed.
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

    /// The same client with other settings: its retry budget and its count of calls stay shared.
    pub(crate) fn reconfigured(&self, change: impl FnOnce(Config) -> Config) -> Self {
        Self {
            config: Arc::new(change(Config::clone(&self.config))),
            ..self.clone()
        }
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "an operation that lived on would bind the client's future to its type"
    )]
    pub(crate) fn begin<O: Operation>(
        &self,
        operation: O,
        session: Option<&CustomerSessionToken>,
        now: Instant,
    ) -> Step {
        match Prepared::new(&operation, &self.config, session) {
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

/// Reads the answer of a call that came to its end.
pub(crate) fn finish<O: Operation>(answer: Result<Finished, Error>) -> Result<O::Output, Error> {
    let Finished { reply, history } = answer?;
    O::decode(&reply).map_err(|error| Error::undecodable(&history, error, reply))
}
