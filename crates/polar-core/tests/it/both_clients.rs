//! Runs the same script through both clients and asserts that they behave alike.

use std::time::Duration;

use polar_core::{
    Client, Config, Error, Operation, Outcome, Sent, blocking,
    types::{AccessToken, CustomerSessionToken, InvitationToken, SeatId},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, Trace, block_on};

pub(crate) const ACCESS_TOKEN: &str = "polar_oat_planted-access-token";
pub(crate) const SESSION_TOKEN: &str = "polar_mst_planted-session-token";
pub(crate) const INVITATION: &str = "planted-invitation-token-0123456789abcdefg_";
pub(crate) const SEAT: &str = "a0fa1f5c-5bd3-4a3e-9d76-4d0f4dd7d7b1";

pub(crate) fn config() -> Config {
    Config::new()
        .access_token(AccessToken::new(ACCESS_TOKEN).unwrap())
        .jitter_seed(7)
}

pub(crate) fn session() -> CustomerSessionToken {
    CustomerSessionToken::new(SESSION_TOKEN).unwrap()
}

pub(crate) fn invitation() -> InvitationToken {
    InvitationToken::new(INVITATION).unwrap()
}

pub(crate) fn seat_id() -> SeatId {
    SEAT.parse().unwrap()
}

/// What a caller can see of an error.
#[derive(Debug, PartialEq)]
pub(crate) struct Facts {
    pub(crate) attempts: u32,
    pub(crate) sent: Sent,
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) text: String,
}

pub(crate) fn facts(error: &Error) -> Facts {
    Facts {
        attempts: error.attempts(),
        sent: error.sent(),
        outcome: error.outcome(),
        status: error.status().map(|status| status.as_u16()),
        retry_after: error.retry_after(),
        text: format!("{error} {error:?}"),
    }
}

/// Returns the result of an operation, and the trace of the transport.
pub(crate) fn run<O: Operation + Clone>(
    config: &Config,
    operation: &O,
    steps: impl Fn() -> Vec<ScriptStep>,
) -> (Result<O::Output, Error>, Trace) {
    let session = session();
    let script = ScriptedTransport::new(steps());
    let client = blocking::Client::new(script.clone(), config.clone());
    let blocked = client.customer_portal(&session).call(operation.clone());

    let async_script = ScriptedTransport::new(steps());
    let client = Client::new(async_script.clone(), config.clone());
    let awaited = block_on(client.customer_portal(&session).call(operation.clone()));

    assert_eq!(script.trace(), async_script.trace());
    assert_eq!(script.remaining(), async_script.remaining());
    assert_eq!(
        awaited.as_ref().err().map(facts),
        blocked.as_ref().err().map(facts)
    );
    (blocked, script.trace())
}
