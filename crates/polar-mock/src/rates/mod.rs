//! Polar's rate limits, for worlds that ask for them.

mod counts;
mod identity;

use std::collections::BTreeMap;

pub(crate) use counts::RateCounts;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::{http::Caller, secret::Secret};
use identity::Identity;

/// Whose limits a mock holds. Without any it holds none.
///
/// They are fixed windows of a minute for each identity: all tokens of an organisation together,
/// each customer and member, each token that was not accepted in the last five minutes, and all
/// callers without a token together, for a mock knows no addresses. Failed calls count too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RateLimits {
    /// 500 calls a minute (observed).
    Production,
    /// 100 calls a minute.
    Sandbox,
}

impl RateLimits {
    const fn calls(self) -> u32 {
        match self {
            Self::Production => 500,
            Self::Sandbox => 100,
        }
    }
}

/// Counts calls.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    limits: Option<RateLimits>,
    windows: BTreeMap<(Identity, Zone), Window>,
    /// Until when an identity is shut out of everything.
    blocked: BTreeMap<Identity, OffsetDateTime>,
    /// Whom a token was accepted for, and when for the last time.
    accepted: BTreeMap<Secret, (Identity, OffsetDateTime)>,
    /// When what has ended is thrown away again.
    sweep_at: Option<OffsetDateTime>,
}

/// Calls that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Zone {
    Api,
    Stream,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: OffsetDateTime,
    calls: u32,
}

impl Rates {
    pub(crate) fn set(&mut self, limits: Option<RateLimits>) {
        *self = Self {
            limits,
            ..Self::default()
        };
    }

    pub(crate) const fn limits(&self) -> Option<RateLimits> {
        self.limits
    }

    /// Counts a call; `Err` has the seconds for `Retry-After` when it is one too many. They are
    /// those of the whole window, not of what is left of it (observed).
    pub(crate) fn count(
        &mut self,
        path: &str,
        token: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<(), u32> {
        let Some(limits) = self.limits.filter(|_| path.starts_with("/v1")) else {
            return Ok(());
        };
        self.sweep(now);
        let (identity, calls) = self.identity(token, limits, now);
        if self.blocked.get(&identity).is_some_and(|end| now < *end) {
            return Err(BLOCK_SECONDS);
        }
        let (zone, calls) = if is_stream(path) {
            (Zone::Stream, STREAMS)
        } else {
            (Zone::Api, calls)
        };
        let fresh = Window {
            ends: now + WINDOW,
            calls: 0,
        };
        let window = self
            .windows
            .entry((identity.clone(), zone))
            .or_insert(fresh);
        if window.ends <= now {
            *window = fresh;
        }
        window.calls = window.calls.saturating_add(1);
        if window.calls <= calls {
            return Ok(());
        }
        if zone == Zone::Api {
            return Err(WINDOW_SECONDS);
        }
        // This one shuts the caller out of every other path too (observed).
        self.blocked
            .insert(identity, now + Duration::seconds(BLOCK_SECONDS.into()));
        Err(BLOCK_SECONDS)
    }

    /// Remembers whom a token was accepted for.
    pub(crate) fn accept(&mut self, token: &str, caller: &Caller, now: OffsetDateTime) {
        if self.limits.is_some() {
            self.accepted
                .insert(token.into(), (Identity::of(caller), now));
        }
    }

    fn identity(
        &self,
        token: Option<&str>,
        limits: RateLimits,
        now: OffsetDateTime,
    ) -> (Identity, u32) {
        let Some(token) = token.map(Secret::from) else {
            return (Identity::Nobody, limits.calls());
        };
        match self.accepted.get(&token) {
            Some((identity, last)) if now < *last + MEMORY => (identity.clone(), limits.calls()),
            _ => (Identity::Token(token), UNKNOWN_TOKEN),
        }
    }

    /// Throws away what has ended, once a minute, so that tokens that come once do not pile up.
    fn sweep(&mut self, now: OffsetDateTime) {
        if self.sweep_at.is_some_and(|at| now < at) {
            return;
        }
        self.windows.retain(|_, window| now < window.ends);
        self.blocked.retain(|_, end| now < *end);
        self.accepted.retain(|_, (_, last)| now < *last + MEMORY);
        self.sweep_at = Some(now + WINDOW);
    }
}

fn is_stream(path: &str) -> bool {
    let token = path.strip_prefix("/v1/customer-seats/claim/");
    token.is_some_and(|rest| rest.find("/stream").is_some_and(|at| at > 0))
}

const WINDOW: Duration = Duration::MINUTE;
const WINDOW_SECONDS: u32 = 60;
const BLOCK_SECONDS: u32 = 300;
/// How many streams may be opened in a window.
const STREAMS: u32 = 10;
/// How many calls a token has that was not accepted lately.
const UNKNOWN_TOKEN: u32 = 60;
const MEMORY: Duration = Duration::minutes(5);
