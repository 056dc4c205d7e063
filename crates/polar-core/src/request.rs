//! Building the HTTP request from an operation and the client's settings.

use std::{borrow::Cow, error::Error as StdError, fmt, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use polar_types::CustomerSessionToken;

use crate::{
    Auth, Body, Config, Operation, RequestHeader, Response, Spec, Target,
    headers::POLAR_VERSION,
    host::{port, without_brackets},
    operation::JSON,
};

/// Invalid input that this library rejected before it sent anything.
///
/// It names the field and the rule, and never contains the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRequest {
    field: &'static str,
    problem: Cow<'static, str>,
}

impl InvalidRequest {
    /// Creates an error for a field, option or setting. `problem` continues a sentence that begins
    /// with its name, for example "must not be empty".
    #[must_use]
    pub fn new(field: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field,
            problem: problem.into(),
        }
    }

    /// Returns the name of the invalid field, option or setting.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.problem)
    }
}

impl StdError for InvalidRequest {}

/// What an operation says about its request. What follows from it does not depend on the type of the
/// operation, and is compiled once.
pub(crate) struct RequestParts {
    pub(crate) spec: Spec,
    target: Target,
    body: Result<Body, InvalidRequest>,
    secrets: Vec<Box<str>>,
}

impl RequestParts {
    #[inline]
    pub(crate) fn of<O: Operation>(operation: &O) -> Self {
        let mut spec = O::SPEC;
        spec.idempotency = operation.idempotency();
        Self {
            spec,
            target: operation.target(),
            body: operation.body(),
            secrets: boxed(&operation.secrets()),
        }
    }
}

/// The request of a call, which every attempt sends.
pub(crate) struct PreparedRequest {
    pub(crate) spec: Spec,
    pub(crate) route: Cow<'static, str>,
    uri: Uri,
    config: Arc<Config>,
    bearer: Option<HeaderValue>,
    length: Option<HeaderValue>,
    body: Bytes,
    content_type: Option<HeaderValue>,
    secrets: Vec<Box<str>>,
}

impl PreparedRequest {
    pub(crate) fn new(
        parts: RequestParts,
        config: &Arc<Config>,
        session: Option<&CustomerSessionToken>,
    ) -> Result<Self, InvalidRequest> {
        let RequestParts {
            spec,
            target,
            body,
            secrets,
        } = parts;
        let [path_and_query, route] = target.into_parts()?;
        let (body, content_type) = body?.into_parts();
        // Polar returns 411 for a POST without `Content-Length`, even without a body (observed).
        let has_length =
            !body.is_empty() || matches!(spec.method, Method::POST | Method::PUT | Method::PATCH);
        Ok(Self {
            uri: config.base_url.join(path_and_query)?,
            config: Arc::clone(config),
            bearer: bearer(spec.auth, config, session)?,
            length: has_length.then(|| HeaderValue::from(body.len())),
            secrets,
            spec,
            route,
            content_type: content_type.filter(|_| !body.is_empty()),
            body,
        })
    }

    /// Returns the complete request, for one attempt, with the headers of an observer.
    pub(crate) fn request(&self, observed: Vec<RequestHeader>) -> Request<Bytes> {
        let mut request = Request::new(self.body.clone());
        *request.uri_mut() = self.uri.clone();
        *request.method_mut() = self.spec.method.clone();
        *request.headers_mut() = self.headers(observed);
        request
    }

    fn headers(&self, observed: Vec<RequestHeader>) -> HeaderMap {
        // Includes one for the `Host` header that a transport adds.
        let capacity = if self.bearer.is_some() { 7 } else { 6 };
        let own = &self.config.headers;
        let mut headers = HeaderMap::with_capacity(capacity + own.len() + observed.len());
        for header in observed {
            header.insert_into(&mut headers);
        }
        // No name occurs among the headers that are set below.
        for (name, value) in own {
            headers.insert(name.clone(), value.clone());
        }
        headers.insert(header::USER_AGENT, self.config.user_agent.clone());
        headers.insert(header::ACCEPT, JSON);
        headers.insert(POLAR_VERSION, self.config.api_version.value().clone());
        if let Some(content_type) = &self.content_type {
            headers.insert(header::CONTENT_TYPE, content_type.clone());
        }
        if let Some(length) = &self.length {
            headers.insert(header::CONTENT_LENGTH, length.clone());
        }
        if let Some(bearer) = &self.bearer {
            headers.insert(header::AUTHORIZATION, bearer.clone());
        }
        headers
    }

