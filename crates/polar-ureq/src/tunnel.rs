use std::io::{self, Read, Write};

use base64::{Engine, prelude::BASE64_STANDARD};
use polar_core::{ProxyAddress, TransportErrorKind};

use crate::error::Failure;
use crate::wire::Wire;

/// Asks a proxy to connect to `host:port` (CONNECT), and waits for its consent.
///
/// Nothing of the request behind it is shown to the proxy, and nothing the proxy says is ever taken
/// for the server's.
pub(crate) fn open(mut wire: Wire, proxy: &ProxyAddress, target: &str) -> Result<Wire, Failure> {
    let mut ask = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n");
    if let Some((user, password)) = proxy.credentials() {
        let basic = BASE64_STANDARD.encode(format!("{user}:{password}"));
        ask.push_str("proxy-authorization: Basic ");
        ask.push_str(&basic);
        ask.push_str("\r\n");
    }
    ask.push_str("\r\n");
    wire.write_all(ask.as_bytes())
        .and_then(|()| wire.flush())
        .map_err(|error| lost(&mut wire, error))?;

    let mut head = Vec::new();
    let mut piece = [0; 1024];
    loop {
        let amount = wire
            .read(&mut piece)
            .map_err(|error| lost(&mut wire, error))?;
        if amount == 0 {
            return Err(refused("the proxy closed the connection without an answer"));
        }
        head.extend_from_slice(piece.get(..amount).unwrap_or_default());
        match answer(&head)? {
            Some(length) if length == head.len() => return Ok(wire),
            Some(_) => return Err(refused("the proxy sent more than its answer")),
            None if head.len() > LONGEST => {
                return Err(refused("the proxy's answer is longer than 16 KiB"));
            }
            None => {}
        }
    }
}

/// The length of an answer that consents, once it is there.
fn answer(head: &[u8]) -> Result<Option<usize>, Failure> {
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut answer = httparse::Response::new(&mut fields);
    let length = match answer.parse(head) {
        Ok(httparse::Status::Partial) => return Ok(None),
        Ok(httparse::Status::Complete(length)) => length,
        Err(error) => return Err(refused("the proxy did not answer in HTTP").because(error)),
    };
    match answer.code {
        // Any 2xx would do by the letter; no proxy sends another, but many a page does.
        Some(200) => Ok(Some(length)),
        Some(407) => Err(refused(
            "the proxy wants a user and a password: put them into its address, as in \
             http://user:password@host:port",
        )),
        status => Err(Failure::new(
            TransportErrorKind::Connect,
            format!(
                "the proxy refused to connect to the server (status {})",
                status.unwrap_or_default()
            ),
        )),
    }
}

fn lost(wire: &mut Wire, error: io::Error) -> Failure {
    if wire.socket().is_overdue() {
        refused("the proxy did not answer in time")
    } else {
        refused("the connection to the proxy was lost").because(error)
    }
}

fn refused(what: &'static str) -> Failure {
    Failure::new(TransportErrorKind::Connect, what)
}

const LONGEST: usize = 16 * 1024;
