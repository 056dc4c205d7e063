use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::{
    Secret,
    visits::{Visit, Visits, lock},
};
use crate::App;

/// The sender of a request, identified by a cookie.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    visits: Arc<Visits>,
    key: Arc<Mutex<Secret>>,
    visit: Arc<Mutex<Visit>>,
}

impl Visitor {
    /// Reads or changes the visit.
    pub(crate) fn with<T>(&self, access: impl FnOnce(&mut Visit) -> T) -> T {
        access(&mut lock(&self.visit))
    }

    /// Replaces the key and the form token. Call it at sign-in: a cookie that was planted in the
    /// browser before is then useless (session fixation).
    pub(crate) fn rekey(&self) -> Result<(), getrandom::Error> {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        *key = self.visits.rekey(&key, &self.visit)?;
        Ok(())
    }

    fn key(&self) -> Secret {
        let key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        key.clone()
    }
}

/// Middleware that finds or starts the visit of a request, and sets its cookie if the key is new.
pub(crate) async fn attach(
    State(app): State<App>,
    cookies: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let name = name(app.settings().https);
    let sent = cookies.get(name).map(|cookie| cookie.value().to_owned());
    let found = sent.as_deref().and_then(|key| {
        let visit = app.visits().find(key)?;
        Some((Secret::new(key), visit))
    });
    let Ok((key, visit)) = found.map_or_else(|| app.visits().begin(), Ok) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let visitor = Visitor {
        visits: Arc::clone(app.visits()),
        key: Arc::new(Mutex::new(key)),
        visit,
    };
    request.extensions_mut().insert(visitor.clone());
    let response = next.run(request).await;
    let key = visitor.key();
    if sent.is_some_and(|sent| key.is(&sent)) {
        return response;
    }
    (cookies.add(cookie(&key, app.settings().https)), response).into_response()
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
    if https { "__Host-visit" } else { "visit" }
}

/// `Lax`, not `Strict`, so that the cookie is sent when a person follows the link in an email.
fn cookie(key: &Secret, https: bool) -> Cookie<'static> {
    Cookie::build((name(https), key.expose().to_owned()))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .build()
}
