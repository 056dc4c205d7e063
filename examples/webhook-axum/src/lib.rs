//! A receiver of webhooks on axum. This is the part to copy.

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

/// What tells Polar's webhooks from others, and what keeps what they say.
#[derive(Debug, Clone)]
pub struct Receiver {
    verifier: Arc<Verifier>,
    seats: Arc<Mutex<Seats>>,
}

impl Receiver {
    /// With a verifier that knows the endpoint's secret.
    #[must_use]
    pub fn new(verifier: Verifier, seats: Seats) -> Self {
        Self {
            verifier: Arc::new(verifier),
            seats: Arc::new(Mutex::new(seats)),
        }
    }

    /// The route to add to an application.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/webhooks/polar", post(receive))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self)
    }

    /// Looks at the seats, or changes them.
    pub fn with_seats<T>(&self, look: impl FnOnce(&mut Seats) -> T) -> T {
        look(&mut self.seats.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes the body as bytes, for they are what was signed: `Json` would be too late.
///
/// The text of the answer is for the endpoint's owner, to whom Polar shows it.
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
        // Nothing was changed, and Polar comes again.
        None => (StatusCode::INTERNAL_SERVER_ERROR, "not stored".to_owned()),
    }
}

/// The answer must wait until the event is stored: after a success Polar forgets it.
async fn store(receiver: Receiver, webhook: Verified) -> Option<Applied> {
    let work = move || receiver.with_seats(|seats| seats.apply(&webhook));
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(applied)) => Some(applied),
        Ok(Err(error)) => {
            eprintln!("a webhook was not stored: {error}");
            None
        }
        Err(error) => {
            eprintln!("a webhook was not stored: {error}");
            None
        }
    }
}

/// Far more than any event has, and little enough to read from anybody.
const BODY_LIMIT: usize = 1 << 20;
