use std::net::IpAddr;

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderName, HeaderValue, Response, StatusCode, Uri, header, request::Parts};

use super::{is_control, refuse};
use crate::http::declared_length;

/// The hosts whose requests may use the control paths of a mock on a port.
///
/// The paths below `/_mock/` need no token, show every token and secret of the mock, and change
/// its state. A web page that is open in a browser on the same machine must not be able to use
/// them: neither with a request to another site, which names the page's site in `Origin`, nor by
/// letting its own name resolve to a loopback address (DNS rebinding), which leaves that name in
/// `Host`. So both headers must name `localhost`, an address of 127.0.0.0/8, `[::1]`, or a host
/// that was [allowed](Self::allow_host). The port does not matter, and `Origin` may be absent.
///
/// A server applies these rules before it calls [`Mock::exchange`](crate::Mock::exchange), and
/// `polar-mock-server` does. The mock itself does not: a request in process is not a browser's.
///
/// ```
/// use http::Request;
/// use polar_mock::ControlAccess;
///
/// # fn main() -> Result<(), http::Error> {
/// let access = ControlAccess::new().allow_host("mock.test");
/// for (host, accepted) in [("localhost:8787", true), ("mock.test", true), ("acme.com", false)] {
///     let request = Request::get("/_mock/state").header("host", host);
///     let (head, ()) = request.body(())?.into_parts();
///     assert_eq!(access.refuse_head(&head).is_none(), accepted);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a server applies it to each request"]
pub struct ControlAccess {
    hosts: Vec<String>,
}

impl ControlAccess {
    /// The maximum length of the body of a request to a control path, in bytes.
    pub const MAX_BODY: usize = 64 * 1024;

    /// Accepts loopback hosts only.
    pub const fn new() -> Self {
        Self { hosts: Vec::new() }
    }

    /// Accepts this host too: a name or an address as in a URL, without a port.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Returns whether a request is for a control path.
    #[must_use]
    pub fn applies_to(head: &Parts) -> bool {
        is_control(&head.uri)
    }

    /// Returns the response to a request for a control path that its head alone decides: a 403 for
    /// its host or origin, or a 413 for the length of the body that it announces.
    #[must_use]
    pub fn refuse_head(&self, head: &Parts) -> Option<Response<Bytes>> {
        if !Self::applies_to(head) {
            return None;
        }
        if let Err(detail) = self.check_host(head).and_then(|()| self.check_origin(head)) {
            return Some(refuse(StatusCode::FORBIDDEN, &detail));
        }
        let length = declared_length(&head.headers)?;
        (length > Self::MAX_BODY as u64).then(Self::refuse_body)
    }

    /// Returns the 413 for a body longer than [`MAX_BODY`](Self::MAX_BODY), after which the
    /// connection closes, for nothing reads the rest.
    #[must_use]
    pub fn refuse_body() -> Response<Bytes> {
        let detail = format!(
            "the mock's control paths accept bodies of at most {} bytes: send a shorter one",
            Self::MAX_BODY
        );
        let mut response = refuse(StatusCode::PAYLOAD_TOO_LARGE, &detail);
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
        response
    }

    fn check_host(&self, head: &Parts) -> Result<(), String> {
        let target = head.uri.authority().map(Authority::as_str);
        let mut hosts = target
            .into_iter()
            .chain(values(head, header::HOST))
            .peekable();
        if hosts.peek().is_none() {
            return Err("the mock's control paths need a Host header: send one".to_owned());
        }
        for text in hosts {
            let authority = text.parse::<Authority>().ok();
            let host = authority.as_ref().map_or(text, Authority::host);
            if authority.is_none() || !self.accepts(host) {
                return Err(format!(
                    "the mock's control paths accept requests to loopback hosts, not to `{host}`: \
                     use http://localhost and the mock's port, or {ALLOW}"
                ));
            }
        }
        Ok(())
    }

    fn check_origin(&self, head: &Parts) -> Result<(), String> {
        for text in values(head, header::ORIGIN) {
            let origin = text.parse::<Uri>().ok();
            // Without a scheme it is `null`, an opaque origin.
            let origin = origin.filter(|origin| origin.scheme().is_some());
            let host = origin.as_ref().and_then(Uri::host);
            if !host.is_some_and(|host| self.accepts(host)) {
                return Err(format!(
                    "the mock's control paths accept requests from pages on loopback hosts, not \
                     from `{text}`: use curl or the mock's own page, or {ALLOW}"
                ));
            }
        }
        Ok(())
    }

    fn accepts(&self, host: &str) -> bool {
        is_loopback(host)
            || self
                .hosts
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(host))
    }
}

/// Returns the values of a header; one that is not ASCII reads as empty.
fn values(head: &Parts, name: HeaderName) -> impl Iterator<Item = &str> {
    let values = head.headers.get_all(name).into_iter();
    values.map(|value| value.to_str().unwrap_or_default())
}

