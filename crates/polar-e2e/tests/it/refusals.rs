//! Point A of the table: what is refused here is never sent.

use polar_core::{
    BaseUrl, Error, ErrorKind, Outcome, Sent,
    types::{
        AccessToken, AssignSeat, CustomerSessionToken, InvitationToken, Recipient, Seat, SeatId,
    },
};
use polar_e2e::{Caller, Operation, Setup, answers, canary};
use polar_testkit::wire::{Action, Server, response};
use serde_json::Value;

#[test]
fn an_operation_of_the_organisation_is_not_sent_without_its_token() {
    let mut operations = Operation::all();
    operations.retain(|operation| {
        matches!(
            operation,
            Operation::Assign(_) | Operation::List(_) | Operation::Revoke(_) | Operation::Resend(_)
        )
    });
    assert_eq!(operations.len(), 4);
    for operation in operations {
        let error = refused(&operation, &canary::session(), Setup::without_token);
        assert!(
            error.to_string().contains("access token is missing"),
            "{error}"
        );
    }
}

#[test]
fn metadata_from_an_answer_that_a_request_may_not_have_is_not_sent() {
    // Such a seat may have been written by an older server, or by hand.
    let large = format!(
        r#"{{"id":"{}","seat_metadata":{{"a":"{}"}}}}"#,
        answers::SEAT_ID,
        "é".repeat(170)
    );
    let seat: Seat = serde_json::from_str(&large).unwrap();
    let container = answers::SUBSCRIPTION
        .parse::<polar_core::types::SubscriptionId>()
        .unwrap();
    let assign = AssignSeat::new(container, Recipient::email("zoe@acme.com"));
    let assign = assign.metadata(seat.seat_metadata.unwrap());
    for operation in [
        Operation::Assign(assign.clone()),
        Operation::PortalAssign(assign.into()),
    ] {
        let error = refused(&operation, &canary::session(), |setup| setup);
        assert!(error.to_string().contains("metadata"), "{error}");
    }
}

#[test]
fn a_session_token_that_no_header_can_hold_is_kept_and_not_sent() {
    // A claim's answer is taken whatever its token looks like.
    let odd: CustomerSessionToken = serde_json::from_str("\"tok\\nen\"").unwrap();
    let mut operations = Operation::all();
    operations.retain(|operation| operation.name().starts_with("customer_portal"));
    assert_eq!(operations.len(), 7);
    for operation in operations {
        let error = refused(&operation, &odd, |setup| setup);
        assert!(
            error.to_string().contains("customer session token"),
            "{error}"
        );
    }
}

#[test]
fn nothing_that_would_leave_its_place_in_a_request_can_be_made() {
    for wrong in [
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
        assert!(InvitationToken::new(wrong).is_err(), "{wrong:?}");
        let is_header_safe = wrong.is_empty() || !wrong.chars().all(|c| c.is_ascii_graphic());
        assert_eq!(
            AccessToken::new(wrong).is_err(),
            is_header_safe,
            "{wrong:?}"
        );
        assert!(wrong.parse::<SeatId>().is_err(), "{wrong:?}");
    }
    for wrong in [
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
        assert!(wrong.parse::<BaseUrl>().is_err(), "{wrong:?}");
    }
}

/// Has a call refused over both transports, and gives the one error that both tell.
fn refused(
    operation: &Operation,
    session: &CustomerSessionToken,
    change: impl Fn(Setup) -> Setup,
) -> Error {
    let good = response(200, &[], operation.good_answer());
    let server = Server::start([Action::Read, Action::Write(good)]).unwrap();
    let setup = change(Setup::new(&format!("http://{}", server.address())));
    let told = |result: Result<Value, Error>| {
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error:?}");
        let facts = (error.sent(), error.outcome(), error.attempts());
        assert_eq!(facts, (Sent::No, Outcome::NotDone, 0), "{error}");
        error
    };
    let [one, other] =
        Caller::both(&setup).map(|caller| told(caller.call_with(session, operation)));
    assert_eq!(server.finish().connections(), 0, "{one}");
    assert_eq!(one.to_string(), other.to_string());
    one
}
