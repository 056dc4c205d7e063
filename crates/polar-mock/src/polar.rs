use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header, request::Parts,
};
use polar_types::Timestamp;
use time::OffsetDateTime;

use crate::{
    control,
    http::{
        Query, Refusal, Route, Version, allow_origin, authenticate, bearer_token, decode, find,
        is_spoilt, limits, preflight, redirect, version, wrong_version,
    },
    moment::told,
    operations::Call,
    world::World,
};

/// An offline Polar: all of its state, and one answer to each request.
///
/// It has no socket, no clock and no thread: the time comes with the request. [`Mock`](crate::Mock)
/// shares one and gives it a clock; `polar-mock-server` gives it a port.
#[derive(Debug, Default)]
pub struct Polar {
    pub(crate) world: World,
}

impl Polar {
    /// A Polar without organisations, where every token is unknown.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers one request, as a whole.
    ///
    /// `now` is the caller's time, such as a [`SystemTime`](std::time::SystemTime); the advances
    /// made through the control paths are added to it. The clock ends with the year 9998, and what
    /// no timestamp can name, outside the years 0 to 9999, counts as 1970.
    /// The target of the request may be absolute or begin with a slash.
    pub fn handle(
        &mut self,
        request: Request<Bytes>,
        now: impl TryInto<Timestamp>,
    ) -> Response<Bytes> {
        let now = self.world.shift.apply(told(now));
        let (head, body) = request.into_parts();
        let mut reply = self.answer(&head, &body, now);
        if head.method == Method::HEAD {
            *reply.body_mut() = Bytes::new();
        }
        reply
    }

    /// The answer to a request whose head alone decides it: no `Content-Length` where one must be
    /// (411), or too great a one (413).
    ///
    /// A server asks this before it waits for the body, as Polar answers before it does.
    #[must_use]
    pub fn refuse_head(head: &Parts) -> Option<Response<Bytes>> {
        if is_control(&head.uri) {
            return None;
        }
        let version = version(&head.headers)?;
        limits(head).map(|refusal| stamped(refusal.into_response(), version))
    }

    fn answer(&mut self, head: &Parts, body: &Bytes, now: OffsetDateTime) -> Response<Bytes> {
        if is_spoilt(head) {
            return spoilt();
        }
        if is_control(&head.uri) {
            return control::answer(&mut self.world, head, body, now);
        }
        let Some(version) = version(&head.headers) else {
            return wrong_version();
        };
        if let Some(reply) = preflight(head) {
            return stamped(reply, version);
        }
        if let Some(refusal) = limits(head) {
            return stamped(refusal.into_response(), version);
        }
        let mut reply = match self.run(head, body, now) {
            Ok(reply) => reply,
            Err(Refusal::Crash) => return Refusal::Crash.into_response(),
            Err(refusal) => refusal.into_response(),
        };
        if reply.status() != StatusCode::TOO_MANY_REQUESTS {
            let private = HeaderValue::from_static("private, no-store");
            reply
                .headers_mut()
                .entry(header::CACHE_CONTROL)
                .or_insert(private);
        }
        if decode(head.uri.path()).starts_with(OLD_PREFIX) {
            let notice = HeaderValue::from_static(NOTICE);
            reply
                .headers_mut()
                .insert("x-polar-deprecation-notice", notice);
        }
        if head.headers.contains_key(header::ORIGIN) {
            allow_origin(&mut reply);
        }
        stamped(reply, version)
    }

    fn run(
        &mut self,
        head: &Parts,
        body: &Bytes,
        now: OffsetDateTime,
    ) -> Result<Response<Bytes>, Refusal> {
        let path = canonical(&decode(head.uri.path()));
        let token = bearer_token(&head.headers);
        self.world
            .rates
            .count(&path, token, now)
            .map_err(Refusal::RateLimited)?;
        let caller = authenticate(token, &self.world, now)?;
        if let Some(token) = token {
            self.world.rates.accept(token, &caller, now);
        }
        match find(&head.method, &path) {
            Route::To(operation, parameter) => Call {
                world: &mut self.world,
                now,
                caller,
                headers: &head.headers,
                body,
                query: Query::read(head.uri.query()),
                parameter,
            }
            .run(operation),
            Route::OtherMethod(allowed) => Err(Refusal::MethodNotAllowed(allowed)),
            Route::OtherSlash(path) => {
                let location = redirect(host(head), &path, head.uri.query());
                Err(Refusal::Redirect(location))
            }
            Route::Nowhere => Err(Refusal::NotFound),
        }
    }
}

/// The old prefix of the API still works.
fn canonical(path: &str) -> String {
    match path.strip_prefix(OLD_PREFIX) {
        Some(rest) => format!("/v1{rest}"),
        None => path.to_owned(),
    }
}

fn host(head: &Parts) -> &str {
    let named = head
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    named
        .or_else(|| head.uri.authority().map(http::uri::Authority::as_str))
        .unwrap_or("localhost")
}

pub(crate) fn is_control(uri: &Uri) -> bool {
    uri.path().starts_with("/_mock/")
}

/// An answer from in front of the server, with the version that the request asks for.
pub(crate) fn stamped_for(reply: Response<Bytes>, headers: &HeaderMap) -> Response<Bytes> {
    match version(headers) {
        Some(version) => stamped(reply, version),
        None => wrong_version(),
    }
}

fn stamped(mut reply: Response<Bytes>, version: Version) -> Response<Bytes> {
    reply.headers_mut().insert("polar-version", version.value());
    reply
}

/// What the server's HTTP parser answers when it cannot read a request.
fn spoilt() -> Response<Bytes> {
    let mut reply = Response::new(Bytes::from_static(b"Invalid HTTP request received."));
    *reply.status_mut() = StatusCode::BAD_REQUEST;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    reply.headers_mut().insert(header::CONTENT_TYPE, plain);
    reply
}

const OLD_PREFIX: &str = "/api/v1";
const NOTICE: &str = "The API root has moved from /api/v1 to /v1. Please update your integration.";
