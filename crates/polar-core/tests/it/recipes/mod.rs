//! Recipes over scripts with lost responses.

mod claim_status;
#[cfg(feature = "full")]
mod full;
mod renew;

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

#[test]
fn futures_of_recipes_are_send() {
    let client = Client::new(ScriptedTransport::new([]), config());
    let seats = client.customer_seats();
    let seat = Seat::new(seat_id());
    assert_send(seats.renew(&seat));
    assert_send(seats.claim_status(ClaimStatusQuery::new(invitation())));
    assert_send(seats.claim(&invitation()));
    assert_send(seats.ensure_assigned(AssignSeat::new(container(), Recipient::email("a@b.c"))));
    assert_send(seats.ensure_revoked(container(), &Recipient::email("a@b.c")));
}

fn assert_send<T: Send>(_: T) {}
