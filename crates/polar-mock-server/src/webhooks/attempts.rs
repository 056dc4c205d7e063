use std::{
    collections::VecDeque,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use polar_mock::Delivery;
use serde_json::{Value, json};

use super::failure::shown;

/// What became of the newest attempts to deliver an event, for the page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attempts(Arc<Mutex<VecDeque<Value>>>);

impl Attempts {
    /// Takes an attempt down.
    pub(super) fn note(
        &self,
        delivery: &Delivery,
        number: u32,
        failure: Option<&(dyn Error + Send + Sync)>,
    ) {
        let data = &delivery.event.data;
        let attempt = json!({
            "type": delivery.event.kind,
            "email": data.occupant().or_else(|| data.former_occupant()).and_then(|one| one.email),
            "url": shown(&delivery.url),
            "attempt": number,
            "failure": failure.map(ToString::to_string),
        });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.pop_front();
        }
        all.push_back(attempt);
    }

    /// All that are remembered, the oldest first.
    pub(crate) fn json(&self) -> Bytes {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<_> = all.iter().collect();
        // Values are written as they are.
        serde_json::to_vec(&all).unwrap_or_default().into()
    }
}

const MOST: usize = 100;
