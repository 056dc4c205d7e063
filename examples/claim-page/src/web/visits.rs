use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use polar_hyper::types::{ClaimInfo, ClaimedSeat, InvitationToken};

use super::Secret;

/// What the application remembers of the people who are there, in memory and for an hour.
#[derive(Debug, Default)]
pub(crate) struct Visits(Mutex<HashMap<Box<str>, Arc<Mutex<Visit>>>>);

/// One browser's visit.
#[derive(Debug)]
pub(crate) struct Visit {
    /// What every form of this visit carries, so that no other site can send it.
    pub(crate) form_token: Secret,
    /// The invitation that was shown last.
    pub(crate) shown: Option<Shown>,
    /// A claim that got no answer.
    pub(crate) unanswered: Option<Unanswered>,
    /// The claim that worked. Its session token is nowhere else.
    pub(crate) claimed: Option<Claimed>,
    /// Whether the billing manager signed in.
    pub(crate) is_manager: bool,
    /// What the next page says first.
    pub(crate) notice: Option<String>,
    /// Held while a claim is under way, so that a second click waits for the first.
    pub(crate) claiming: Arc<tokio::sync::Mutex<()>>,
    last_seen: Instant,
}

/// An invitation, and what it is for.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) token: InvitationToken,
    pub(crate) info: ClaimInfo,
}

/// A claim that was sent, and may have been carried out.
#[derive(Debug, Clone)]
pub(crate) struct Unanswered {
    pub(crate) token: InvitationToken,
    pub(crate) info: Option<ClaimInfo>,
    pub(crate) sent_at: SystemTime,
    /// Whether it was found out that nothing came of it.
    pub(crate) may_claim_again: bool,
}

/// A claim that worked.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) token: InvitationToken,
    pub(crate) answer: ClaimedSeat,
    pub(crate) info: Option<ClaimInfo>,
}

impl Visits {
    /// The visit with this key, if it is not over.
    pub(crate) fn find(&self, key: &str) -> Option<Arc<Mutex<Visit>>> {
        let visit = self.all().get(key).cloned()?;
        let mut open = lock(&visit);
        let is_over = open.last_seen.elapsed() > LIFE;
        open.last_seen = Instant::now();
        drop(open);
        (!is_over).then_some(visit)
    }

    /// Begins a visit, and gives its key.
    pub(crate) fn begin(&self) -> Result<(Secret, Arc<Mutex<Visit>>), getrandom::Error> {
        let visit = Arc::new(Mutex::new(Visit::new()?));
        let key = self.keep(&visit)?;
        Ok((key, visit))
    }

    /// Gives a visit another key and another form token, and forgets the old ones: whoever knew them
    /// is out.
    pub(crate) fn rekey(
        &self,
        old: &Secret,
        visit: &Arc<Mutex<Visit>>,
    ) -> Result<Secret, getrandom::Error> {
        lock(visit).form_token = Secret::random()?;
        self.all().remove(old.expose());
        self.keep(visit)
    }

    fn keep(&self, visit: &Arc<Mutex<Visit>>) -> Result<Secret, getrandom::Error> {
        let key = Secret::random()?;
        let mut all = self.all();
        if all.len() >= MOST {
            make_room(&mut all);
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
            form_token: Secret::random()?,
            shown: None,
            unanswered: None,
            claimed: None,
            is_manager: false,
            notice: None,
            claiming: Arc::default(),
            last_seen: Instant::now(),
        })
    }

    /// Whether this invitation was claimed in this visit.
    pub(crate) fn has_claimed(&self, token: &InvitationToken) -> bool {
        let claimed = self.claimed.as_ref();
        claimed.is_some_and(|claimed| claimed.token == *token)
    }

    /// Whether a claim of this invitation got no answer, and nobody has found out since.
    pub(crate) fn is_unsettled(&self, token: &InvitationToken) -> bool {
        let unanswered = self.unanswered.as_ref();
        unanswered.is_some_and(|claim| claim.token == *token && !claim.may_claim_again)
    }

    /// Whether somebody would miss it. Programs that follow links leave visits that nobody does.
    fn is_of_worth(&self) -> bool {
        self.is_manager || self.claimed.is_some() || self.unanswered.is_some()
    }
}

/// Looks at a visit, or changes it.
pub(super) fn lock(visit: &Mutex<Visit>) -> MutexGuard<'_, Visit> {
    visit.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets the longest unseen half go, those first that hold nothing.
fn make_room(all: &mut HashMap<Box<str>, Arc<Mutex<Visit>>>) {
    let mut ages: Vec<_> = all
        .iter()
        .map(|(key, visit)| {
            let visit = lock(visit);
            (visit.is_of_worth(), visit.last_seen, key.clone())
        })
        .collect();
    ages.sort();
    for (_, _, key) in ages.into_iter().take(MOST / 2) {
        all.remove(&key);
    }
}

/// As long as the session that a claim opens.
const LIFE: Duration = Duration::from_secs(60 * 60);
const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_visits_leaves_the_manager_in() {
        let visits = Visits::default();
        let (key, visit) = visits.begin().unwrap();
        lock(&visit).is_manager = true;
        for _ in 0..=MOST {
            visits.begin().unwrap();
        }
        assert!(visits.all().len() <= MOST);
        assert!(visits.find(key.expose()).is_some());
    }

    #[test]
    fn an_old_key_leads_nowhere() {
        let visits = Visits::default();
        let (old, visit) = visits.begin().unwrap();
        let form_token = lock(&visit).form_token.clone();
        let new = visits.rekey(&old, &visit).unwrap();
        assert!(!lock(&visit).form_token.is(form_token.expose()));
        assert!(visits.find(old.expose()).is_none());
        assert!(visits.find(new.expose()).is_some());
    }

    #[test]
    fn a_visit_does_not_show_its_secrets() {
        let visits = Visits::default();
        let (_, visit) = visits.begin().unwrap();
        let secret = lock(&visit).form_token.expose().to_owned();
        assert!(!format!("{visit:?}").contains(&secret));
    }
}
