use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, header};
use polar_core::Attempt;

use crate::wire::{ReceivedRequest, RequestKind, Scenario, ScenarioExchange};

/// The request of one exchange, as passed to the transport and as it must arrive.
#[derive(Debug)]
pub(super) struct ExpectedRequest {
    authority: String,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Bytes,
}

impl ExpectedRequest {
    pub(super) fn new(kind: &RequestKind, number: usize, authority: &str) -> Self {
        let (method, body) = match kind {
            RequestKind::Get | RequestKind::MinimalGet => (Method::GET, Bytes::new()),
            RequestKind::Post(body) => (Method::POST, body.clone()),
            RequestKind::EmptyPost => (Method::POST, Bytes::new()),
            RequestKind::Patch(body) => (Method::PATCH, body.clone()),
            RequestKind::Delete => (Method::DELETE, Bytes::new()),
        };
        let mut headers = HeaderMap::new();
        let mut secret = HeaderValue::from_static(BEARER);
        secret.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, secret);
        if *kind != RequestKind::MinimalGet {
            for (name, value) in HEADERS {
                headers.append(name, HeaderValue::from_static(value));
            }
        }
        if matches!(method, Method::POST | Method::PATCH) {
            headers.insert(header::CONTENT_LENGTH, body.len().into());
        }
        if !body.is_empty() {
            let json = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, json);
        }
        Self {
            authority: authority.to_owned(),
            method,
            target: format!("{TARGET}{number}"),
            headers,
            body,
        }
    }

    /// Returns the attempt to pass to the transport.
    pub(super) fn to_attempt(
        &self,
        scenario: &Scenario,
        exchange: &ScenarioExchange,
    ) -> http::Result<Attempt> {
        let scheme = if scenario.https { "https" } else { "http" };
        let uri = format!("{scheme}://{}{}", self.authority, self.target);
        let builder = Request::builder().method(self.method.clone()).uri(uri);
        let mut request = builder.body(self.body.clone())?;
        *request.headers_mut() = self.headers.clone();
        Ok(Attempt::new(request, exchange.timeout, Scenario::MAX_BODY))
    }

    /// Returns whether a received request, complete or not, is this one. Targets are unique.
    pub(super) fn has_target_of(&self, received: &ReceivedRequest) -> bool {
        received.target == self.target
    }

    /// Returns how a received, complete request differs from this one.
    pub(super) fn differences(&self, received: &ReceivedRequest) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |part: &str, expected: &str, actual: &str| {
            if expected != actual {
                differences.push(format!(
                    "the {part} arrived as {actual:?} instead of {expected:?}"
                ));
            }
        };
        compare("method", self.method.as_str(), &received.method);
        compare("target", &self.target, &received.target);
        let version = format!("{:?}", received.minor_version);
        compare("version", "Some(1)", &version);
        let hosts: Vec<_> = received.values("host").collect();
        compare("host", &self.authority, &hosts.join(", "));
        for name in self.headers.keys() {
            let expected = self.headers.get_all(name).iter();
            let expected: Vec<_> = expected
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            let actual: Vec<_> = received.values(name.as_str()).collect();
            if expected != actual {
                // The values are left out because they may be secret.
                let (expected, actual) = (times(expected.len()), times(actual.len()));
                differences.push(format!(
                    "the header {name} arrived changed: sent {expected}, received {actual}"
                ));
            }
        }
        for (name, value) in &received.headers {
            let added = !self.headers.contains_key(name.as_str());
            if added && !ALLOWED.contains(&name.to_ascii_lowercase().as_str()) {
                differences.push(format!("a header was added: {name}: {value}"));
            }
        }
        if self.body != received.body {
            differences.push(format!(
                "the body arrived changed: sent {} bytes, received {}",
                self.body.len(),
                received.body.len()
            ));
        }
        differences
    }
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// Contains what URL normalization would change: an encoded slash, encoded dots, an encoded
/// letter, a plus. The number of the exchange is appended.
const TARGET: &str = "/v1/customer-seats/claim/secret-in-path%2Fb/%2e%2e/c\
                      ?x=%41&y=a+b&secret=secret-in-query&exchange=";
const BEARER: &str = "Bearer secret-in-header";
const HEADERS: [(&str, &str); 6] = [
    ("accept", "application/json"),
    ("user-agent", "polar-testkit"),
    ("polar-version", "2026-01"),
    ("x-punctuation", "a, b;  c=\"d\""),
    ("x-twice", "one"),
    ("x-twice", "two"),
];
/// The headers that a transport may add.
const ALLOWED: [&str; 2] = ["host", "connection"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::secrets;

    #[test]
    fn target_and_authorization_contain_secrets() {
        let text = [TARGET, BEARER].concat();
        assert_eq!(
            secrets::within(text.as_bytes()),
            [secrets::IN_PATH, secrets::IN_QUERY, secrets::IN_HEADER]
        );
    }
}
