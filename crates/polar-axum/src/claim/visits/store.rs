use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use polar_types::{ClaimInfo, ClaimedSeat, InvitationToken};

use super::RandomKey;

/// The visits of the last hour, in memory.
#[derive(Debug, Default)]
pub(in super::super) struct Visits(Mutex<HashMap<Box<str>, Arc<Mutex<Visit>>>>);

/// The state of one browser.
#[derive(Debug)]
pub(in super::super) struct Visit {
    /// The token in every form of this visit, so that no other site can send one.
    pub(in super::super) form_token: RandomKey,
    /// The invitation that was shown last.
    pub(in super::super) shown: Option<ShownInvitation>,
    /// A claim whose response was lost.
    pub(in super::super) pending_claim: Option<PendingClaim>,
    /// The completed claim. Its session token is stored nowhere else.
    pub(in super::super) claimed: Option<CompletedClaim>,
    /// Held during a claim, so that a second click waits for the first.
    pub(in super::super) claiming: Arc<tokio::sync::Mutex<()>>,
    last_seen: Instant,
}

/// An invitation that was shown.
#[derive(Debug, Clone)]
pub(in super::super) struct ShownInvitation {
    pub(in super::super) token: InvitationToken,
    pub(in super::super) info: ClaimInfo,
}

/// A claim that was sent and may have been carried out.
#[derive(Debug, Clone)]
pub(in super::super) struct PendingClaim {
    pub(in super::super) token: InvitationToken,
    pub(in super::super) info: Option<ClaimInfo>,
    pub(in super::super) sent_at: SystemTime,
    /// Whether it is certain that it was not carried out.
    pub(in super::super) may_claim_again: bool,
}

/// A claim that succeeded.
#[derive(Debug, Clone)]
pub(in super::super) struct CompletedClaim {
    pub(in super::super) token: InvitationToken,
    pub(in super::super) result: ClaimedSeat,
    pub(in super::super) info: Option<ClaimInfo>,
}

impl Visits {
    /// Returns the visit with this key, unless it has expired.
    pub(in super::super) fn find(&self, key: &str) -> Option<Arc<Mutex<Visit>>> {
        let visit = self.all().get(key).cloned()?;
        let mut open = lock(&visit);
        let has_expired = open.last_seen.elapsed() > LIFETIME;
        open.last_seen = Instant::now();
        drop(open);
        (!has_expired).then_some(visit)
    }

    /// Starts a visit, and returns its key.
    pub(in super::super) fn begin(
        &self,
    ) -> Result<(RandomKey, Arc<Mutex<Visit>>), getrandom::Error> {
        let visit = Arc::new(Mutex::new(Visit::new()?));
        let key = self.insert(&visit)?;
        Ok((key, visit))
    }

    fn insert(&self, visit: &Arc<Mutex<Visit>>) -> Result<RandomKey, getrandom::Error> {
        let key = RandomKey::random()?;
        let mut all = self.all();
        if all.len() >= MAX_VISITS {
            evict(&mut all);
        }
        all.insert(key.expose().into(), Arc::clone(visit));
        Ok(key)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Box<str>, Arc<Mutex<Visit>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visit {
    fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            form_token: RandomKey::random()?,
            shown: None,
            pending_claim: None,
            claimed: None,
            claiming: Arc::default(),
            last_seen: Instant::now(),
        })
    }

    /// Whether this invitation was claimed in this visit.
    pub(in super::super) fn has_claimed(&self, token: &InvitationToken) -> bool {
        let claimed = self.claimed.as_ref();
        claimed.is_some_and(|claimed| claimed.token == *token)
    }

    /// Whether the outcome of a claim of this invitation is unknown.
    pub(in super::super) fn is_outcome_unknown(&self, token: &InvitationToken) -> bool {
        let pending_claim = self.pending_claim.as_ref();
        pending_claim.is_some_and(|claim| claim.token == *token && !claim.may_claim_again)
    }

    /// Whether the visit has state to keep. Programs that follow links leave visits without any.
    fn is_important(&self) -> bool {
        self.claimed.is_some() || self.pending_claim.is_some()
    }
}

/// Locks a visit.
pub(super) fn lock(visit: &Mutex<Visit>) -> MutexGuard<'_, Visit> {
    visit.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes half of the visits: those without state first, then the least recently used.
fn evict(all: &mut HashMap<Box<str>, Arc<Mutex<Visit>>>) {
    let mut ages: Vec<_> = all
        .iter()
        .map(|(key, visit)| {
            let visit = lock(visit);
            (visit.is_important(), visit.last_seen, key.clone())
        })
        .collect();
    ages.sort();
    for (_, _, key) in ages.into_iter().take(MAX_VISITS / 2) {
        all.remove(&key);
    }
}

/// The same as the session that a claim opens.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
const MAX_VISITS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eviction_keeps_the_visit_with_a_pending_claim() {
        let visits = Visits::default();
        let (key, visit) = visits.begin().unwrap();
        lock(&visit).pending_claim = Some(PendingClaim {
            token: InvitationToken::new("abc").unwrap(),
            info: None,
            sent_at: SystemTime::UNIX_EPOCH,
            may_claim_again: false,
        });
        for _ in 0..=MAX_VISITS {
            visits.begin().unwrap();
        }
        assert!(visits.all().len() <= MAX_VISITS);
        assert!(visits.find(key.expose()).is_some());
    }

    #[test]
    fn debug_output_of_a_visit_has_no_secrets() {
        let visits = Visits::default();
        let (_, visit) = visits.begin().unwrap();
        let secret = lock(&visit).form_token.expose().to_owned();
        assert!(!format!("{visit:?}").contains(&secret));
    }
}
