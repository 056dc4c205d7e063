use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRef, FromRequestParts, State},
    http::{StatusCode, request::Parts},
    middleware::from_fn_with_state,
    response::Html,
    routing::{get, post},
};
use polar_axum::{
    Client, PortalCustomer, VerifiedEvent, Verifier, checkout, customer_portal,
    types::{ProductId, checkouts::CheckoutCreate, subscriptions::Subscription},
};

use crate::{Access, Database, User, require};

/// A service that sells one subscription.
#[derive(Debug, Clone)]
pub struct Service {
    /// A client whose token has the scopes `checkouts:write` and `customer_sessions:write`.
    pub polar: Client,
    /// The events and objects that Polar reported.
    pub database: Database,
    /// Verifies deliveries with the secret of the webhook endpoint.
    pub verifier: Arc<Verifier>,
    /// The product that the service sells.
    pub product: ProductId,
    /// What a user needs to see the reports.
    pub access: Access,
    /// The URL of the service, without a path.
    pub site: String,
}

impl Service {
    /// Returns the routes of the service.
    pub fn routes(self) -> Router {
        let portal = customer_portal(self.polar.clone(), |User(id)| async {
            Ok::<_, StatusCode>(PortalCustomer::external_id(id))
        });
        let checkout = checkout(self.polar.clone())
            .success_url(format!("{}/thanks", self.site))
            .return_url(format!("{}/pricing", self.site))
            .prepare(for_signed_in_user);
        // The pages for customers.
        let paid = Router::new()
            .route("/reports", get(|| async { "the reports" }))
            .layer(from_fn_with_state(
                (self.database.clone(), self.access),
                require,
            ));
        Router::new()
            .route("/pricing", get(pricing))
            .route("/checkout", get(checkout))
            .route("/thanks", get(thanks))
            .route("/account", get(account))
            .route(
                "/portal",
                get(portal.return_url(format!("{}/account", self.site))),
            )
            .route("/webhooks/polar", post(receive))
            .with_state(self)
            .merge(paid)
    }
}

/// Connects the purchase with the user. A visitor can change every parameter of the link, but not this.
async fn for_signed_in_user(
    request: CheckoutCreate,
    mut head: Parts,
) -> Result<CheckoutCreate, StatusCode> {
    let User(id) = User::from_request_parts(&mut head, &()).await?;
    Ok(request.external_customer_id(id))
}

async fn pricing(State(service): State<Service>) -> Html<String> {
    let product = service.product;
    Html(format!(
        "<!doctype html><title>Pricing</title><a href=\"/checkout?products={product}\">Buy</a>"
    ))
}

/// Polar redirects here after the payment, and the webhooks may arrive later.
async fn thanks(
    State(service): State<Service>,
    User(id): User,
) -> Result<Html<&'static str>, StatusCode> {
    let access = service.access;
    let has_access = service
        .database
        .run(move |database| database.has_access(&id, access));
    Ok(Html(if has_access.await? {
        "<!doctype html><title>Thanks</title><a href=\"/reports\">Your reports</a>"
    } else {
        "<!doctype html><title>Thanks</title><meta http-equiv=\"refresh\" content=\"2\">Please wait ..."
    }))
}

/// A line for each subscription of the user.
async fn account(State(service): State<Service>, User(id): User) -> Result<String, StatusCode> {
    let subscriptions = service
        .database
        .run(move |database| database.of_user("subscription", &id));
    let subscriptions: Vec<Subscription> = subscriptions.await?;
    let lines = subscriptions.iter().map(|subscription| {
        let (name, status) = (&subscription.product.name, &subscription.status);
        match &subscription.ends_at {
            Some(end) => format!("{name}: {status}, ends at {end}\n"),
            None => format!("{name}: {status}\n"),
        }
    });
    Ok(lines.collect())
}

/// Stores the event before the response, because Polar does not deliver it again after a success. Polar
/// displays the text for the endpoint.
async fn receive(
    State(database): State<Database>,
    VerifiedEvent(webhook): VerifiedEvent,
) -> Result<String, StatusCode> {
    let applied = database
        .run(move |database| database.apply(&webhook))
        .await?;
    Ok(format!("{applied:?}"))
}

impl FromRef<Service> for Database {
    fn from_ref(service: &Service) -> Self {
        service.database.clone()
    }
}

impl FromRef<Service> for Arc<Verifier> {
    fn from_ref(service: &Service) -> Self {
        Self::clone(&service.verifier)
    }
}
