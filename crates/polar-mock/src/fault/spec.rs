use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{FaultPlan, InjectedFault, whole_seconds};

/// An injected fault as JSON, in a request or in a seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultSpec {
    fault: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}

impl FaultSpec {
    /// The form of the JSON, for error messages.
    pub(crate) const FORM: &str = "a fault is {\"fault\": F, \"next\": N} or {\"fault\": F, \
        \"one_in\": N, \"seed\"?: S}, with \"seconds\"?: S, whole seconds if F is rate_limited, and \
        F one of rate_limited, unavailable, delayed, request_lost, answer_lost, answer_cut";

    pub(super) fn next(fault: InjectedFault, count: u64) -> Self {
        Self {
            next: Some(count),
            ..Self::of(fault)
        }
    }

    pub(super) fn one_in(fault: InjectedFault, one_in: u64, seed: u64) -> Self {
        Self {
            one_in: Some(one_in),
            seed: Some(seed),
            ..Self::of(fault)
        }
    }

    fn of(fault: InjectedFault) -> Self {
        let (fault, seconds) = match fault {
            InjectedFault::RateLimited { retry_after } => {
                (Kind::RateLimited, Some(whole_seconds(retry_after).into()))
            }
            InjectedFault::Delayed(delay) => (Kind::Delayed, number(delay)),
            InjectedFault::Unavailable => (Kind::Unavailable, None),
            InjectedFault::RequestLost => (Kind::RequestLost, None),
            InjectedFault::ResponseLost => (Kind::ResponseLost, None),
            InjectedFault::ResponseCut => (Kind::ResponseCut, None),
        };
        Self {
            fault,
            seconds,
            next: None,
            one_in: None,
            seed: None,
        }
    }

    fn fault(&self) -> Option<InjectedFault> {
        let seconds = self.seconds.as_ref();
        Some(match self.fault {
            Kind::RateLimited => InjectedFault::RateLimited {
                retry_after: match seconds {
                    Some(seconds) => Duration::from_secs(seconds.as_u64()?),
                    None => RETRY_AFTER,
                },
            },
            Kind::Delayed => InjectedFault::Delayed(match seconds {
                Some(seconds) => duration(seconds)?,
                None => DELAY,
            }),
            Kind::Unavailable => InjectedFault::Unavailable,
            Kind::RequestLost => InjectedFault::RequestLost,
            Kind::ResponseLost => InjectedFault::ResponseLost,
            Kind::ResponseCut => InjectedFault::ResponseCut,
        })
    }
}

impl FaultPlan {
    /// Adds the faults of a spec.
    pub(crate) fn apply(&mut self, spec: &FaultSpec) -> Result<(), &'static str> {
        let fault = spec.fault().ok_or(FaultSpec::FORM)?;
        match (spec.next, spec.one_in, spec.seed) {
            (Some(count), None, None) => self.add(count, fault),
            (None, Some(one_in @ 1..), seed) => {
                self.add_one_in(one_in, seed.unwrap_or_default(), fault);
            }
            _ => return Err(FaultSpec::FORM),
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    RateLimited,
    Unavailable,
    Delayed,
    RequestLost,
    #[serde(rename = "answer_lost")]
    ResponseLost,
    #[serde(rename = "answer_cut")]
    ResponseCut,
}

fn number(delay: Duration) -> Option<Number> {
    if delay.subsec_nanos() == 0 {
        return Some(delay.as_secs().into());
    }
    Number::from_f64(delay.as_secs_f64())
}

fn duration(seconds: &Number) -> Option<Duration> {
    match seconds.as_u64() {
        Some(seconds) => Some(Duration::from_secs(seconds)),
        None => Duration::try_from_secs_f64(seconds.as_f64()?).ok(),
    }
}

/// The duration that Polar sends (observed).
const RETRY_AFTER: Duration = Duration::from_secs(60);
const DELAY: Duration = Duration::from_secs(1);
