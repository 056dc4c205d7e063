use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use polar_types::Timestamp;
use time::OffsetDateTime;

use crate::{
    clock::to_utc,
    control::{self, is_control},
    http::{
        HttpError, OLD_PREFIX, Route, allow_origin, bearer_token, check_length, decode, find,
        is_malformed, log_target, malformed_request, preflight, redirect, unknown_version, version,
        with_version,
    },
    operations::Call,
    resources,
    seed::{Seed, SeedError},
    state::{Caller, State},
    validation::Query,
};

/// An offline Polar: its whole state, and one response to each request.
///
/// It has no socket, clock or thread: the time is passed with each request. [`Mock`](crate::Mock)
/// shares one and adds a clock; `polar-mock-server` adds a port.
#[derive(Default)]
pub struct Polar {
    pub(crate) state: State,
}

/// Without the state, which has tokens, license keys and addresses.
impl fmt::Debug for Polar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polar").finish_non_exhaustive()
    }
}

impl Polar {
    /// Returns a Polar without organizations, where every token is unknown.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a Polar with the state that a seed describes. Entries without a time are created at
    /// the start: `now`, or the seed's own `now`, from which its clock runs on.
    ///
    /// # Errors
    ///
    /// When entries of the seed contradict each other, or refer to missing entries.
    pub fn from_seed(seed: &Seed, now: impl TryInto<Timestamp>) -> Result<Self, SeedError> {
        let state = seed.load(to_utc(now))?;
        Ok(Self { state })
    }

    /// Returns this Polar as a seed that starts an equal one: from there on it returns the same
    /// responses, including new ids and tokens.
    ///
    /// Expired sessions and rate limit windows are left out, and so are open claim streams.
    #[must_use]
    pub fn to_seed(&self, now: impl TryInto<Timestamp>) -> Seed {
        Seed::of(&self.state, self.state.clock_offset.apply(to_utc(now)))
    }

    /// Responds to one complete request.
    ///
    /// `now` is the caller's time, such as a [`SystemTime`](std::time::SystemTime); the advances
    /// made through the control paths are added to it. The clock ends with the year 9998, and a time
    /// outside the years 0 to 9999 is read as 1970.
    /// The target of the request can be absolute or begin with a slash.
    pub fn handle(
        &mut self,
        request: Request<Bytes>,
        now: impl TryInto<Timestamp>,
    ) -> Response<Bytes> {
        let now = self.state.clock_offset.apply(to_utc(now));
        let (head, body) = request.into_parts();
        let mut response = self.respond(&head, &body, now);
        if head.method == Method::HEAD {
            *response.body_mut() = Bytes::new();
        }
        response
    }

    /// Returns the response to a request whose head alone decides it: 411 without a required
    /// `Content-Length`, or 413 for one that is too large.
    ///
    /// Servers call this before they read the body, since Polar responds before it does.
    #[must_use]
    pub fn refuse_head(head: &Parts) -> Option<Response<Bytes>> {
        if is_control(&head.uri) {
            return None;
        }
        let version = version(&head.headers)?;
        let error = check_length(head).err()?;
        Some(with_version(error.into_response(), version))
    }

    /// Returns the path and query of a request for a log: the template of the route, such as
    /// `/v1/customer-seats/claim/{invitation_token}`, without tokens and personal data.
    ///
    /// Of a path that Polar does not have, only segments that are lowercase words are shown. Of the
    /// query, only numbers, Booleans and UUIDs are. `…` replaces the rest.
    #[must_use]
    pub fn log_target(head: &Parts) -> String {
        log_target(&head.method, &head.uri)
    }

    fn respond(&mut self, head: &Parts, body: &Bytes, now: OffsetDateTime) -> Response<Bytes> {
        if is_malformed(head) {
            return malformed_request();
        }
        if is_control(&head.uri) {
            return match control::act_as(&self.state, head) {
                Some((caller, head)) => self.respond_as(Some(caller), &head, body, now),
                None => control::respond(&mut self.state, head, body, now),
            };
        }
        self.respond_as(None, head, body, now)
    }

