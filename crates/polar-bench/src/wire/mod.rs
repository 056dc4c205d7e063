//! Claims over real connections, with each transport and its baseline.

mod over_hyper;
mod over_ureq;
mod server;

use std::time::{Duration, Instant};

use tokio::runtime;

pub use self::server::{Server, serve};
use self::{over_hyper::OverHyper, over_ureq::OverUreq};
use crate::{BoxError, CpuTime};

/// A client that makes claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// `polar-hyper`.
    Hyper,
    /// The client of hyper-util with the same pool, and a handwritten request.
    HyperByHand,
    /// `polar-ureq`.
    Ureq,
    /// A ureq agent with the same pool, and a handwritten request.
    UreqByHand,
}

/// The cost of a number of claims.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// The elapsed time.
    pub elapsed: Duration,
    /// The CPU time of the client.
    pub cpu_time: CpuTime,
}

impl Client {
    /// The clients of the SDK, each with its baseline.
    pub const PAIRS: [[Self; 2]; 2] = [
        [Self::Hyper, Self::HyperByHand],
        [Self::Ureq, Self::UreqByHand],
    ];

    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hyper => "polar-hyper",
            Self::HyperByHand => "hyper by hand",
            Self::Ureq => "polar-ureq",
            Self::UreqByHand => "ureq by hand",
        }
    }

    /// Returns the client with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let mut all = Self::PAIRS.into_iter().flatten();
        all.find(|client| client.name() == name)
    }

    /// Makes this number of claims with this concurrency, after one claim on each connection that is
    /// not measured.
    ///
    /// # Errors
    ///
    /// Returns an error if a claim fails.
    pub fn claim(self, base: &str, concurrency: usize, claims: usize) -> Result<Run, BoxError> {
        match self {
            Self::Hyper => over_hyper(OverHyper::sdk, base, concurrency, claims),
            Self::HyperByHand => over_hyper(OverHyper::by_hand, base, concurrency, claims),
            Self::Ureq => over_ureq(&OverUreq::sdk(base)?, concurrency, claims),
            Self::UreqByHand => over_ureq(&OverUreq::by_hand(base), concurrency, claims),
        }
    }
}

fn over_hyper(
    client: fn(&str) -> Result<OverHyper, BoxError>,
    base: &str,
    concurrency: usize,
    claims: usize,
) -> Result<Run, BoxError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = runtime.block_on(async { client(base) })?;
    runtime.block_on(client.claim_all(concurrency, concurrency))?;
    measured(|| runtime.block_on(client.claim_all(concurrency, claims)))
}

fn over_ureq(client: &OverUreq, concurrency: usize, claims: usize) -> Result<Run, BoxError> {
    client.claim_all(concurrency, concurrency)?;
    measured(|| client.claim_all(concurrency, claims))
}

fn measured(run: impl FnOnce() -> Result<(), BoxError>) -> Result<Run, BoxError> {
    let (start, before) = (Instant::now(), CpuTime::of_this_process()?);
    run()?;
    Ok(Run {
        elapsed: start.elapsed(),
        cpu_time: CpuTime::of_this_process()? - before,
    })
}
