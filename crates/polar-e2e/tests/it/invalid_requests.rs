//! Point A of the table: invalid requests are not sent.

use polar_core::{
    BaseUrl, Error, ErrorKind, Outcome, Sent,
    types::{
        AccessToken, AssignSeat, CustomerSessionToken, InvitationToken, Recipient, Seat, SeatId,
    },
};
use polar_e2e::{Caller, Operation, Setup, canary, responses};
use polar_testkit::wire::{Action, Server, response};
use serde_json::Value;

#[test]
fn operation_of_an_organization_is_not_sent_without_a_token() {
    let mut operations = Operation::all();
    operations.retain(|operation| {
        matches!(
            operation,
            Operation::Assign(_) | Operation::List(_) | Operation::Revoke(_) | Operation::Resend(_)
        )
    });
    assert_eq!(operations.len(), 4);
    for operation in operations {
        let error = invalid_request(&operation, &canary::session(), Setup::without_token);
        assert!(
            error.to_string().contains("access token is missing"),
            "{error}"
        );
    }
}

#[test]
fn metadata_over_the_limits_is_not_sent() {
    // A response may have such metadata, for example from an older version of the server.
    let large = format!(
        r#"{{"id":"{}","seat_metadata":{{"a":"{}"}}}}"#,
        responses::SEAT_ID,
        "é".repeat(170)
    );
    let seat: Seat = serde_json::from_str(&large).unwrap();
    let container = responses::SUBSCRIPTION
        .parse::<polar_core::types::SubscriptionId>()
        .unwrap();
    let assign = AssignSeat::new(container, Recipient::email("zoe@acme.com"));
    let assign = assign.metadata(seat.seat_metadata.unwrap());
    for operation in [
        Operation::Assign(assign.clone()),
        Operation::PortalAssign(assign.into()),
    ] {
        let error = invalid_request(&operation, &canary::session(), |setup| setup);
        assert!(error.to_string().contains("metadata"), "{error}");
    }
}

#[test]
fn session_token_that_is_not_a_valid_header_is_not_sent() {
    // Deserializing a response accepts any token.
    let invalid: CustomerSessionToken = serde_json::from_str("\"tok\\nen\"").unwrap();
    let mut operations = Operation::all();
    operations.retain(|operation| operation.name().starts_with("customer_portal"));
    assert_eq!(operations.len(), 7);
    for operation in operations {
        let error = invalid_request(&operation, &invalid, |setup| setup);
        assert!(
            error.to_string().contains("customer session token"),
            "{error}"
        );
    }
}

#[test]
fn values_that_would_change_the_structure_of_a_request_are_errors() {
    for invalid in [
        "",
        ".",
        "..",
        "a/b",
        "a?b",
        "a#b",
        "%2e%2e",
        "a b",
        "a\r\nx: y",
        "é",
        "a\0",
    ] {
        assert!(InvitationToken::new(invalid).is_err(), "{invalid:?}");
        let is_header = !invalid.is_empty() && invalid.chars().all(|c| c.is_ascii_graphic());
        assert_eq!(AccessToken::new(invalid).is_ok(), is_header, "{invalid:?}");
        assert!(invalid.parse::<SeatId>().is_err(), "{invalid:?}");
    }
    for invalid in [
        "http://api.polar.sh",
        "https://me:pass@api.polar.sh",
        "https://api.polar.sh?a=b",
        "https://api.polar.sh/#a",
        "https://api.polar.sh/..",
        "ftp://api.polar.sh",
        "api.polar.sh",
        "https://",
        "",
    ] {
        assert!(invalid.parse::<BaseUrl>().is_err(), "{invalid:?}");
    }
}

/// Asserts that a call is not sent over either transport, and returns the error.
fn invalid_request(
    operation: &Operation,
    session: &CustomerSessionToken,
    change: impl Fn(Setup) -> Setup,
) -> Error {
    let good = response(200, &[], &operation.good_response());
    let server = Server::start([Action::Read, Action::Write(good)]).unwrap();
    let setup = change(Setup::new(&format!("http://{}", server.address())));
    let check = |result: Result<Value, Error>| {
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error:?}");
        let facts = (error.sent(), error.outcome(), error.attempts());
        assert_eq!(facts, (Sent::No, Outcome::NotDone, 0), "{error}");
        error
    };
    let [one, other] =
        Caller::both(&setup).map(|caller| check(caller.call_with(session, operation)));
    assert_eq!(server.finish().connections(), 0, "{one}");
    assert_eq!(one.to_string(), other.to_string());
    one
}
