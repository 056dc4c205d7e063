//! A webhook receiver with axum. This is the part to copy.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use example_webhook_store::{Applied, Seats};
use polar_webhooks::{Verified, Verifier};

/// The verifier of deliveries and the database for their events. Clones share both.
#[derive(Debug, Clone)]
pub struct Receiver {
    verifier: Arc<Verifier>,
    seats: Arc<Mutex<Seats>>,
}

impl Receiver {
    /// Creates a receiver with a verifier for the secret of the endpoint.
    #[must_use]
    pub fn new(verifier: Verifier, seats: Seats) -> Self {
        Self {
            verifier: Arc::new(verifier),
            seats: Arc::new(Mutex::new(seats)),
        }
    }

    /// Returns the route to add to an application.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/webhooks/polar", post(receive))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self)
    }

    /// Reads or changes the seats.
    pub fn with_seats<T>(&self, access: impl FnOnce(&mut Seats) -> T) -> T {
        access(&mut self.seats.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The body has to be bytes, because the bytes were signed; `Json` would not do.
///
/// Polar displays the text of the response for the endpoint.
async fn receive(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let webhook = match receiver.verifier.verify_now(&headers, &body) {
        Ok(webhook) => webhook,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()),
    };
    match store(receiver, webhook).await {
        Some(applied) => (StatusCode::OK, format!("{applied:?}")),
        // Nothing was changed, and Polar delivers the event again.
        None => (StatusCode::INTERNAL_SERVER_ERROR, "not stored".to_owned()),
    }
}

/// Stores the event before the response, because Polar does not deliver it again after a success.
async fn store(receiver: Receiver, webhook: Verified) -> Option<Applied> {
    let work = move || receiver.with_seats(|seats| seats.apply(&webhook));
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(applied)) => Some(applied),
        Ok(Err(error)) => {
            eprintln!("cannot store a webhook: {error}");
            None
        }
        Err(error) => {
            eprintln!("cannot store a webhook: {error}");
            None
        }
    }
}

/// In bytes; events are much smaller.
const BODY_LIMIT: usize = 1 << 20;
