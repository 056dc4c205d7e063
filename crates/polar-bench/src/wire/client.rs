use std::time::{Duration, Instant};

use tokio::runtime;

use super::{over_hyper::OverHyper, over_ureq::OverUreq};
use crate::{Failure, Spent};

/// Who makes the claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// `polar-hyper`.
    Hyper,
    /// The client of hyper-util with the same pool, and a request written by hand.
    HyperByHand,
    /// `polar-ureq`.
    Ureq,
    /// An agent of ureq with the same pool, and a request written by hand.
    UreqByHand,
}

/// What a number of claims cost.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// How long they took.
    pub elapsed: Duration,
    /// What the processors spent on this side of them.
    pub spent: Spent,
}

impl Client {
    /// Those of the SDK, each with its baseline.
    pub const PAIRS: [[Self; 2]; 2] = [
        [Self::Hyper, Self::HyperByHand],
        [Self::Ureq, Self::UreqByHand],
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hyper => "polar-hyper",
            Self::HyperByHand => "hyper by hand",
            Self::Ureq => "polar-ureq",
            Self::UreqByHand => "ureq by hand",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let mut all = Self::PAIRS.into_iter().flatten();
        all.find(|client| client.name() == name)
    }

    /// Claims so often, so many at a time, after a first round that opens the connections: a claim
    /// each.
    ///
    /// # Errors
    ///
    /// When a claim fails.
    pub fn claim(self, base: &str, at_a_time: usize, claims: usize) -> Result<Run, Failure> {
        match self {
            Self::Hyper => over_hyper(OverHyper::sdk, base, at_a_time, claims),
            Self::HyperByHand => over_hyper(OverHyper::by_hand, base, at_a_time, claims),
            Self::Ureq => over_ureq(&OverUreq::sdk(base)?, at_a_time, claims),
            Self::UreqByHand => over_ureq(&OverUreq::by_hand(base), at_a_time, claims),
        }
    }
}

fn over_hyper(
    client: fn(&str) -> Result<OverHyper, Failure>,
    base: &str,
    at_a_time: usize,
    claims: usize,
) -> Result<Run, Failure> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = runtime.block_on(async { client(base) })?;
    runtime.block_on(client.claim_all(at_a_time, at_a_time))?;
    measured(|| runtime.block_on(client.claim_all(at_a_time, claims)))
}

fn over_ureq(client: &OverUreq, at_a_time: usize, claims: usize) -> Result<Run, Failure> {
    client.claim_all(at_a_time, at_a_time)?;
    measured(|| client.claim_all(at_a_time, claims))
}

fn measured(run: impl FnOnce() -> Result<(), Failure>) -> Result<Run, Failure> {
    let (start, before) = (Instant::now(), Spent::here()?);
    run()?;
    Ok(Run {
        elapsed: start.elapsed(),
        spent: Spent::here()? - before,
    })
}
