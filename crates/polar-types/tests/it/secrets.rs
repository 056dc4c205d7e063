//! A secret is nowhere but where it is asked for.

use std::fmt::Debug;

use polar_types::{
    AccessToken, ClaimedSeat, CustomerSessionToken, ErrorBody, InvalidSecret, InvitationToken,
    Seat, SeatId, WebhookSecret,
};

const CANARY: &str = "canary";

fn hidden(value: impl Debug) {
    let compact = format!("{value:?}");
    let pretty = format!("{value:#?}");
    assert!(
        !compact.contains(CANARY) && !pretty.contains(CANARY),
        "{compact}"
    );
}

fn refused(error: &InvalidSecret) {
    hidden(error);
    assert!(!error.to_string().contains(CANARY), "{error}");
}

#[test]
fn no_value_shows_its_secret() {
    hidden(AccessToken::new(CANARY).unwrap());
    hidden(InvitationToken::new(CANARY).unwrap());
    hidden(WebhookSecret::new(CANARY).unwrap());
    let token = CustomerSessionToken::new(CANARY).unwrap();
    hidden(&token);
    hidden(ClaimedSeat::new(
        Seat::new(SeatId::new(uuid::Uuid::nil())),
        token,
    ));
}

#[test]
fn no_error_shows_the_secret_that_it_refuses() {
    refused(&AccessToken::new("canary\r\n").unwrap_err());
    refused(&CustomerSessionToken::new("canary canary").unwrap_err());
    refused(&InvitationToken::new("../canary").unwrap_err());
    for json in ["\"../canary\"", "[\"canary\"]", "{\"canary\":1}"] {
        let error = serde_json::from_str::<InvitationToken>(json).unwrap_err();
        hidden(&error);
        assert!(!error.to_string().contains(CANARY), "{error}");
    }
    let claim = "{\"seat\":{},\"customer_session_token\":[\"canary\"]}";
    let error = serde_json::from_str::<ClaimedSeat>(claim).unwrap_err();
    hidden(&error);
}

#[test]
fn no_error_body_shows_what_it_repeats_of_the_request() {
    for body in [
        r#"{"error":"RequestValidationError","detail":[{"type":"string_type","loc":["body"],
            "msg":"wrong","input":{"invitation_token":"canary"},"ctx":{"was":"canary"}}]}"#,
        r#"{"message":"no such token: canary"}"#,
        r#"["canary"]"#,
        "<html>/v1/customer-seats/claim/canary</html>",
    ] {
        hidden(ErrorBody::decode(body.as_bytes()));
    }
}
