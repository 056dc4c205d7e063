//! What only this transport has. What both have in common is tested in `polar-e2e`.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests say what they expect by unwrapping, too"
)]

mod limits;
#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
mod no_tls;
mod runtime;

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use polar_hyper::{Attempt, HyperTransport, Proxy};
use polar_testkit::wire::{Action, Server, response};

fn transport() -> HyperTransport {
    HyperTransport::builder().proxy(Proxy::none()).build()
}

fn get(server: &Server) -> Attempt {
    let request = Request::get(format!("http://{}", server.address()));
    Attempt::new(request.body(Bytes::new()).unwrap(), LONG, 1024 * 1024)
}

/// A server that sends the same response to every request.
fn responding(response: impl Into<Bytes>) -> Server {
    let exchange = [Action::Read, Action::Write(response.into())];
    Server::start([[exchange.as_slice(); 8].concat()]).unwrap()
}

fn ok() -> Bytes {
    response(200, &[], "{}")
}

const LONG: Duration = Duration::from_secs(30);
