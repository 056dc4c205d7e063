use std::sync::{Arc, Mutex};

use axum::{
    extract::{FromRequestParts, NestedPath, Request, State, rejection::NestedPathRejection},
    http::{StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::{
    RandomKey,
    store::{Visit, lock},
};
use crate::claim::{ClaimFlow, page::path};

/// The sender of a request, identified by a cookie.
#[derive(Debug, Clone)]
pub(in super::super) struct Visitor {
    visit: Arc<Mutex<Visit>>,
    /// The path at which the flow is nested.
    base: Arc<str>,
}

impl Visitor {
    /// Reads or changes the visit.
    pub(in super::super) fn with<T>(&self, access: impl FnOnce(&mut Visit) -> T) -> T {
        access(&mut lock(&self.visit))
    }

    pub(in super::super) fn base(&self) -> &str {
        &self.base
    }

    /// Returns the path of a route of the flow.
    pub(in super::super) fn path(&self, route: &str) -> String {
        path(&self.base, route)
    }
}

/// Middleware that finds or starts the visit of a request, and sets its cookie if it is new.
pub(in super::super) async fn attach(
    State(flow): State<ClaimFlow>,
    nested: Result<NestedPath, NestedPathRejection>,
    cookies: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let https = flow.settings.https;
    let sent = cookies.get(name(https));
    let found = sent.and_then(|cookie| flow.visits.find(cookie.value()));
    let (new_key, visit) = match found {
        Some(visit) => (None, visit),
        None => match flow.visits.begin() {
            Ok((key, visit)) => (Some(key), visit),
            Err(error) => {
                tracing::error!("no random numbers: {error}");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        },
    };
    let base = nested.as_ref().map_or("", NestedPath::as_str);
    request.extensions_mut().insert(Visitor {
        visit,
        base: base.into(),
    });
    let response = next.run(request).await;
    match new_key {
        None => response,
        Some(key) => (cookies.add(cookie(&key, https)), response).into_response(),
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let visitor = parts.extensions.get::<Self>().cloned();
        visitor.ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// With the prefix `__Host-`, a browser accepts the cookie from this host only. Without it, a sibling
/// such as `other.acme.com` could plant its own visit, and see what is claimed in it. Browsers accept
/// the prefix with https only.
const fn name(https: bool) -> &'static str {
    if https { "__Host-claim" } else { "claim" }
}

/// `Lax`, not `Strict`, so that the cookie is sent when a person follows the link in an email.
fn cookie(key: &RandomKey, https: bool) -> Cookie<'static> {
    Cookie::build((name(https), key.expose().to_owned()))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .build()
}
