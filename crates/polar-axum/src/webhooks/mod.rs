//! A route for webhooks, with a handler for each type of event.

mod delivery;
mod events;
mod receive;

use std::{collections::HashMap, fmt, future::Future, pin::Pin, sync::Arc};

use axum::{
    extract::Request,
    handler::Handler,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use polar_webhooks::{Verified, Verifier};

pub use self::{
    delivery::Delivery,
    receive::{VerifiedEvent, WebhookRejection},
};
use crate::response::text;

/// Returns a handler for the webhooks of one endpoint, to be routed with
/// [`post`](axum::routing::post).
///
/// Each `on_…` method of [`Webhooks`] sets the handler of one type of event. A handler receives the
/// [`Delivery`] and the state of the router, and returns any response:
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// use polar_axum::{Verifier, webhooks};
/// # #[derive(Clone)]
/// # struct Database;
/// # impl Database {
/// #     async fn store_order(&self, id: &str, total: polar_axum::types::Amount) -> Result<(), ()> { Ok(()) }
/// # }
///
/// fn routes(verifier: Verifier) -> Router<Database> {
///     let webhooks = webhooks(verifier).on_order_paid(|order, database: Database| async move {
///         let stored = database.store_order(order.id.as_str(), order.data.total_amount).await;
///         // Polar delivers the event again.
///         stored.map_err(|()| StatusCode::INTERNAL_SERVER_ERROR)
///     });
///     Router::new().route("/webhooks/polar", post(webhooks))
/// }
/// ```
#[must_use]
pub fn webhooks<S>(verifier: Verifier) -> Webhooks<S> {
    Webhooks(Arc::new(Settings {
        verifier: Arc::new(verifier),
        max_body: VerifiedEvent::MAX_BODY,
        handlers: HashMap::new(),
        other: None,
    }))
}

/// A handler for the webhooks of one endpoint, returned by [`webhooks`].
///
/// It verifies the signature and the age of a request, and calls the handler of its type of event.
/// If two handlers are set for a type, the last one is used.
///
/// | request | response |
/// |---|---|
/// | an event with a handler | that of the handler |
/// | an event without a handler | 200, because Polar disables an endpoint after ten failed events |
/// | malformed or repeated headers, or a signed body that is not an event | 400 |
/// | without the headers of a webhook | 401 |
/// | no signature matches, or the request is too old | 403 |
/// | a body that is too long | 413 |
/// | an event whose data is not what its type has | 500, so that Polar delivers it again |
///
/// Rejected requests are logged with `tracing`, without anything of the secret or the body. The text
/// of a response is displayed by Polar to the owner of the endpoint.
///
/// Polar closes the connection after ten seconds, and axum then drops the future of the handler. A
/// task of its own ([`tokio::spawn`]) completes anyway.
pub struct Webhooks<S>(Arc<Settings<S>>);

struct Settings<S> {
    verifier: Arc<Verifier>,
    max_body: usize,
    handlers: HashMap<&'static str, EventHandler<S>>,
    other: Option<EventHandler<S>>,
}

type EventHandler<S> = Arc<dyn Fn(Verified, S) -> ResponseFuture + Send + Sync>;
type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

impl<S> Webhooks<S> {
    /// Sets the maximum length of a body, in bytes. The default is
    /// [`VerifiedEvent::MAX_BODY`].
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.settings().max_body = bytes;
        self
    }

    /// Sets the handler of the events that have no handler of their own, including types that this
    /// version does not know.
    #[must_use]
    pub fn on_other<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Verified, S) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoResponse> + Send + 'static,
    {
        self.settings().other = Some(Arc::new(move |verified, state| {
            let response = handler(verified, state);
            Box::pin(async move { response.await.into_response() })
        }));
        self
    }

    fn settings(&mut self) -> &mut Settings<S> {
        Arc::make_mut(&mut self.0)
    }
}

impl<S: Send + Sync + 'static> Handler<(), S> for Webhooks<S> {
    type Future = ResponseFuture;

    fn call(self, request: Request, state: S) -> ResponseFuture {
        Box::pin(async move {
            let Settings {
                verifier,
                max_body,
                handlers,
                other,
            } = &*self.0;
            let verified = match receive::receive(verifier, *max_body, request).await {
                Ok(verified) => verified,
                Err(rejection) => return rejection.into_response(),
            };
            let handler = handlers.get(verified.event().kind());
            match handler.or(other.as_ref()) {
                Some(handler) => handler(verified, state).await,
                None => text(StatusCode::OK, "ignored"),
            }
        })
    }
}

impl<S> Clone for Webhooks<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Clone for Settings<S> {
    fn clone(&self) -> Self {
        Self {
            verifier: Arc::clone(&self.verifier),
            max_body: self.max_body,
            handlers: self.handlers.clone(),
            other: self.other.clone(),
        }
    }
}

impl<S> fmt::Debug for Webhooks<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut events: Vec<_> = self.0.handlers.keys().collect();
        events.sort_unstable();
        f.debug_struct("Webhooks")
            .field("verifier", &self.0.verifier)
            .field("max_body", &self.0.max_body)
            .field("events", &events)
            .finish_non_exhaustive()
    }
}
