use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::Secret;

/// The visits of the last hour, in memory.
#[derive(Debug, Default)]
pub(crate) struct Visits(Mutex<HashMap<Box<str>, Arc<Mutex<Visit>>>>);

/// The state of one browser.
#[derive(Debug)]
pub(crate) struct Visit {
    /// The token in every form of this visit, so that no other site can send one.
    pub(crate) form_token: Secret,
    /// Whether the billing manager is signed in.
    pub(crate) is_manager: bool,
    /// A message for the next page.
    pub(crate) notice: Option<String>,
    last_seen: Instant,
}

impl Visits {
    /// Returns the visit with this key, unless it has expired.
    pub(crate) fn find(&self, key: &str) -> Option<Arc<Mutex<Visit>>> {
        let visit = self.all().get(key).cloned()?;
        let mut open = lock(&visit);
        let has_expired = open.last_seen.elapsed() > LIFETIME;
        open.last_seen = Instant::now();
        drop(open);
        (!has_expired).then_some(visit)
    }

    /// Starts a visit, and returns its key.
    pub(crate) fn begin(&self) -> Result<(Secret, Arc<Mutex<Visit>>), getrandom::Error> {
        let visit = Arc::new(Mutex::new(Visit::new()?));
        let key = self.insert(&visit)?;
        Ok((key, visit))
    }

    /// Replaces the key and the form token of a visit, so that the old ones become invalid.
    pub(crate) fn rekey(
        &self,
        old: &Secret,
        visit: &Arc<Mutex<Visit>>,
    ) -> Result<Secret, getrandom::Error> {
        lock(visit).form_token = Secret::random()?;
        self.all().remove(old.expose());
        self.insert(visit)
    }

    fn insert(&self, visit: &Arc<Mutex<Visit>>) -> Result<Secret, getrandom::Error> {
        let key = Secret::random()?;
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
            form_token: Secret::random()?,
            is_manager: false,
            notice: None,
            last_seen: Instant::now(),
        })
    }
}

/// Locks a visit.
pub(super) fn lock(visit: &Mutex<Visit>) -> MutexGuard<'_, Visit> {
    visit.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes half of the visits: those of others than the manager first, then the least recently used.
fn evict(all: &mut HashMap<Box<str>, Arc<Mutex<Visit>>>) {
    let mut ages: Vec<_> = all
        .iter()
        .map(|(key, visit)| {
            let visit = lock(visit);
            (visit.is_manager, visit.last_seen, key.clone())
        })
        .collect();
    ages.sort();
    for (_, _, key) in ages.into_iter().take(MAX_VISITS / 2) {
        all.remove(&key);
    }
}

const LIFETIME: Duration = Duration::from_secs(60 * 60);
const MAX_VISITS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eviction_keeps_the_manager_signed_in() {
        let visits = Visits::default();
        let (key, visit) = visits.begin().unwrap();
        lock(&visit).is_manager = true;
        for _ in 0..=MAX_VISITS {
            visits.begin().unwrap();
        }
        assert!(visits.all().len() <= MAX_VISITS);
        assert!(visits.find(key.expose()).is_some());
    }

    #[test]
    fn rekey_invalidates_the_old_key() {
        let visits = Visits::default();
        let (old, visit) = visits.begin().unwrap();
        let form_token = lock(&visit).form_token.clone();
        let new = visits.rekey(&old, &visit).unwrap();
        assert!(!lock(&visit).form_token.is(form_token.expose()));
        assert!(visits.find(old.expose()).is_none());
        assert!(visits.find(new.expose()).is_some());
    }

    #[test]
    fn debug_output_of_a_visit_has_no_secrets() {
        let visits = Visits::default();
        let (_, visit) = visits.begin().unwrap();
        let secret = lock(&visit).form_token.expose().to_owned();
        assert!(!format!("{visit:?}").contains(&secret));
    }
}
