//! Responses: API errors of every form, and successes with unexpected values.

use polar_core::{
    ErrorKind, Outcome, Remedy, Sent,
    customer_seats::{Claim, GetClaimInfo, List, Resend},
    types::{ErrorName, FieldError, SeatStatus, SubscriptionId},
};
use polar_testkit::script::ScriptStep;

use crate::both_clients::{INVITATION, config, invitation, run, seat_id};

const CLAIMED: &str = include_str!("fixtures/claimed.json");

fn claim() -> Claim {
    Claim::new(invitation())
}

fn api_error(status: u16, body: &str) -> polar_core::Error {
    let respond =
        || ScriptStep::respond(status, body.to_owned()).header("polar-version", "2026-10");
    let step = || (0..3).map(|_| respond()).collect();
    let error = run(&config(), &claim(), step).0.unwrap_err();
    assert_eq!(
        (error.outcome(), error.sent()),
        (Outcome::Refused, Sent::Yes),
        "{error}"
    );
    assert_eq!(error.status().unwrap().as_u16(), status);
    error
}

#[test]
fn each_error_has_a_remedy() {
    use Remedy::*;

    let named = |error| format!(r#"{{"error":"{error}","detail":"x"}}"#);
    let not_permitted = |detail| format!(r#"{{"error":"NotPermitted","detail":"{detail}"}}"#);
    for (status, body, remedy) in [
        (400, named("InvalidInvitationToken"), Invitation),
        (400, named("SeatNotAvailable"), FreeSeat),
        (400, named("SeatAlreadyAssigned"), AlreadyAssigned),
        (400, named("InvalidSeatAssignmentRequest"), Recipient),
        (400, named("MemberEmailMismatch"), Recipient),
        (400, named("SeatNotPending"), PendingSeat),
        (400, named("BadRequest"), Request),
        (400, named("SomethingNew"), Unknown),
        (
            401,
            r#"{"error":"Unauthorized","detail":"Unauthorized"}"#.to_owned(),
            Credentials,
        ),
        (
            401,
            r#"{"error":"invalid_token","error_description":"x"}"#.to_owned(),
            Credentials,
        ),
        (403, named("NotPermitted"), Role),
        (
            403,
            not_permitted("License key activation limit already reached"),
            Limit,
        ),
        (403, not_permitted("License key has expired."), State),
        (
            403,
            not_permitted("Email changes are not enabled for this organization."),
            Feature,
        ),
        (
            400,
            r#"{"error":"BadRequest","detail":"License key only has 0 more usages."}"#.to_owned(),
            Limit,
        ),
        (403, named("NotOpenCheckout"), State),
        (402, named("PaymentFailed"), Payment),
        (409, named("PaymentAlreadyInProgress"), InProgress),
        (410, named("ExpiredCheckoutError"), Expired),
        (403, named("RefundedAlready"), AlreadyDone),
        (429, named("ManualRetryLimitExceeded"), Limit),
        (403, named("FeatureNotEnabled"), Feature),
        (
            404,
            r#"{"error":"ResourceNotFound","detail":"Seat not found"}"#.to_owned(),
            Id,
        ),
        (
            404,
            r#"{"error":"ResourceNotFound","detail":"Invalid or expired invitation token"}"#
                .to_owned(),
            Invitation,
        ),
        (404, named("CustomerNotFound"), Recipient),
        (404, named("MemberNotFound"), Recipient),
        (404, r#"{"detail":"Not Found"}"#.to_owned(), Version),
        (411, named("LengthRequired"), Request),
        (413, named("RequestBodyTooLarge"), Request),
        (
            422,
            r#"{"error":"RequestValidationError","detail":[]}"#.to_owned(),
            Request,
        ),
        (400, "Invalid HTTP request received.".to_owned(), Request),
        (
            405,
            r#"{"detail":"Method Not Allowed"}"#.to_owned(),
            Unknown,
        ),
    ] {
        let error = api_error(status, &body);
        let api_error = error.api_error().unwrap();
        assert_eq!(api_error.remedy(), remedy, "{status} {body}");
        assert!(api_error.is_permanent());
        assert!(!api_error.is_unknown_version());
    }
}

#[test]
fn message_contains_status_name_and_server_message() {
    let error = api_error(
        400,
        r#"{"error":"InvalidInvitationToken","detail":"Invalid or expired invitation token"}"#,
    );
    assert_eq!(
        error.api_error().unwrap().name(),
        Some(&ErrorName::InvalidInvitationToken)
    );
    assert_eq!(
        error.to_string(),
        "customer_seats.claim failed: Polar returned 400 InvalidInvitationToken: Invalid or expired \
         invitation token",
    );
}

#[test]
fn fields_of_a_422_have_paths_and_no_copy_of_the_input() {
    let error = api_error(
        422,
        r#"{"error":"RequestValidationError","detail":[
            {"type":"string_type","loc":["body","items",0,"name"],"msg":"Input should be a valid string","input":"planted-echo"},
            {"type":"value_error","loc":["body","metadata"],"msg":"Value error, too large","input":{"planted":"echo"},"ctx":{"error":{"planted":1}}}
        ]}"#,
    );
    let fields = error.api_error().unwrap().fields();
    let paths: Vec<_> = fields.iter().map(FieldError::path).collect();
    assert_eq!(paths, ["body.items.0.name", "body.metadata"]);
    assert!(
        fields
            .iter()
            .all(|field| field.input.is_none() && field.ctx.is_none())
    );
    assert!(
        error
            .to_string()
            .contains("body.items.0.name: Input should be a valid string; body.metadata: ")
    );
    assert!(!format!("{error:?}").contains("planted"));
}

#[test]
fn missing_scope_is_named() {
    let step = || {
        let challenge = "Bearer realm=\"polar\", scope=\"customer_seats:read\", \
                         error=\"insufficient_scope\", error_description=\"x\"";
        vec![
            ScriptStep::respond(
                403,
                r#"{"error":"insufficient_scope","error_description":"x"}"#,
            )
            .header("www-authenticate", challenge),
        ]
    };
    let container = SubscriptionId::new(seat_id().as_uuid());
    let error = run(&config(), &List::new(container), step).0.unwrap_err();
    let api_error = error.api_error().unwrap();
    assert_eq!(api_error.missing_scope(), Some("customer_seats:read"));
    assert_eq!(
        api_error.remedy(),
        Remedy::Scope("customer_seats:read".to_owned())
    );
    assert!(error.next_step().unwrap().contains("customer_seats:read"));
}

#[test]
fn of_several_scopes_one_is_enough() {
    let step = || {
        let challenge = "Bearer realm=\"polar\", scope=\"events:read events:write\", \
                         error=\"insufficient_scope\"";
        let body = r#"{"error":"insufficient_scope","error_description":"x"}"#;
        vec![ScriptStep::respond(403, body).header("www-authenticate", challenge)]
    };
    let error = run(&config(), &Resend::new(seat_id()), step).0.unwrap_err();
    let scopes: Vec<&str> = error.api_error().unwrap().missing_scopes().collect();
    assert_eq!(scopes, ["events:read", "events:write"]);
    assert_eq!(
        error.to_string(),
        "customer_seats.resend failed: Polar returned 403 insufficient_scope: x (missing scope: \
         events:read or events:write)",
    );
    assert_eq!(
        error.next_step().unwrap(),
        "Use an access token with the scope events:read or events:write. Scopes do not include each \
         other: a write scope does not allow reading.",
    );
}

#[test]
fn next_step_is_that_of_the_name_or_of_the_reason_in_the_message() {
    for (body, next_step) in [
        (
            r#"{"error":"SeatsAlreadyAssigned","detail":"x"}"#,
            "Revoke seats first.",
        ),
        (
            r#"{"error":"InactiveSubscription","detail":"x"}"#,
            "Get the object and check its status: it does not allow this now.",
        ),
        (
            r#"{"error":"NotPermitted","detail":"License key activation limit already reached"}"#,
            "Stay within the limit, or raise it.",
        ),
        (
            r#"{"error":"NotPermitted","detail":"x"}"#,
            "Ask a person whose role in the organization allows this.",
        ),
    ] {
        assert_eq!(api_error(400, body).next_step().as_deref(), Some(next_step));
    }
    assert_eq!(
        api_error(400, r#"{"error":"New","detail":"x"}"#).next_step(),
        None
    );
}

#[test]
fn limit_on_retries_of_a_payment_is_not_the_rate_limit() {
    let error = api_error(429, r#"{"error":"ManualRetryLimitExceeded","detail":"x"}"#);
    assert!(!error.is_retryable());
}

#[test]
fn unknown_api_version_differs_from_unknown_path() {
    let step = || vec![ScriptStep::respond(404, r#"{"detail":"Not Found"}"#)];
    let error = run(&config(), &claim(), step).0.unwrap_err();
    assert!(error.api_error().unwrap().is_unknown_version());
    assert!(
        !api_error(404, r#"{"detail":"Not Found"}"#)
            .api_error()
            .unwrap()
            .is_unknown_version()
    );
}

#[test]
fn claim_decodes_the_seat_and_the_token() {
    let (result, _) = run(&config(), &claim(), || {
        vec![ScriptStep::respond(200, CLAIMED)]
    });
    let claimed = result.unwrap();
    assert_eq!(claimed.seat.status, SeatStatus::Claimed);
    assert_eq!(
        claimed.customer_session_token.expose(),
        crate::both_clients::SESSION_TOKEN
    );
    let (result, _) = run(&config(), &claim(), || {
        vec![ScriptStep::respond(201, CLAIMED)]
    });
    assert!(result.is_ok());
}

#[test]
fn claim_returns_the_token_despite_unexpected_values() {
    for body in [
        CLAIMED.replace("\"claimed\"", "\"paused\""),
        CLAIMED.replace("\"role\":\"member\"", "\"role\":\"wizard\""),
        CLAIMED.replace("2026-11-20T10:05:00Z", "yesterday"),
        CLAIMED.replace("\"order_id\":null,", ""),
        CLAIMED.replace("{}", "null"),
        CLAIMED.replace("{}", r#"{"n":123456789012345678901234567890,"f":1e300}"#),
        CLAIMED.replacen('{', r#"{"new":{"a":[1]},"#, 2),
        r#"{"seat":{"id":"a0fa1f5c-5bd3-4a3e-9d76-4d0f4dd7d7b1"},"customer_session_token":"polar_mst_planted-session-token"}"#.to_owned(),
    ] {
        let (result, _) = run(&config(), &claim(), || vec![ScriptStep::respond(200, body.clone())]);
        let claimed = result.unwrap_or_else(|error| panic!("{body}: {error:?}"));
        assert_eq!(claimed.customer_session_token.expose(), crate::both_clients::SESSION_TOKEN, "{body}");
    }
    let mut bytes = CLAIMED.as_bytes().to_vec();
    let at = CLAIMED.find("ann@").unwrap();
    bytes[at] = 0xff;
    let (result, _) = run(&config(), &claim(), || {
        vec![ScriptStep::respond(200, bytes.clone())]
    });
    assert_eq!(
        result.unwrap().customer_session_token.expose(),
        crate::both_clients::SESSION_TOKEN
    );
}

#[test]
fn undecodable_claim_response_is_kept_but_not_shown() {
    let body = CLAIMED.replace("a0fa1f5c-5bd3-4a3e-9d76-4d0f4dd7d7b1", "seat-7");
    let (result, _) = run(&config(), &claim(), || {
        vec![ScriptStep::respond(200, body.clone())]
    });
    let error = result.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(matches!(error.kind(), ErrorKind::Undecodable(why, _) if why.path() == "seat.id"));
    assert_eq!(error.raw_response().unwrap().expose(), body.as_bytes());
    assert!(!format!("{error:?}").contains("planted"));
    assert!(error.next_step().unwrap().starts_with("Do not claim again"));
}

#[test]
fn claim_info_without_an_email_decodes() {
    let info = GetClaimInfo::new(invitation());
    let body = r#"{"product_name":"Teams","customer_email":null,"can_claim":true}"#;
    let shown = run(&config(), &info, || vec![ScriptStep::respond(200, body)]).0;
    let shown = shown.unwrap();
    assert!(shown.can_claim && shown.customer_email.is_empty());
    assert_eq!(shown.product_name, "Teams");
}

#[test]
fn invalid_invitation_has_the_same_remedy_for_claim_and_claim_info() {
    let info = GetClaimInfo::new(invitation());
    let body = r#"{"error":"ResourceNotFound","detail":"Invalid or expired invitation token"}"#;
    let of_info = run(&config(), &info, || vec![ScriptStep::respond(404, body)]).0;
    let body =
        r#"{"error":"InvalidInvitationToken","detail":"Invalid or expired invitation token"}"#;
    let of_claim = run(&config(), &claim(), || vec![ScriptStep::respond(400, body)]).0;
    let next = of_claim.as_ref().unwrap_err().next_step();
    for error in [
        of_info.map(|_| ()).unwrap_err(),
        of_claim.map(|_| ()).unwrap_err(),
    ] {
        assert_eq!(error.remedy(), Some(Remedy::Invitation));
        assert_eq!(error.next_step(), next);
        assert!(!INVITATION.is_empty() && !error.to_string().contains(INVITATION));
    }
}

#[test]
fn empty_429_has_the_remedy_wait() {
    let steps = || (0..3).map(|_| ScriptStep::respond(429, "")).collect();
    let error = run(&config(), &Resend::new(seat_id()), steps)
        .0
        .unwrap_err();
    assert_eq!(error.api_error().unwrap().remedy(), Remedy::Wait);
    assert!(!error.api_error().unwrap().is_permanent());
    assert_eq!(
        error.to_string(),
        "customer_seats.resend failed: Polar returned 429 Too Many Requests"
    );
}