fn is_loopback(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

const ALLOW: &str =
    "allow the host with `polar-seats serve --allow-host NAME` or `MockServerBuilder::allow_host`";

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    /// Returns the status and the detail of an error.
    fn error_of(
        access: &ControlAccess,
        uri: &str,
        headers: &[(&str, &str)],
    ) -> Option<(u16, String)> {
        let mut request = Request::post(uri);
        for (name, value) in headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            request = request.header(*name, value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let response = access.refuse_head(&head)?;
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        let detail = body["detail"].as_str().unwrap().to_owned();
        Some((response.status().as_u16(), detail))
    }

    #[test]
    fn access_accepts_loopback_and_allowed_hosts() {
        let loopback = ControlAccess::new();
        for host in [
            "localhost",
            "LocalHost:8787",
            "127.0.0.1",
            "127.1.2.3:8787",
            "[::1]",
            "[::1]:8787",
            "[0:0:0:0:0:0:0:1]:1",
        ] {
            assert_eq!(
                error_of(&loopback, "/_mock/clock", &[("host", host)]),
                None,
                "{host}"
            );
        }
        let strangers = [
            "rebound.evil.example",
            "rebound.evil.example:8787",
            "localhost.evil.example",
            "evil.localhost",
            "127.0.0.1.evil.example",
            "128.0.0.1",
            "0.0.0.0:8787",
            "[::]:8787",
            "[::ffff:192.0.2.1]",
            "evil.example#localhost",
            "evil.example/localhost",
            "localhost evil.example",
            "localhóst",
            "",
        ];
        for host in strangers {
            let (status, detail) = error_of(&loopback, "/_mock/clock", &[("host", host)]).unwrap();
            assert_eq!(status, 403, "{host}");
            assert!(
                detail.contains("`polar-seats serve --allow-host NAME`"),
                "{detail}"
            );
        }
        let allowing = loopback.allow_host("mock.test").allow_host("[fd00::1]");
        for (host, accepted) in [
            ("mock.test", true),
            ("Mock.Test:8787", true),
            ("[fd00::1]:8787", true),
            ("127.0.0.1", true),
            ("other.mock.test", false),
            ("[fd00::2]", false),
        ] {
            let response = error_of(&allowing, "/_mock/clock", &[("host", host)]);
            assert_eq!(response.is_none(), accepted, "{host}");
        }
    }

    #[test]
    fn access_checks_every_host_of_a_request() {
        let access = ControlAccess::new();
        let hosts = [("host", "localhost"), ("host", "evil.example")];
        assert!(error_of(&access, "/_mock/clock", &hosts).is_some());
        let target = "http://evil.example/_mock/clock";
        assert!(error_of(&access, target, &[("host", "localhost")]).is_some());
        let target = "http://localhost/_mock/clock";
        assert_eq!(error_of(&access, target, &[]), None);
        let (status, detail) = error_of(&access, "/_mock/clock", &[]).unwrap();
        assert_eq!(
            (status, detail.contains("Host header")),
            (403, true),
            "{detail}"
        );
    }

    #[test]
    fn access_rejects_origins_of_other_sites() {
        let access = ControlAccess::new().allow_host("mock.test");
        let with = |origin| {
            let headers = [("host", "localhost:8787"), ("origin", origin)];
            error_of(&access, "/_mock/clock", &headers)
        };
        for origin in [
            "http://localhost:3000",
            "http://127.0.0.1:8787",
            "https://mock.test",
        ] {
            assert_eq!(with(origin), None, "{origin}");
        }
        for origin in [
            "https://evil.example",
            "http://evil.example:8787",
            "null",
            "localhost",
            "",
        ] {
            let (status, detail) = with(origin).unwrap();
            assert_eq!(status, 403, "{origin}");
            assert!(detail.contains(&format!("`{origin}`")), "{detail}");
        }
    }

    #[test]
    fn access_rejects_a_too_large_content_length() {
        let access = ControlAccess::new();
        let with = |length| {
            let headers = [("host", "localhost"), ("content-length", length)];
            error_of(&access, "/_mock/clock", &headers).map(|(status, _)| status)
        };
        assert_eq!(with("65536"), None);
        assert_eq!(with("65537"), Some(413));
        assert_eq!(with("400000000"), Some(413));
    }

    #[test]
    fn access_does_not_apply_to_api_paths() {
        let access = ControlAccess::new();
        let headers = [("host", "api.polar.test"), ("origin", "https://acme.com")];
        for path in ["/v1/customer-seats", "/_mock", "/", "/v1/_mock/state"] {
            assert_eq!(error_of(&access, path, &headers), None, "{path}");
        }
    }
}