    /// Responds to a request of the API, for a caller that is known or for that of its token.
    fn respond_as(
        &mut self,
        caller: Option<Caller>,
        head: &Parts,
        body: &Bytes,
        now: OffsetDateTime,
    ) -> Response<Bytes> {
        let Some(version) = version(&head.headers) else {
            return unknown_version();
        };
        if let Some(response) = preflight(head) {
            return with_version(response, version);
        }
        if let Err(error) = check_length(head) {
            return with_version(error.into_response(), version);
        }
        let path = canonical(&decode(head.uri.path()));
        let caller = caller.map_or_else(|| self.identify(head, &path, now), Ok);
        let result = caller.and_then(|caller| self.run(caller, &path, head, body, now));
        let mut response = match result {
            Ok(response) => response,
            Err(HttpError::Crash) => return HttpError::Crash.into_response(),
            Err(error) => error.into_response(),
        };
        if response.status() != StatusCode::TOO_MANY_REQUESTS {
            let private = HeaderValue::from_static("private, no-store");
            response
                .headers_mut()
                .entry(header::CACHE_CONTROL)
                .or_insert(private);
        }
        if decode(head.uri.path()).starts_with(OLD_PREFIX) {
            let notice = HeaderValue::from_static(DEPRECATION_NOTICE);
            response
                .headers_mut()
                .insert("x-polar-deprecation-notice", notice);
        }
        if head.headers.contains_key(header::ORIGIN) {
            allow_origin(&mut response);
        }
        with_version(response, version)
    }

    /// Returns the caller of the request's token, and counts the call.
    fn identify(
        &mut self,
        head: &Parts,
        path: &str,
        now: OffsetDateTime,
    ) -> Result<Caller, HttpError> {
        let token = bearer_token(&head.headers);
        self.state
            .rates
            .count(path, token, now)
            .map_err(HttpError::RateLimited)?;
        let caller = self.state.caller(token, now);
        let caller = caller.ok_or(HttpError::InvalidToken)?;
        if let Some(token) = token {
            self.state.rates.accept(token, (&caller).into(), now);
        }
        Ok(caller)
    }

    fn run(
        &mut self,
        caller: Caller,
        path: &str,
        head: &Parts,
        body: &Bytes,
        now: OffsetDateTime,
    ) -> Result<Response<Bytes>, HttpError> {
        resources::follow_events(&mut self.state, now);
        match find(&head.method, path) {
            Route::Operation(operation, parameter) => Call {
                state: &mut self.state,
                now,
                caller,
                headers: &head.headers,
                body,
                query: Query::read(head.uri.query()),
                parameter,
            }
            .run(operation),
            Route::Resource(operation, values) => {
                let has_stub = self.state.stubs.has(operation);
                let call = resources::Call::read(
                    &mut self.state,
                    now,
                    &caller,
                    operation,
                    head,
                    body,
                    &values,
                )?;
                if !has_stub {
                    return call.run();
                }
                let query = Query::read(head.uri.query()).into_pairs();
                let stubs = &mut self.state.stubs;
                Ok(stubs.hold(operation, values, query, body.clone()))
            }
            Route::OtherMethod(allowed) => Err(HttpError::MethodNotAllowed(allowed)),
            Route::OtherSlash(path) => {
                let location = redirect(host(head), &path, head.uri.query());
                Err(HttpError::Redirect(location))
            }
            Route::NotFound => Err(HttpError::NotFound),
        }
    }
}

/// Replaces the API's old prefix, which still works, by the current one.
fn canonical(path: &str) -> String {
    match path.strip_prefix(OLD_PREFIX) {
        Some(rest) => format!("/v1{rest}"),
        None => path.to_owned(),
    }
}

fn host(head: &Parts) -> &str {
    let host = head
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    host.or_else(|| head.uri.authority().map(http::uri::Authority::as_str))
        .unwrap_or("localhost")
}

const DEPRECATION_NOTICE: &str =
    "The API root has moved from /api/v1 to /v1. Please update your integration.";