    /// Returns the host, without the brackets of an IPv6 address, and the port.
    pub(crate) fn server(&self) -> (&str, u16) {
        let host = self.uri.host().unwrap_or_default();
        (without_brackets(host), port(&self.uri))
    }

    /// Returns the secrets to redact in messages of the server, the longest first: another may be a
    /// part of it.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let bearer = self.bearer.as_ref();
        let bearer = bearer
            .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
            .and_then(|value| value.strip_prefix(BEARER));
        let mut secrets = Vec::new();
        if let Some(bearer) = bearer {
            insert_by_length(&mut secrets, bearer);
        }
        for secret in &self.secrets {
            insert_by_length(&mut secrets, secret);
        }
        for value in self.config.headers.values() {
            if let Ok(value) = value.to_str() {
                insert_by_length(&mut secrets, value);
            }
        }
        secrets
    }

    /// Returns the route with its trailing slash added or removed, if a redirect changes only that.
    ///
    /// The server builds the location from the decoded request, so its scheme and its
    /// percent-encoding can differ.
    pub(crate) fn moved_to(&self, response: &Response) -> Option<String> {
        if !MOVED.contains(&response.status()) {
            return None;
        }
        let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
        let location: Uri = location.parse().ok()?;
        let own_host = self.uri.host().unwrap_or_default();
        let has_own_host = |host: &str| host.eq_ignore_ascii_case(own_host);
        if !location.host().is_none_or(has_own_host) {
            return None;
        }
        let without_slash = |path| str::strip_suffix(path, "/").unwrap_or(path);
        let [requested, redirected] = [self.uri.path(), location.path()];
        let is_same = percent_decode_str(without_slash(requested))
            .eq(percent_decode_str(without_slash(redirected)));
        let route = without_slash(self.route.split('?').next().unwrap_or_default());
        match (requested.ends_with('/'), redirected.ends_with('/')) {
            (false, true) if is_same => Some(format!("{route}/")),
            (true, false) if is_same => Some(route.to_owned()),
            _ => None,
        }
    }
}

impl fmt::Debug for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreparedRequest({} {})", self.spec.method, self.route)
    }
}

fn boxed(texts: &[&str]) -> Vec<Box<str>> {
    texts.iter().copied().map(Box::from).collect()
}

fn insert_by_length<'a>(secrets: &mut Vec<&'a str>, secret: &'a str) {
    let index = secrets.partition_point(|other| other.len() >= secret.len());
    secrets.insert(index, secret);
}

fn bearer(
    auth: Auth,
    config: &Config,
    session: Option<&CustomerSessionToken>,
) -> Result<Option<HeaderValue>, InvalidRequest> {
    let (field, missing, token) = match auth {
        Auth::None => return Ok(None),
        Auth::AccessToken => (
            "access token",
            "is missing; set it with `Config::access_token`",
            config
                .access_token
                .as_ref()
                .map(polar_types::AccessToken::expose),
        ),
        Auth::CustomerSession => (
            "customer session token",
            "is missing; call the operation through `Client::customer_portal`",
            session.map(CustomerSessionToken::expose),
        ),
    };
    let token = token.ok_or_else(|| InvalidRequest::new(field, missing))?;
    let mut value = HeaderValue::try_from(format!("{BEARER}{token}")).map_err(|_| {
        InvalidRequest::new(
            field,
            "contains a character that is not allowed in a header",
        )
    })?;
    value.set_sensitive(true);
    Ok(Some(value))
}

const BEARER: &str = "Bearer ";
/// The redirect statuses that ask for the same request at another location.
const MOVED: [StatusCode; 4] = [
    StatusCode::MOVED_PERMANENTLY,
    StatusCode::FOUND,
    StatusCode::TEMPORARY_REDIRECT,
    StatusCode::PERMANENT_REDIRECT,
];
