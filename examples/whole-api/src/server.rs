//! A server on the loopback interface for the demo and the tests: what the shop uses of Polar, with the
//! rules that matter to it.

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, Request, State},
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use polar_hyper::types::{
    Amount,
    checkouts::{Checkout, CheckoutCreate, CheckoutStatus},
    customers::{Customer, CustomerCreate},
    events::EventsIngest,
    license_keys::{
        LicenseKey, LicenseKeyActivate, LicenseKeyActivation, LicenseKeyWithActivations,
    },
    orders::Order,
    sample,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A clone is the same server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Server(Arc<Mutex<Shop>>);

#[derive(Debug, Default)]
pub(crate) struct Shop {
    /// How many writes are carried out, but get a 500 as their response.
    pub(crate) failures: u32,
    pub(crate) customers: Vec<Customer>,
    pub(crate) checkouts: Vec<Checkout>,
    pub(crate) activations: Vec<LicenseKeyActivation>,
    /// The external ids of the events.
    pub(crate) events: HashSet<String>,
}

impl Server {
    /// Starts to listen, and returns the URL.
    pub(crate) async fn start(&self) -> io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new()
            .route("/v1/customers/external/{id}", get(customer))
            .route("/v1/customers/", post(create_customer))
            .route("/v1/checkouts/", get(checkouts).post(create_checkout))
            .route("/v1/orders/", get(orders))
            .route("/v1/license-keys/", get(license_keys))
            .route("/v1/license-keys/{id}", get(license_key))
            .route("/v1/license-keys/activate", post(activate))
            .route("/v1/events/ingest", post(ingest))
            .layer(from_fn(authorize))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(url)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, Shop> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The response to a write that was carried out.
    fn respond(&self, status: StatusCode, value: &impl Serialize) -> Response {
        let mut state = self.state();
        if state.failures > 0 {
            state.failures -= 1;
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        (status, json!(value).to_string()).into_response()
    }
}

async fn authorize(request: Request, next: Next) -> Response {
    let token = request.headers().get(header::AUTHORIZATION);
    if token.is_some_and(|token| token == "Bearer polar_oat_example") {
        next.run(request).await
    } else {
        refuse(StatusCode::UNAUTHORIZED, "Unauthorized")
    }
}

async fn customer(State(server): State<Server>, Path(id): Path<String>) -> Response {
    let state = server.state();
    let mut customers = state.customers.iter();
    match customers.find(|customer| customer.external_id.as_ref() == Some(&id)) {
        Some(customer) => json!(customer).to_string().into_response(),
        None => refuse(StatusCode::NOT_FOUND, "ResourceNotFound"),
    }
}

async fn create_customer(State(server): State<Server>, body: Bytes) -> Response {
    let Some(request) = read::<CustomerCreate>(&body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "RequestValidationError");
    };
    let mut customer: Customer = sample();
    customer.external_id = request.external_id;
    customer.email = request.email;
    server.state().customers.push(customer.clone());
    server.respond(StatusCode::CREATED, &customer)
}

async fn checkouts(State(server): State<Server>) -> Response {
    page(&json!(server.state().checkouts), 1)
}

async fn create_checkout(State(server): State<Server>, body: Bytes) -> Response {
    let Some(request) = read::<CheckoutCreate>(&body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "RequestValidationError");
    };
    let mut checkout: Checkout = sample();
    checkout.status = CheckoutStatus::Open;
    checkout.customer_id = request.customer_id;
    checkout.metadata = request.metadata.unwrap_or_default();
    server.state().checkouts.push(checkout.clone());
    server.respond(StatusCode::CREATED, &checkout)
}

/// Three pages of ten orders for 19.00 each.
async fn orders(Query(query): Query<HashMap<String, String>>) -> Response {
    let number = query.get("page").map_or("1", String::as_str);
    let count = if matches!(number, "1" | "2" | "3") {
        10
    } else {
        0
    };
    let mut order: Order = sample();
    order.net_amount = Amount::new(1900);
    page(&json!(vec![order; count]), 3)
}

async fn license_keys() -> Response {
    page(&json!([sample::<LicenseKey>()]), 1)
}

async fn license_key(State(server): State<Server>) -> Response {
    let mut key: LicenseKeyWithActivations = sample();
    key.expires_at = None;
    key.limit_activations = i64::try_from(LIMIT).ok();
    let activations = server.state().activations.clone();
    key.activations = activations.into_iter().map(Into::into).collect();
    json!(key).to_string().into_response()
}

async fn activate(State(server): State<Server>, body: Bytes) -> Response {
    let Some(request) = read::<LicenseKeyActivate>(&body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "RequestValidationError");
    };
    let mut activation: LicenseKeyActivation = sample();
    activation.label = request.label;
    if server.state().activations.len() >= LIMIT {
        return refuse(StatusCode::FORBIDDEN, "NotPermitted");
    }
    server.state().activations.push(activation.clone());
    server.respond(StatusCode::OK, &activation)
}

/// Skips events whose external id it has already, like Polar.
async fn ingest(State(server): State<Server>, body: Bytes) -> Response {
    let Some(request) = read::<EventsIngest>(&body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "RequestValidationError");
    };
    let total = request.events.len();
    let mut inserted = 0;
    for event in json!(request.events).as_array().into_iter().flatten() {
        let id = event.get("external_id").and_then(Value::as_str);
        if id.is_none_or(|id| server.state().events.insert(id.to_owned())) {
            inserted += 1;
        }
    }
    let response = json!({ "inserted": inserted, "duplicates": total - inserted });
    server.respond(StatusCode::OK, &response)
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Option<T> {
    serde_json::from_slice(body).ok()
}

fn page(items: &Value, max_page: u32) -> Response {
    let pagination = json!({ "total_count": 30, "max_page": max_page });
    let body = json!({ "items": items, "pagination": pagination });
    body.to_string().into_response()
}

fn refuse(status: StatusCode, name: &str) -> Response {
    let body = json!({ "error": name, "detail": "The request was refused." });
    (status, body.to_string()).into_response()
}

/// How many activations the license key allows.
const LIMIT: usize = 2;
