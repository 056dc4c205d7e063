//! Secrets do not appear in `Debug` output or errors.

use std::fmt::Debug;

use polar_types::{
    AccessToken, ClaimedSeat, CustomerSessionToken, ErrorBody, InvalidSecret, InvitationToken,
    Seat, SeatId, WebhookSecret,
};

const CANARY: &str = "canary";

fn assert_hidden(value: impl Debug) {
    let compact = format!("{value:?}");
    let pretty = format!("{value:#?}");
    assert!(
        !compact.contains(CANARY) && !pretty.contains(CANARY),
        "{compact}"
    );
}

fn assert_error_hidden(error: &InvalidSecret) {
    assert_hidden(error);
    assert!(!error.to_string().contains(CANARY), "{error}");
}

#[test]
fn debug_redacts_secrets() {
    assert_hidden(AccessToken::new(CANARY).unwrap());
    assert_hidden(InvitationToken::new(CANARY).unwrap());
    assert_hidden(WebhookSecret::new(CANARY).unwrap());
    let token = CustomerSessionToken::new(CANARY).unwrap();
    assert_hidden(&token);
    assert_hidden(ClaimedSeat::new(
        Seat::new(SeatId::new(uuid::Uuid::nil())),
        token,
    ));
}

#[test]
fn errors_do_not_contain_the_secret() {
    assert_error_hidden(&AccessToken::new("canary\r\n").unwrap_err());
    assert_error_hidden(&CustomerSessionToken::new("canary canary").unwrap_err());
    assert_error_hidden(&InvitationToken::new("../canary").unwrap_err());
    for json in ["\"../canary\"", "[\"canary\"]", "{\"canary\":1}"] {
        let error = serde_json::from_str::<InvitationToken>(json).unwrap_err();
        assert_hidden(&error);
        assert!(!error.to_string().contains(CANARY), "{error}");
    }
    let claim = "{\"seat\":{},\"customer_session_token\":[\"canary\"]}";
    let error = serde_json::from_str::<ClaimedSeat>(claim).unwrap_err();
    assert_hidden(&error);
}

#[test]
fn error_body_hides_what_it_repeats_of_the_request() {
    for body in [
        r#"{"error":"RequestValidationError","detail":[{"type":"string_type","loc":["body"],
            "msg":"wrong","input":{"invitation_token":"canary"},"ctx":{"was":"canary"}}]}"#,
        r#"{"message":"no such token: canary"}"#,
        r#"["canary"]"#,
        "<html>/v1/customer-seats/claim/canary</html>",
    ] {
        assert_hidden(ErrorBody::decode(body.as_bytes()));
    }
}
