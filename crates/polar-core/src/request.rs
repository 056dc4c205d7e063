//! From an operation and a client's settings to a request that is complete.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, header};
use polar_types::CustomerSessionToken;

use crate::{Auth, Config, Invalid, Operation, error::POLAR_VERSION, operation::Spec};

/// A request with everything that the server must see, and what is told of it.
pub(crate) struct Prepared {
    pub(crate) request: Request<Bytes>,
    pub(crate) spec: Spec,
    pub(crate) route: String,
    secret: Option<Box<str>>,
}

impl Prepared {
    /// Makes the request of `operation`.
    pub(crate) fn new<O: Operation>(
        operation: &O,
        config: &Config,
        session: Option<&CustomerSessionToken>,
    ) -> Result<Self, Invalid> {
        let spec = O::SPEC;
        let (path_and_query, route) = operation.target().into_parts()?;
        let body = operation.body()?;
        let mut request = Request::new(body);
        *request.uri_mut() = config.base_url.join(&path_and_query)?;
        *request.method_mut() = spec.method.clone();
        let bearer = bearer(spec.auth, config, session)?;
        let length = request.body().len();
        fill(request.headers_mut(), config, &spec.method, length);
        if let Some(bearer) = bearer {
            request.headers_mut().insert(header::AUTHORIZATION, bearer);
        }
        let secret = operation.secret().map(Box::from);
        Ok(Self {
            request,
            spec,
            route,
            secret,
        })
    }

    /// What may not be repeated from the server's words.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let bearer = self.request.headers().get(header::AUTHORIZATION);
        let bearer = bearer
            .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
            .and_then(|value| value.strip_prefix(BEARER));
        bearer.into_iter().chain(self.secret.as_deref()).collect()
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({} {})", self.spec.method, self.route)
    }
}

fn bearer(
    auth: Auth,
    config: &Config,
    session: Option<&CustomerSessionToken>,
) -> Result<Option<HeaderValue>, Invalid> {
    let (place, missing, token) = match auth {
        Auth::None => return Ok(None),
        Auth::AccessToken => (
            "access token",
            "is missing, and this operation needs one: see `Config::access_token`",
            config
                .access_token
                .as_ref()
                .map(polar_types::AccessToken::expose),
        ),
        Auth::CustomerSession => (
            "customer session token",
            "is missing, and this operation needs one: see `Client::customer_portal`",
            session.map(CustomerSessionToken::expose),
        ),
    };
    let token = token.ok_or_else(|| Invalid::new(place, missing))?;
    let mut value = HeaderValue::from_str(&format!("{BEARER}{token}"))
        .map_err(|_| Invalid::new(place, "has a character that cannot stand in a header"))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

fn fill(headers: &mut HeaderMap, config: &Config, method: &Method, body_length: usize) {
    headers.insert(header::USER_AGENT, config.user_agent.clone());
    headers.insert(header::ACCEPT, JSON);
    headers.insert(POLAR_VERSION, VERSION);
    if body_length > 0 {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
    // The server refuses a POST without it, also one that has no body (observed: 411).
    if body_length > 0 || matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body_length));
    }
}

const BEARER: &str = "Bearer ";
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The API version that the types were made for. Seats are the same in 2026-04 (observed).
const VERSION: HeaderValue = HeaderValue::from_static("2026-10");
