//! From an operation and a client's settings to a request that is complete.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use polar_types::CustomerSessionToken;

use crate::{
    ApiVersion, Auth, Config, InvalidRequest, Operation, Response,
    error::POLAR_VERSION,
    operation::{JSON, Spec},
};

/// What every attempt of a call sends, and what is told of it.
pub(crate) struct Prepared {
    pub(crate) spec: Spec,
    pub(crate) route: Cow<'static, str>,
    uri: Uri,
    user_agent: HeaderValue,
    api_version: ApiVersion,
    /// Those of the configuration: none has the name of one that is set here.
    extra: HeaderMap,
    bearer: Option<HeaderValue>,
    length: Option<HeaderValue>,
    body: Bytes,
    content_type: Option<HeaderValue>,
    secret: Option<Box<str>>,
}

impl Prepared {
    /// Makes the request of `operation`.
    pub(crate) fn new<O: Operation>(
        operation: &O,
        config: &Config,
        session: Option<&CustomerSessionToken>,
    ) -> Result<Self, InvalidRequest> {
        let spec = O::SPEC;
        let [path_and_query, route] = operation.target().into_parts()?;
        let (body, content_type) = operation.body()?.into_parts();
        // The server refuses a POST without it, also one that has no body (observed: 411).
        let has_length =
            !body.is_empty() || matches!(spec.method, Method::POST | Method::PUT | Method::PATCH);
        Ok(Self {
            uri: config.base_url.join(path_and_query)?,
            user_agent: config.user_agent.clone(),
            api_version: config.api_version.clone(),
            extra: config.headers.clone(),
            bearer: bearer(spec.auth, config, session)?,
            length: has_length.then(|| HeaderValue::from(body.len())),
            secret: operation.secret().map(Box::from),
            spec,
            route,
            content_type: content_type.filter(|_| !body.is_empty()),
            body,
        })
    }

    /// The request with everything that the server must see, for one attempt to use up.
    pub(crate) fn request(&self) -> Request<Bytes> {
        let mut request = Request::new(self.body.clone());
        *request.uri_mut() = self.uri.clone();
        *request.method_mut() = self.spec.method.clone();
        *request.headers_mut() = self.headers();
        request
    }

    fn headers(&self) -> HeaderMap {
        // And one for the `Host` that a transport adds.
        let room = if self.bearer.is_some() { 7 } else { 6 };
        let mut headers = HeaderMap::with_capacity(room + self.extra.len());
        headers.extend(self.extra.clone());
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.insert(header::ACCEPT, JSON);
        headers.insert(POLAR_VERSION, self.api_version.value().clone());
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

    /// What may not be repeated from the server's words.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let bearer = self.bearer.as_ref();
        let bearer = bearer
            .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
            .and_then(|value| value.strip_prefix(BEARER));
        let extra = self.extra.values().filter_map(|value| value.to_str().ok());
        bearer
            .into_iter()
            .chain(self.secret.as_deref())
            .chain(extra)
            .collect()
    }

    /// The route with or without its last slash, when that is all that a redirect changes.
    ///
    /// The server writes the location anew, from what it understood: the scheme may be another, and
    /// characters may be encoded in another way.
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
        let [asked, told] = [self.uri.path(), location.path()];
        let is_same =
            percent_decode_str(without_slash(asked)).eq(percent_decode_str(without_slash(told)));
        let route = without_slash(self.route.split('?').next().unwrap_or_default());
        match (asked.ends_with('/'), told.ends_with('/')) {
            (false, true) if is_same => Some(format!("{route}/")),
            (true, false) if is_same => Some(route.to_owned()),
            _ => None,
        }
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
) -> Result<Option<HeaderValue>, InvalidRequest> {
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
    let token = token.ok_or_else(|| InvalidRequest::new(place, missing))?;
    let mut value = HeaderValue::try_from(format!("{BEARER}{token}"))
        .map_err(|_| InvalidRequest::new(place, "has a character that cannot stand in a header"))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

const BEARER: &str = "Bearer ";
/// The statuses of a redirect that asks for the same request elsewhere.
const MOVED: [StatusCode; 4] = [
    StatusCode::MOVED_PERMANENTLY,
    StatusCode::FOUND,
    StatusCode::TEMPORARY_REDIRECT,
    StatusCode::PERMANENT_REDIRECT,
];
