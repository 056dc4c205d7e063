use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Identity, RateLimiter, TOKEN_MEMORY, Window, Zone};
use crate::{clock::SeedTime, token::Secret};

/// The counts of the rate limits, as a seed has them.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateCounts {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    windows: Vec<Count>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    blocked: Vec<Block>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<Acceptance>,
}

impl RateCounts {
    pub(crate) const fn is_empty(&self) -> bool {
        self.windows.is_empty() && self.blocked.is_empty() && self.accepted.is_empty()
    }
}

impl RateLimiter {
    /// Returns the counts that still apply at this time.
    pub(crate) fn counts(&self, now: OffsetDateTime) -> RateCounts {
        let windows = self.windows.iter().filter(|(_, window)| now < window.ends);
        let blocked = self.blocked.iter().filter(|(_, end)| now < **end);
        let accepted = self.accepted.iter();
        RateCounts {
            windows: windows
                .map(|((caller, zone), window)| Count {
                    caller: caller.clone(),
                    zone: *zone,
                    calls: window.calls,
                    ends_at: SeedTime(window.ends),
                })
                .collect(),
            blocked: blocked
                .map(|(caller, end)| Block {
                    caller: caller.clone(),
                    ends_at: SeedTime(*end),
                })
                .collect(),
            accepted: accepted
                .filter(|(_, (_, last))| now < *last + TOKEN_MEMORY)
                .map(|(token, (caller, last))| Acceptance {
                    token: token.clone(),
                    caller: caller.clone(),
                    last_at: SeedTime(*last),
                })
                .collect(),
        }
    }

    /// Restores the counts.
    pub(crate) fn resume(&mut self, counts: &RateCounts) {
        let windows = counts.windows.iter().map(|count| {
            let window = Window {
                ends: count.ends_at.0,
                calls: count.calls,
            };
            ((count.caller.clone(), count.zone), window)
        });
        let blocked = counts.blocked.iter();
        let accepted = counts.accepted.iter();
        self.windows = windows.collect();
        self.blocked = blocked
            .map(|block| (block.caller.clone(), block.ends_at.0))
            .collect();
        self.accepted = accepted
            .map(|entry| {
                let last = (entry.caller.clone(), entry.last_at.0);
                (entry.token.clone(), last)
            })
            .collect();
    }
}

/// The calls of one caller in a window that has not ended.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    caller: Identity,
    zone: Zone,
    calls: u32,
    ends_at: SeedTime,
}

/// A caller that is blocked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    caller: Identity,
    ends_at: SeedTime,
}

/// A token that was accepted.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    token: Secret,
    caller: Identity,
    last_at: SeedTime,
}
