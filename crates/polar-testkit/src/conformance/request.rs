use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, header};
use polar_core::Attempt;

use crate::wire::{Ask, Exchange, Received, Scenario};

/// The request of one exchange: what is given to the transport, and what must arrive.
#[derive(Debug)]
pub(super) struct Given {
    authority: String,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Given {
    pub(super) fn new(ask: &Ask, number: usize, authority: &str) -> Self {
        let (method, body) = match ask {
            Ask::Get | Ask::BareGet => (Method::GET, Bytes::new()),
            Ask::Post(body) => (Method::POST, body.clone()),
            Ask::EmptyPost => (Method::POST, Bytes::new()),
            Ask::Patch(body) => (Method::PATCH, body.clone()),
            Ask::Delete => (Method::DELETE, Bytes::new()),
        };
        let mut headers = HeaderMap::new();
        let mut secret = HeaderValue::from_static(BEARER);
        secret.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, secret);
        if *ask != Ask::BareGet {
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

    /// As it is given to the transport.
    pub(super) fn attempt(
        &self,
        scenario: &Scenario,
        exchange: &Exchange,
    ) -> http::Result<Attempt> {
        let scheme = if scenario.https { "https" } else { "http" };
        let uri = format!("{scheme}://{}{}", self.authority, self.target);
        let builder = Request::builder().method(self.method.clone()).uri(uri);
        let mut request = builder.body(self.body.clone())?;
        *request.headers_mut() = self.headers.clone();
        Ok(Attempt::new(request, exchange.timeout, Scenario::MAX_BODY))
    }

    /// Whether something that arrived, in part perhaps, is this request.
    pub(super) fn is(&self, received: &Received) -> bool {
        received.target == self.target
    }

    /// How a request that arrived whole differs from this one.
    pub(super) fn differences(&self, received: &Received) -> Vec<String> {
        let mut differences = Vec::new();
        let mut differ = |what: &str, given: &str, arrived: &str| {
            if given != arrived {
                differences.push(format!(
                    "its {what} arrived as {arrived:?} instead of {given:?}"
                ));
            }
        };
        differ("method", self.method.as_str(), &received.method);
        differ("target", &self.target, &received.target);
        differ(
            "version",
            "Some(1)",
            &format!("{:?}", received.minor_version),
        );
        let hosts: Vec<_> = received.values("host").collect();
        differ("host", &self.authority, &hosts.join(", "));
        for name in self.headers.keys() {
            let given = self.headers.get_all(name).iter();
            let given: Vec<_> = given
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            let arrived: Vec<_> = received.values(name.as_str()).collect();
            if given != arrived {
                // The value may be a secret, even if a planted one.
                differences.push(format!(
                    "its header {name} was given {} and arrived {}, or changed",
                    times(given.len()),
                    times(arrived.len()),
                ));
            }
        }
        for (name, value) in &received.headers {
            let added = !self.headers.contains_key(name.as_str());
            if added && !ALLOWED.contains(&name.to_ascii_lowercase().as_str()) {
                differences.push(format!("a header was added to it: {name}: {value}"));
            }
        }
        if self.body != received.body {
            differences.push(format!(
                "its body of {} bytes arrived as one of {}, or changed",
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

/// With what a client that normalises would change: an encoded slash, encoded dots, an encoded
/// letter, a plus. The number of the exchange comes last.
const TARGET: &str = "/v1/customer-seats/claim/planted-in-the-path%2Fb/%2e%2e/c\
                      ?x=%41&y=a+b&secret=planted-in-the-query&exchange=";
const BEARER: &str = "Bearer planted-in-a-header";
const HEADERS: [(&str, &str); 6] = [
    ("accept", "application/json"),
    ("user-agent", "polar-testkit"),
    ("polar-version", "2026-01"),
    ("x-odd", "a, b;  c=\"d\""),
    ("x-twice", "one"),
    ("x-twice", "two"),
];
/// What a transport may add.
const ALLOWED: [&str; 2] = ["host", "connection"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::secrets;

    #[test]
    fn secrets_are_planted_in_the_target_and_in_a_header() {
        let text = [TARGET, BEARER].concat();
        assert_eq!(
            secrets::within(text.as_bytes()),
            [secrets::IN_PATH, secrets::IN_QUERY, secrets::IN_HEADER]
        );
    }
}
