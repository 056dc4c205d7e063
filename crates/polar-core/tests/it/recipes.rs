//! Recipes over scripts with lost responses.

use polar_core::{
    Client, Outcome, TransportError, TransportErrorKind, blocking,
    recipes::{ClaimStatus, ClaimStatusQuery, EnsuredAssigned, EnsuredRevoked, RenewError},
    types::{
        AssignSeat, Container, InvitationToken, Member, Recipient, Seat, SeatMetadata, SeatStatus,
        SeatsList, Timestamp,
    },
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, Trace, block_on};
use time::OffsetDateTime;

use crate::both_clients::{config, facts, invitation, seat_id};

/// Runs a recipe with both clients over the same script. The results must be the same.
fn both<T: PartialEq + std::fmt::Debug>(
    steps: impl Fn() -> Vec<ScriptStep>,
    blocked: impl FnOnce(&blocking::Client) -> T,
    awaited: impl AsyncFnOnce(&Client) -> T,
) -> (T, Trace) {
    let first = ScriptedTransport::new(steps());
    let one = blocked(&blocking::Client::new(first.clone(), config()));
    let second = ScriptedTransport::new(steps());
    let other = block_on(awaited(&Client::new(second.clone(), config())));
    assert_eq!(one, other);
    assert_eq!(first.trace(), second.trace());
    assert_eq!(first.remaining(), 0, "steps of the script are left");
    (one, first.trace())
}

fn container() -> Container {
    Container::Subscription("6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1".parse().unwrap())
}

fn seat(status: SeatStatus, email: &str) -> Seat {
    let mut seat = Seat::new(seat_id());
    seat.subscription_id = container().subscription_id();
    seat.status = status;
    seat.email = Some(email.to_owned());
    seat.customer_email = Some(email.to_owned());
    let expires = OffsetDateTime::now_utc() + time::Duration::hours(24);
    seat.invitation_token_expires_at = Some(Timestamp::from(expires));
    seat
}

fn revoked(email: &str) -> Seat {
    let mut seat = seat(SeatStatus::Revoked, email);
    seat.email = None;
    seat
}

fn ok(value: &impl serde::Serialize) -> ScriptStep {
    ScriptStep::respond(200, serde_json::to_vec(value).unwrap())
}

fn listed(seats: Vec<Seat>) -> ScriptStep {
    ok(&SeatsList::new(seats, 5))
}

fn lost() -> ScriptStep {
    ScriptStep::fail(TransportError::unknown(TransportErrorKind::Interrupted))
}

