//! Polar's rate limits, for mocks that enable them.

mod counts;

use std::collections::BTreeMap;

pub(crate) use counts::RateCounts;
use polar_types::{CustomerId, MemberId, OrganizationId};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::token::Secret;

/// The environment whose rate limits a mock applies.
///
/// The limits are fixed windows of a minute for each identity: all tokens of an organization
/// together, each customer and member, each token that was not accepted in the last five minutes,
/// and all callers without a token together, since a mock knows no addresses. Failed calls count as
/// well.
///
/// Two kinds of calls have their own limits, and block the identity that exceeds them on every
/// path: opening a claim stream (10 a minute, then 5 minutes) and confirming a checkout (6 a minute
/// and 20 an hour, then 30 minutes). `Retry-After` is the whole window of a plain limit, and counts
/// down during a block.
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

/// Counts calls and applies the limits.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    limits: Option<RateLimits>,
    windows: BTreeMap<(Identity, Zone), Window>,
    /// When the block of an identity ends.
    blocked: BTreeMap<Identity, OffsetDateTime>,
    /// The identity that a token was last accepted for, and when.
    accepted: BTreeMap<Secret, (Identity, OffsetDateTime)>,
    /// When ended windows and blocks are next removed.
    sweep_at: Option<OffsetDateTime>,
}

/// Calls that are counted together, in windows of one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Zone {
    Api,
    Stream,
    CheckoutConfirm,
    CheckoutConfirmHour,
}

/// The maximum number of calls in a window of a zone.
struct Limit {
    zone: Zone,
    window: Duration,
    calls: u32,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: OffsetDateTime,
    calls: u32,
}

impl RateLimiter {
    pub(crate) fn set(&mut self, limits: Option<RateLimits>) {
        *self = Self {
            limits,
            ..Self::default()
        };
    }

    pub(crate) const fn limits(&self) -> Option<RateLimits> {
        self.limits
    }

    /// Counts a call. If it exceeds a limit, the error is the number of seconds for `Retry-After`.
    ///
    /// These are the seconds of the whole window, not of the rest of it; but those of the rest of a
    /// block (observed).
    pub(crate) fn count(
        &mut self,
        path: &str,
        token: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<(), u64> {
        let Some(limits) = self.limits.filter(|_| path.starts_with("/v1")) else {
            return Ok(());
        };
        self.sweep(now);
        let (identity, calls) = self.identity(token, limits, now);
        if let Some(end) = self.blocked.get(&identity).filter(|end| now < **end) {
            return Err(whole_seconds(*end - now));
        }
        let api = [Limit {
            zone: Zone::Api,
            window: Duration::MINUTE,
            calls,
        }];
        let (limits, block): (&[Limit], _) = if is_stream(path) {
            (&STREAM, Some(STREAM_BLOCK))
        } else if is_checkout_confirm(path) {
            (&CHECKOUT_CONFIRM, Some(CHECKOUT_CONFIRM_BLOCK))
        } else {
            (&api, None)
        };
        let mut exceeded = None;
        for limit in limits {
            if self.exceeds(limit, &identity, now) {
                exceeded = exceeded.or(Some(limit.window));
            }
        }
        let Some(window) = exceeded else {
            return Ok(());
        };
        let Some(block) = block else {
            return Err(whole_seconds(window));
        };
        // A block applies to every other path as well (observed).
        self.blocked.insert(identity, now + block);
        Err(whole_seconds(block))
    }

    /// Counts a call in a window and returns whether it exceeds the limit.
    fn exceeds(&mut self, limit: &Limit, identity: &Identity, now: OffsetDateTime) -> bool {
        let fresh = Window {
            ends: now + limit.window,
            calls: 0,
        };
        let window = self
            .windows
            .entry((identity.clone(), limit.zone))
            .or_insert(fresh);
        if window.ends <= now {
            *window = fresh;
        }
        window.calls = window.calls.saturating_add(1);
        window.calls > limit.calls
    }

    /// Records that a token was accepted.
    pub(crate) fn accept(&mut self, token: &str, identity: Identity, now: OffsetDateTime) {
        if self.limits.is_some() {
            self.accepted.insert(token.into(), (identity, now));
        }
    }

    fn identity(
        &self,
        token: Option<&str>,
        limits: RateLimits,
        now: OffsetDateTime,
    ) -> (Identity, u32) {
        let Some(token) = token.map(Secret::from) else {
            return (Identity::Anonymous, limits.calls());
        };
        match self.accepted.get(&token) {
            Some((identity, last)) if now < *last + TOKEN_MEMORY => {
                (identity.clone(), limits.calls())
            }
            _ => (Identity::Token(token), UNKNOWN_TOKEN),
        }
    }

    /// Removes ended windows and blocks once a minute, so that unknown tokens do not accumulate.
    fn sweep(&mut self, now: OffsetDateTime) {
        if self.sweep_at.is_some_and(|at| now < at) {
            return;
        }
        self.windows.retain(|_, window| now < window.ends);
        self.blocked.retain(|_, end| now < *end);
        self.accepted
            .retain(|_, (_, last)| now < *last + TOKEN_MEMORY);
        self.sweep_at = Some(now + Duration::MINUTE);
    }
}

fn is_stream(path: &str) -> bool {
    let token = path.strip_prefix("/v1/customer-seats/claim/");
    token.is_some_and(|rest| rest.find("/stream").is_some_and(|at| at > 0))
}

/// Returns whether a path is `/v1/checkouts/client/{client_secret}/confirm`, which the mock only
/// counts.
fn is_checkout_confirm(path: &str) -> bool {
    let secret = path.strip_prefix("/v1/checkouts/client/");
    secret.is_some_and(|rest| rest.find("/confirm").is_some_and(|at| at > 0))
}

/// Rounds up, so that a caller that waits this long is not too early.
fn whole_seconds(left: Duration) -> u64 {
    let seconds = left.whole_seconds() + i64::from(left.subsec_nanoseconds() > 0);
    u64::try_from(seconds).unwrap_or_default()
}

const STREAM: [Limit; 1] = [Limit {
    zone: Zone::Stream,
    window: Duration::MINUTE,
    calls: 10,
}];
const STREAM_BLOCK: Duration = Duration::minutes(5);
const CHECKOUT_CONFIRM: [Limit; 2] = [
    Limit {
        zone: Zone::CheckoutConfirm,
        window: Duration::MINUTE,
        calls: 6,
    },
    Limit {
        zone: Zone::CheckoutConfirmHour,
        window: Duration::HOUR,
        calls: 20,
    },
];
const CHECKOUT_CONFIRM_BLOCK: Duration = Duration::minutes(30);
/// The limit of a token that was not accepted lately.
const UNKNOWN_TOKEN: u32 = 60;
const TOKEN_MEMORY: Duration = Duration::minutes(5);

/// The identity whose calls are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Identity {
    /// All callers without a token.
    #[serde(rename = "nobody")]
    Anonymous,
    Organization(OrganizationId),
    Customer(CustomerId),
    Member(MemberId),
    /// A token that was not accepted lately.
    Token(Secret),
}
