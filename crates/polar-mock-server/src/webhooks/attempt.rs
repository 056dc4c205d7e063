use std::{
    borrow::Cow,
    collections::VecDeque,
    error::Error,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use polar_mock::Delivery;
use serde_json::{Value, json};

/// A failed attempt to deliver an event.
#[derive(Debug, Clone)]
pub struct DeliveryFailure {
    event: Cow<'static, str>,
    url: String,
    attempt: u32,
    source: Arc<dyn Error + Send + Sync>,
}

impl DeliveryFailure {
    pub(super) fn new(
        delivery: &Delivery,
        attempt: u32,
        source: Box<dyn Error + Send + Sync>,
    ) -> Self {
        Self {
            event: delivery.event.kind.clone(),
            url: without_query(&delivery.url).to_owned(),
            attempt,
            source: source.into(),
        }
    }

    /// Returns the number of the attempt, counted from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }
}

impl fmt::Display for DeliveryFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "webhook {} was not delivered to {} (attempt {}): {}",
            self.event, self.url, self.attempt, self.source
        )
    }
}

impl Error for DeliveryFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// Returns an endpoint's URL without its query, which can contain a token.
fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

/// The outcomes of the newest attempts to deliver an event, for the page.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttemptLog(Arc<Mutex<VecDeque<Value>>>);

impl AttemptLog {
    /// Records an attempt.
    pub(super) fn record(
        &self,
        delivery: &Delivery,
        number: u32,
        failure: Option<&(dyn Error + Send + Sync)>,
    ) {
        let seat = delivery.event.seat();
        let occupant = seat
            .as_ref()
            .and_then(|seat| seat.occupant().or_else(|| seat.former_occupant()));
        let attempt = json!({
            "id": delivery.id.as_str(),
            "type": delivery.event.kind,
            "timestamp": delivery.event.timestamp,
            "email": occupant.and_then(|occupant| occupant.email),
            "url": without_query(&delivery.url),
            "attempt": number,
            "failure": failure.map(ToString::to_string),
            "data": delivery.event.data,
        });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= LIMIT {
            all.pop_front();
        }
        all.push_back(attempt);
    }

    /// Returns the recorded attempts as JSON, the oldest first.
    pub(crate) fn json(&self) -> Bytes {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<_> = all.iter().collect();
        serde_json::to_vec(&all).unwrap_or_default().into()
    }
}

const LIMIT: usize = 100;