fn api_error(name: &str) -> ScriptStep {
    ScriptStep::respond(400, format!(r#"{{"error":"{name}","detail":"x"}}"#))
}

fn methods(trace: &Trace) -> Vec<String> {
    trace
        .sent()
        .map(|sent| format!("{} {}", sent.method, sent.uri.path()))
        .collect()
}

mod ensure_assigned {
    use super::*;

    fn request() -> AssignSeat {
        AssignSeat::new(container(), Recipient::email("Ann <ann@ACME.com>"))
    }

    fn run(
        steps: impl Fn() -> Vec<ScriptStep>,
    ) -> (Result<EnsuredAssigned, crate::both_clients::Facts>, Trace) {
        both(
            steps,
            |client| {
                client
                    .customer_seats()
                    .ensure_assigned(request())
                    .map_err(|error| facts(&error))
            },
            async |client| {
                let ensured = client.customer_seats().ensure_assigned(request()).await;
                ensured.map_err(|error| facts(&error))
            },
        )
    }

    #[test]
    fn success_is_assigned() {
        let seat = seat(SeatStatus::Pending, "ann@acme.com");
        let (result, trace) = run(|| vec![ok(&seat)]);
        assert_eq!(result.unwrap(), EnsuredAssigned::Assigned(seat.clone()));
        assert_eq!(trace.sent().count(), 1);
    }

    #[test]
    fn person_with_a_seat_is_found_in_the_list() {
        let seat = seat(SeatStatus::Claimed, "ANN@acme.com");
        let (result, trace) =
            run(|| vec![api_error("SeatAlreadyAssigned"), listed(vec![seat.clone()])]);
        assert_eq!(
            result.unwrap(),
            EnsuredAssigned::AlreadyAssigned(seat.clone())
        );
        assert_eq!(
            methods(&trace),
            ["POST /v1/customer-seats", "GET /v1/customer-seats"]
        );
    }

    #[test]
    fn lost_response_is_resolved_by_the_list_without_a_second_assignment() {
        let new = seat(SeatStatus::Pending, "ann@acme.com");
        let (result, _) = run(|| vec![lost(), listed(vec![new.clone()])]);
        assert_eq!(result.unwrap(), EnsuredAssigned::Assigned(new.clone()));

        let mut old = new.clone();
        let expires = OffsetDateTime::now_utc() + time::Duration::hours(20);
        old.invitation_token_expires_at = Some(Timestamp::from(expires));
        let (result, _) = run(|| vec![lost(), listed(vec![old.clone()])]);
        assert_eq!(
            result.unwrap(),
            EnsuredAssigned::AlreadyAssigned(old.clone())
        );

        let (result, trace) = run(|| vec![lost(), listed(vec![])]);
        assert_eq!(result.unwrap_err().outcome, Outcome::Unknown);
        assert_eq!(
            methods(&trace),
            ["POST /v1/customer-seats", "GET /v1/customer-seats"]
        );
    }

    #[test]
    fn failed_list_returns_the_first_error() {
        let (result, _) = run(|| vec![lost(), ScriptStep::respond(403, "{}")]);
        assert_eq!(result.unwrap_err().outcome, Outcome::Unknown);
        let (result, _) = run(|| {
            vec![
                api_error("SeatAlreadyAssigned"),
                ScriptStep::respond(403, "{}"),
            ]
        });
        assert!(result.unwrap_err().text.contains("SeatAlreadyAssigned"));
    }

    #[test]
    fn other_api_errors_are_returned_without_a_list() {
        let (result, _) = run(|| vec![api_error("SeatNotAvailable")]);
        assert_eq!(result.unwrap_err().outcome, Outcome::Refused);
    }
}

mod ensure_revoked {
    use super::*;

    fn run(
        steps: impl Fn() -> Vec<ScriptStep>,
    ) -> (Result<EnsuredRevoked, crate::both_clients::Facts>, Trace) {
        of(&Recipient::email("ann@acme.com"), steps)
    }

    fn of(
        holder: &Recipient,
        steps: impl Fn() -> Vec<ScriptStep>,
    ) -> (Result<EnsuredRevoked, crate::both_clients::Facts>, Trace) {
        both(
            steps,
            |client| {
                let revoked = client.customer_seats().ensure_revoked(container(), holder);
                revoked.map_err(|error| facts(&error))
            },
            async |client| {
                let revoked = client
                    .customer_seats()
                    .ensure_revoked(container(), holder)
                    .await;
                revoked.map_err(|error| facts(&error))
            },
        )
    }

    #[test]
    fn person_is_looked_up_and_their_seat_revoked() {
        let live = seat(SeatStatus::Claimed, "ann@acme.com");
        let gone = revoked("ann@acme.com");
        let (result, trace) = run(|| vec![listed(vec![live.clone()]), ok(&gone)]);
        assert_eq!(result.unwrap(), EnsuredRevoked::Revoked(gone.clone()));
        let delete = format!("DELETE /v1/customer-seats/{}", seat_id());
        assert_eq!(methods(&trace), ["GET /v1/customer-seats", &delete]);
    }

    #[test]
    fn person_without_a_seat_is_not_revoked() {
        let other = seat(SeatStatus::Claimed, "ben@acme.com");
        let (result, _) = run(|| vec![listed(vec![other.clone(), revoked("ann@acme.com")])]);
        assert_eq!(result.unwrap(), EnsuredRevoked::NoSeat);
    }

    #[test]
    fn holder_under_another_spelling_is_an_error() {
        let other = seat(SeatStatus::Claimed, "ann@m\u{fc}ller.de");
        for email in ["ann@xn--mller-kva.de", "ann@mu\u{308}ller.de"] {
            let holder = Recipient::email(email);
            let (result, trace) = of(&holder, || vec![listed(vec![other.clone()])]);
            let error = result.unwrap_err();
            assert_eq!(error.outcome, Outcome::NotDone);
            assert!(error.text.contains("another spelling"), "{}", error.text);
            assert!(!error.text.contains("ann"), "{}", error.text);
            assert_eq!(methods(&trace), ["GET /v1/customer-seats"]);
        }
        let bob = Recipient::email("bob@xn--mller-kva.de");
        let (result, _) = of(&bob, || vec![listed(vec![other.clone()])]);
        assert_eq!(result.unwrap(), EnsuredRevoked::NoSeat);
    }

    #[test]
    fn reassigned_seat_is_reported() {
        let live = seat(SeatStatus::Claimed, "ann@acme.com");
        let other = revoked("ben@acme.com");
        let (result, _) = run(|| vec![listed(vec![live.clone()]), ok(&other)]);
        assert_eq!(result.unwrap(), EnsuredRevoked::RevokedOther(other.clone()));
    }

    #[test]
    fn holder_where_none_was_listed_is_another_person() {
        // A list without emails: the holder is found by external id and has no email to compare.
        let mut live = seat(SeatStatus::Claimed, "ann@acme.com");
        let mut member = Member::new("302ed440-a3c2-444c-81cd-b55e6c3d34ba".parse().unwrap());
        member.external_id = Some("usr_42".to_owned());
        live.member = Some(member);
        live.email = None;
        live.customer_email = None;
        let mut other_member = Member::new("bbbf4f55-65e0-4653-87ca-16dd84fe37c7".parse().unwrap());
        other_member.external_id = Some("usr_43".to_owned());
        let mut other = revoked("ben@acme.com");
        other.member = Some(other_member);
        let holder = Recipient::external_member("usr_42");
        let (result, _) = of(&holder, || vec![listed(vec![live.clone()]), ok(&other)]);
        let expected = EnsuredRevoked::RevokedOther(other.clone());
        assert_eq!(result.unwrap(), expected);
        // The list does not name the holder at all.
        let (result, _) = renew::run(&without_email(), || {
            vec![listed(vec![without_email()]), ok(&other)]
        });
        assert_eq!(
            result.unwrap_err(),
            r#"revoked other: Some("ben@acme.com")"#
        );
    }

    /// A seat held by a customer without an email.
    fn without_email() -> Seat {
        let mut seat = seat(SeatStatus::Pending, "");
        seat.email = None;
        seat.customer_email = None;
        seat.customer_id = Some("92129a26-cd38-4258-acba-5045d1137722".parse().unwrap());
        seat
    }

    #[test]
    fn lost_response_is_resolved_by_a_second_list() {
        let live = seat(SeatStatus::Claimed, "ann@acme.com");
        for after in [
            vec![],
            vec![revoked("ann@acme.com")],
            vec![seat(SeatStatus::Pending, "ben@acme.com")],
        ] {
            let steps = || vec![listed(vec![live.clone()]), lost(), listed(after.clone())];
            assert_eq!(run(steps).0.unwrap(), EnsuredRevoked::Revoked(live.clone()));
        }
        let steps = || {
            vec![
                listed(vec![live.clone()]),
                lost(),
                listed(vec![live.clone()]),
            ]
        };
        assert_eq!(run(steps).0.unwrap_err().outcome, Outcome::Unknown);
    }

    #[test]
    fn holder_named_by_customer_id_is_invalid() {
        let holder = Recipient::external_customer("c-1");
        let (result, trace) = of(&holder, Vec::new);
        assert!(
            result
                .unwrap_err()
                .text
                .contains("holder must be named by email")
        );
        assert!(trace.events().is_empty());
    }
}

mod renew {
    use super::*;

    pub(super) fn run(
        seat: &Seat,
        steps: impl Fn() -> Vec<ScriptStep>,
    ) -> (Result<Seat, String>, Trace) {
        both(
            steps,
            |client| {
                client
                    .customer_seats()
                    .renew(seat)
                    .map_err(|error| describe(&error))
            },
            async |client| {
                client
                    .customer_seats()
                    .renew(seat)
                    .await
                    .map_err(|error| describe(&error))
            },
        )
    }

    fn describe(error: &RenewError) -> String {
        match error {
            RenewError::NotStarted(error) => format!("not started: {error}"),
            RenewError::RevokeUnknown { request, error } => {
                format!("revoke unknown: {error}: {request:?}")
            }
            RenewError::Revoked { request, error } => format!("revoked: {error}: {request:?}"),
            RenewError::RevokedOther(seat) => format!("revoked other: {:?}", seat.customer_email),
            _ => unreachable!(),
        }
    }

    fn expired() -> Seat {
        let mut seat = seat(SeatStatus::Pending, "ann@acme.com");
        seat.seat_metadata = Some(SeatMetadata::from_json(r#"{"team":"a"}"#).unwrap());
        seat
    }

    #[test]
    fn renew_revokes_and_assigns_again_with_the_metadata() {
        let new = seat(SeatStatus::Pending, "ann@acme.com");
        let steps = || {
            vec![
                listed(vec![expired()]),
                ok(&revoked("ann@acme.com")),
                ok(&new),
            ]
        };
        let (result, trace) = run(&expired(), steps);
        assert_eq!(result.unwrap(), new);
        let assign = trace.sent().last().unwrap();
        let body: serde_json::Value = serde_json::from_slice(&assign.body).unwrap();
        assert_eq!(body["email"], "ann@acme.com");
        assert_eq!(body["metadata"]["team"], "a");
    }

    #[test]
    fn changed_seat_is_not_renewed() {
        for now in [
            vec![],
            vec![seat(SeatStatus::Claimed, "ann@acme.com")],
            vec![seat(SeatStatus::Pending, "ben@acme.com")],
        ] {
            let (result, trace) = run(&expired(), || vec![listed(now.clone())]);
            assert!(result.unwrap_err().starts_with("not started"));
            assert_eq!(trace.sent().count(), 1);
        }
    }

    #[test]
    fn only_pending_seats_are_renewed() {
        let (result, trace) = run(&seat(SeatStatus::Claimed, "ann@acme.com"), Vec::new);
        assert!(result.unwrap_err().contains("must be pending"));
        assert!(trace.events().is_empty());
    }

    #[test]
    fn failed_assignment_returns_the_request() {
        let steps = || {
            vec![
                listed(vec![expired()]),
                ok(&revoked("ann@acme.com")),
                api_error("SeatNotAvailable"),
            ]
        };
        let (result, _) = run(&expired(), steps);
        let error = result.unwrap_err();
        assert!(
            error.starts_with("revoked: ") && error.contains("ann@acme.com"),
            "{error}"
        );
    }

    #[test]
    fn alternate_display_contains_cause_and_next_step() {
        let steps = vec![listed(vec![expired()]), api_error("FeatureNotEnabled")];
        let client = blocking::Client::new(ScriptedTransport::new(steps), config());
        let error = client.customer_seats().renew(&expired()).unwrap_err();
        assert_eq!(error.to_string(), "the invitation was not renewed");
        assert_eq!(
            format!("{error:#}"),
            "the invitation was not renewed: customer_seats.revoke failed: Polar returned 400 \
             FeatureNotEnabled: x. Enable seat-based pricing for the organization."
        );
        assert_eq!(error.outcome(), Outcome::Refused);
    }

    #[test]
    fn lost_responses_are_resolved_at_each_step() {
        let new = seat(SeatStatus::Pending, "ann@acme.com");
        let steps = || {
            vec![
                listed(vec![expired()]),
                lost(),
                listed(vec![revoked("ann@acme.com")]),
                lost(),
                listed(vec![new.clone()]),
            ]
        };
        assert_eq!(run(&expired(), steps).0.unwrap(), new);
        let steps = || vec![listed(vec![expired()]), lost(), listed(vec![expired()])];
        let error = run(&expired(), steps).0.unwrap_err();
        assert!(error.starts_with("revoke unknown: "), "{error}");
        assert!(error.contains("may have been carried out"), "{error}");
        assert!(error.contains("ann@acme.com"), "{error}");
    }

    #[test]
    fn metadata_too_large_to_assign_is_found_before_the_revoke() {
        let mut seat = expired();
        let long = format!(r#"{{"n":{}}}"#, "9".repeat(1100));
        seat.seat_metadata = Some(serde_json::from_str(&long).unwrap());
        let (result, trace) = run(&seat, || vec![listed(vec![seat.clone()])]);
        assert!(result.unwrap_err().starts_with("not started"));
        assert_eq!(trace.sent().count(), 1);
    }
}

mod claim_status {
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
                include_str!("fixtures/claim_info.json"),
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
        let text = include_str!("fixtures/claim_info.json");
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
}

#[test]
fn futures_of_recipes_are_send() {
    fn assert_send<T: Send>(_: T) {}
    let client = Client::new(ScriptedTransport::new([]), config());
    let seats = client.customer_seats();
    let seat = Seat::new(seat_id());
    assert_send(seats.renew(&seat));
    assert_send(seats.claim_status(ClaimStatusQuery::new(invitation())));
    assert_send(seats.claim(&invitation()));
    assert_send(seats.ensure_assigned(AssignSeat::new(container(), Recipient::email("a@b.c"))));
    assert_send(seats.ensure_revoked(container(), &Recipient::email("a@b.c")));
}
