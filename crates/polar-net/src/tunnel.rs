use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use polar_core::ProxyAddress;

use crate::{Error, Origin, Reason};

/// The `CONNECT` exchange with a proxy, without I/O.
///
/// The proxy is sent the host and port of the server and its own credentials, and nothing of the
/// request. Nothing that it sends is ever taken for the server's response.
pub struct Tunnel {
    request: String,
    response: Vec<u8>,
}

impl Tunnel {
    /// Begins a tunnel to a server.
    #[must_use]
    pub fn new(proxy: &ProxyAddress, server: &Origin) -> Self {
        let server = server.authority();
        let mut request = format!("CONNECT {server} HTTP/1.1\r\nhost: {server}\r\n");
        if let Some((user, password)) = proxy.credentials() {
            request.push_str("proxy-authorization: Basic ");
            BASE64_STANDARD.encode_string(format!("{user}:{password}"), &mut request);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        Self {
            request,
            response: Vec::new(),
        }
    }

    /// Returns the bytes to send to the proxy.
    #[must_use]
    pub const fn request(&self) -> &[u8] {
        self.request.as_bytes()
    }

    /// Takes the next bytes from the proxy, none at the end of the stream. Returns whether the
    /// tunnel is open; if it is not, there is more to read.
    ///
    /// # Errors
    ///
    /// If the proxy refuses, closes the connection, or sends anything but a response of 200.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<bool, Error> {
        if bytes.is_empty() {
            return Err(Reason::ProxyClosed.into());
        }
        self.response.extend_from_slice(bytes);
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut fields);
        match head.parse(&self.response) {
            Err(error) => Err(Error::from(Reason::ProxyNotHttp).because(error)),
            Ok(httparse::Status::Partial) if self.response.len() > MAX_HEAD => {
                Err(Reason::ProxyHeadTooLong.into())
            }
            Ok(httparse::Status::Partial) => Ok(false),
            // RFC 9110 allows any 2xx. No proxy sends another, but some web pages do.
            Ok(httparse::Status::Complete(_)) if head.code != Some(200) => {
                Err(Reason::ProxyStatus(head.code.unwrap_or_default()).into())
            }
            Ok(httparse::Status::Complete(length)) if length < self.response.len() => {
                Err(Reason::ProxyExtraBytes.into())
            }
            Ok(httparse::Status::Complete(_)) => Ok(true),
        }
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").finish_non_exhaustive()
    }
}

/// The maximum length of the head of a proxy's response, in bytes.
const MAX_HEAD: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use polar_core::Proxy;

    use super::*;

    fn tunnel(proxy: &str) -> Tunnel {
        let server = "https://polar.test/secret".parse().unwrap();
        let proxy = Proxy::through(proxy).unwrap();
        let address = proxy.route(&server).unwrap().unwrap();
        Tunnel::new(address, &Origin::of(&server).unwrap())
    }

    fn refusal(response: &[u8]) -> String {
        tunnel("http://p:1")
            .receive(response)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn tunnel_sends_the_server_and_the_credentials_of_the_proxy_only() {
        let head = "CONNECT polar.test:443 HTTP/1.1\r\nhost: polar.test:443\r\n";
        assert_eq!(
            tunnel("http://p:1").request(),
            [head, "\r\n"].concat().as_bytes()
        );
        let basic = "proxy-authorization: Basic dXNlcjpwYTpzcw==\r\n\r\n";
        let with_credentials = tunnel("http://user:pa%3Ass@p:1");
        assert_eq!(
            with_credentials.request(),
            [head, basic].concat().as_bytes()
        );
    }

    #[test]
    fn tunnel_opens_at_the_last_byte_of_a_200_response() {
        for response in [
            "HTTP/1.1 200 OK\r\nvia: x\r\n\r\n",
            "HTTP/1.0 200 x\r\n\r\n",
        ] {
            let mut tunnel = tunnel("http://p:1");
            let (last, rest) = response.as_bytes().split_last().unwrap();
            for byte in rest {
                assert!(!tunnel.receive(&[*byte]).unwrap());
            }
            assert!(tunnel.receive(&[*last]).unwrap());
        }
    }

    #[test]
    fn tunnel_fails_on_anything_else() {
        for (response, reason) in [
            (&b"HTTP/1.1 403 Forbidden\r\n\r\n"[..], "status 403"),
            (b"HTTP/1.1 407 x\r\n\r\n", "http://user:password@host:port"),
            (b"HTTP/1.1 201 Created\r\n\r\n{}", "status 201"),
            (
                b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
                "after its response",
            ),
            (b"220 ready\r\n", "HTTP/1"),
            (b"", "closed the connection"),
        ] {
            let error = refusal(response);
            assert!(error.contains(reason), "{error}");
        }
        let endless = "HTTP/1.1 200 OK\r\nx: ".to_owned() + &"x".repeat(MAX_HEAD);
        assert!(refusal(endless.as_bytes()).contains("16 KiB"));
    }
}
