use super::*;

const NOT_FOUND: &str =
    r#"{"error":"ResourceNotFound","detail":"Invalid or expired invitation token"}"#;

fn run(
    query: &ClaimStatusQuery,
    steps: impl Fn() -> Vec<ScriptStep>,
) -> (Result<ClaimStatus, crate::both_clients::Facts>, Trace) {
    both(
        steps,
        |client| {
            let status = client.customer_seats().claim_status(query.clone());
            status.map_err(|error| facts(&error))
        },
        async |client| {
            let status = client.customer_seats().claim_status(query.clone()).await;
            status.map_err(|error| facts(&error))
        },
    )
}

fn query_with_seat() -> ClaimStatusQuery {
    ClaimStatusQuery::new(invitation())
        .seat(container(), seat_id())
        .sent_at(OffsetDateTime::now_utc().into())
}

#[test]
fn valid_invitation_is_open() {
    let steps = || {
        vec![ScriptStep::respond(
            200,
            include_str!("../fixtures/claim_info.json"),
        )]
    };
    let (result, trace) = run(&query_with_seat(), steps);
    assert!(matches!(result.unwrap(), ClaimStatus::Open(info) if info.can_claim));
    assert!(trace.sent().all(|sent| sent.method == "GET"));
}

#[test]
fn invalid_invitation_without_a_seat_is_gone() {
    let query = ClaimStatusQuery::new(InvitationToken::new("abc").unwrap());
    let (result, _) = run(&query, || vec![ScriptStep::respond(404, NOT_FOUND)]);
    assert_eq!(result.unwrap(), ClaimStatus::Gone);
}

#[test]
fn list_shows_the_status_of_the_seat() {
    let mut claimed = seat(SeatStatus::Claimed, "ann@acme.com");
    claimed.claimed_at = Some(ago(0));
    let mut before = claimed.clone();
    before.claimed_at = Some(ago(1));
    let mut expired = seat(SeatStatus::Pending, "ann@acme.com");
    expired.invitation_token_expires_at = Some(ago(1));
    for (seats, expected) in [
        (vec![claimed.clone()], ClaimStatus::Claimed(claimed)),
        (vec![before.clone()], ClaimStatus::ClaimedBefore(before)),
        (vec![expired.clone()], ClaimStatus::Expired(expired)),
        (vec![revoked("ann@acme.com")], ClaimStatus::Revoked),
        (vec![], ClaimStatus::Revoked),
    ] {
        let steps = || vec![ScriptStep::respond(404, NOT_FOUND), listed(seats.clone())];
        assert_eq!(run(&query_with_seat(), steps).0.unwrap(), expected);
    }
}

#[test]
fn seat_reassigned_after_the_claim_is_revoked() {
    let live = seat(SeatStatus::Pending, "bob@acme.com");
    let mut claimed = seat(SeatStatus::Claimed, "bob@acme.com");
    claimed.claimed_at = Some(ago(0));
    let mut at_once = claimed.clone();
    at_once.invitation_token_expires_at = None;
    let an_hour_ago = ClaimStatusQuery::new(invitation())
        .seat(container(), seat_id())
        .sent_at((OffsetDateTime::now_utc() - time::Duration::hours(1)).into());
    for seat in [live, claimed, at_once] {
        let steps = || {
            vec![
                ScriptStep::respond(404, NOT_FOUND),
                listed(vec![seat.clone()]),
            ]
        };
        assert_eq!(run(&an_hour_ago, steps).0.unwrap(), ClaimStatus::Revoked);
    }
}

#[test]
fn unknown_seat_status_is_unclear() {
    let mut unknown = seat(SeatStatus::Pending, "ann@acme.com");
    unknown.status = serde_json::from_str(r#""suspended""#).unwrap();
    let mut endless = seat(SeatStatus::Pending, "ann@acme.com");
    endless.invitation_token_expires_at = None;
    for seat in [unknown, endless] {
        let steps = || {
            vec![
                ScriptStep::respond(404, NOT_FOUND),
                listed(vec![seat.clone()]),
            ]
        };
        let status = run(&query_with_seat(), steps).0.unwrap();
        assert_eq!(status, ClaimStatus::Unclear(seat));
    }
}

#[test]
fn invitation_that_cannot_be_claimed_is_not_open() {
    let text = include_str!("../fixtures/claim_info.json");
    let unclaimable = text.replace(r#""can_claim":true"#, r#""can_claim":false"#);
    assert_ne!(unclaimable, text);
    let query = ClaimStatusQuery::new(invitation());
    let (result, _) = run(&query, || {
        vec![ScriptStep::respond(200, unclaimable.clone())]
    });
    assert_eq!(result.unwrap(), ClaimStatus::Gone);

    // The invitation exists, so a valid one in the list may be the same.
    let live = seat(SeatStatus::Pending, "ann@acme.com");
    let (result, _) = run(&query_with_seat(), || {
        vec![
            ScriptStep::respond(200, unclaimable.clone()),
            listed(vec![live.clone()]),
        ]
    });
    assert_eq!(result.unwrap(), ClaimStatus::Unclear(live));
}

#[test]
fn invitation_is_gone_whatever_the_error_message() {
    let query = ClaimStatusQuery::new(invitation());
    let (result, _) = run(&query, || {
        let body = r#"{"error":"ResourceNotFound","detail":"No such invitation."}"#;
        vec![ScriptStep::respond(404, body)]
    });
    assert_eq!(result.unwrap(), ClaimStatus::Gone);
}

fn ago(hours: i64) -> Timestamp {
    let time = OffsetDateTime::now_utc() - time::Duration::hours(hours);
    Timestamp::from(time)
}

#[test]
fn failed_claim_info_is_an_error() {
    let (result, _) = run(&query_with_seat(), || {
        (0..3).map(|_| ScriptStep::respond(503, "")).collect()
    });
    assert_eq!(result.unwrap_err().status, Some(503));
}
