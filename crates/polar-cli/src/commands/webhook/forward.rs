//! Forwarding of verified requests to a server on this machine.

use std::{net::IpAddr, time::Duration};

use http::{HeaderName, HeaderValue, Uri, request::Parts, uri::Authority};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1,
    header::{self, HeaderMap},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use crate::error::CliError;

/// The URL to which events are forwarded, with plain HTTP.
#[derive(Debug, Clone)]
pub(super) struct Forward {
    host: String,
    port: u16,
    /// The value of the `Host` header.
    authority: HeaderValue,
    /// The path and the query.
    target: Uri,
}

/// The response of the server to which a request was forwarded.
pub(super) struct Forwarded {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

impl Forward {
    /// Checks a URL. Its host must be this machine, or one of the allowed hosts.
    pub(super) fn new(url: &str, allowed: &[String]) -> Result<Self, CliError> {
        let invalid = || {
            CliError::invalid("--forward-to is not a URL such as http://127.0.0.1:3000/webhooks")
        };
        let uri: Uri = url.parse().map_err(|_| invalid())?;
        let parts = uri.into_parts();
        let authority = parts.authority.ok_or_else(invalid)?;
        match parts.scheme.as_ref().map(http::uri::Scheme::as_str) {
            Some("http") if !authority.as_str().contains('@') => {}
            Some("https") => {
                return Err(CliError::invalid("--forward-to supports http:// only"));
            }
            _ => return Err(invalid()),
        }
        // Only URLs have brackets around an IPv6 address.
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let is_allowed = |name: &String| {
            let name = name.trim_matches(['[', ']']);
            name.eq_ignore_ascii_case(&host)
        };
        if !is_loopback(&host) && !allowed.iter().any(is_allowed) {
            return Err(CliError::invalid(
                "--forward-to leads to another machine, which receives the data of your customers",
            )
            .with_hint(format!("Allow it with --allow-host {host}.")));
        }
        let target = parts.path_and_query.map_or_else(Uri::default, Uri::from);
        Ok(Self {
            port: authority.port_u16().unwrap_or(80),
            authority: host_header(&authority).ok_or_else(invalid)?,
            host,
            target,
        })
    }

    /// Sends a request with the same body and headers, and returns the response or the error.
    pub(super) async fn send(&self, head: &Parts, body: Bytes) -> Result<Forwarded, String> {
        match timeout(TIMEOUT, self.exchange(head, body)).await {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(_) => Err(format!("no response within {} s", TIMEOUT.as_secs())),
        }
    }

    async fn exchange(
        &self,
        head: &Parts,
        body: Bytes,
    ) -> Result<Forwarded, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // The connection ends when the sender is dropped.
        tokio::spawn(connection);
        let mut request = Request::post(self.target.clone()).body(Full::new(body))?;
        *request.headers_mut() = end_to_end(&head.headers);
        let host = self.authority.clone();
        request.headers_mut().insert(header::HOST, host);
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), RESPONSE_LIMIT).collect();
        Ok(Forwarded {
            status,
            body: body.await?.to_bytes(),
        })
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

fn host_header(authority: &Authority) -> Option<HeaderValue> {
    HeaderValue::try_from(authority.as_str()).ok()
}

/// Returns the headers without those of the connection, and without the length, which hyper sets.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named = headers.get_all(header::CONNECTION).into_iter();
    let named: Vec<_> = named
        .filter_map(|value| value.to_str().ok())
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse::<HeaderName>().ok())
        .collect();
    let mut headers = headers.clone();
    for name in CONNECTION_HEADERS.iter().chain(&named) {
        headers.remove(name);
    }
    headers
}

const CONNECTION_HEADERS: [HeaderName; 9] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];
/// Polar's timeout for a delivery.
const TIMEOUT: Duration = Duration::from_secs(10);
/// In bytes; Polar stores the beginning only.
const RESPONSE_LIMIT: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn error(url: &str, allowed: &[&str]) -> Option<String> {
        let allowed: Vec<_> = allowed.iter().map(|&host| host.to_owned()).collect();
        let error = Forward::new(url, &allowed).err()?;
        Some(error.invalid_message())
    }

    #[test]
    fn forward_accepts_loopback_and_allowed_hosts() {
        for url in [
            "http://127.0.0.1:3000/webhooks?a=b",
            "http://localhost",
            "http://[::1]:3000/",
        ] {
            assert_eq!(error(url, &[]), None, "{url}");
        }
        for url in [
            "http://web:3000/webhooks",
            "http://192.0.2.1/",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
            "http://0.0.0.0:3000/",
        ] {
            let message = error(url, &["other"]).unwrap();
            assert!(message.contains("another machine"), "{url}: {message}");
        }
        assert_eq!(error("http://Web:3000/webhooks", &["web"]), None);
        for url in [
            "",
            "3000",
            "/webhooks",
            "127.0.0.1:3000",
            "ftp://localhost/",
            "http://user:password@localhost/",
        ] {
            let message = error(url, &[]).unwrap();
            assert!(message.contains("is not a URL"), "{url}: {message}");
        }
        assert!(
            error("https://localhost/", &[])
                .unwrap()
                .contains("http:// only")
        );
    }

    #[test]
    fn connection_headers_are_not_forwarded() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, x-hop"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("content-length", "5"),
            ("webhook-id", "evt-1"),
            ("content-type", "application/json"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let mut names: Vec<_> = end_to_end(&headers)
            .keys()
            .map(ToString::to_string)
            .collect();
        names.sort();
        assert_eq!(names, ["content-type", "webhook-id"]);
    }
}
