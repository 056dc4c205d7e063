//! Recipes: scripts in which answers are lost, and what is made of them.

use polar_core::{
    Client, Outcome, TransportError, TransportErrorKind, blocking,
    recipes::{ClaimQuestion, ClaimStatus, Ensured, EnsuredRevoked, RenewError},
    types::{
        AssignSeat, Container, InvitationToken, Member, Recipient, Seat, SeatMetadata, SeatStatus,
        SeatsList, Timestamp,
    },
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, Trace, block_on};
use time::OffsetDateTime;

use crate::both::{config, facts, invitation, seat_id};

/// Runs a recipe on both clients over the same script; they must not differ.
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
    assert_eq!(first.remaining(), 0, "all of the script was wanted");
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

fn refused(name: &str) -> ScriptStep {
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

    fn run(steps: impl Fn() -> Vec<ScriptStep>) -> (Result<Ensured, crate::both::Facts>, Trace) {
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
    fn a_plain_success_is_created() {
        let seat = seat(SeatStatus::Pending, "ann@acme.com");
        let (result, trace) = run(|| vec![ok(&seat)]);
        assert_eq!(result.unwrap(), Ensured::Created(seat.clone()));
        assert_eq!(trace.sent().count(), 1);
    }

    #[test]
    fn somebody_who_has_a_seat_is_found_in_the_list() {
        let seat = seat(SeatStatus::Claimed, "ANN@acme.com");
        let (result, trace) =
            run(|| vec![refused("SeatAlreadyAssigned"), listed(vec![seat.clone()])]);
        assert_eq!(result.unwrap(), Ensured::AlreadyThere(seat.clone()));
        assert_eq!(
            methods(&trace),
            ["POST /v1/customer-seats", "GET /v1/customer-seats"]
        );
    }

    #[test]
    fn a_lost_answer_is_settled_by_the_list_and_never_by_a_second_assignment() {
        let new = seat(SeatStatus::Pending, "ann@acme.com");
        let (result, _) = run(|| vec![lost(), listed(vec![new.clone()])]);
        assert_eq!(result.unwrap(), Ensured::Created(new.clone()));

        let mut old = new.clone();
        let expires = OffsetDateTime::now_utc() + time::Duration::hours(20);
        old.invitation_token_expires_at = Some(Timestamp::from(expires));
        let (result, _) = run(|| vec![lost(), listed(vec![old.clone()])]);
        assert_eq!(result.unwrap(), Ensured::AlreadyThere(old.clone()));

        let (result, trace) = run(|| vec![lost(), listed(vec![])]);
        assert_eq!(result.unwrap_err().outcome, Outcome::Unknown);
        assert_eq!(
            methods(&trace),
            ["POST /v1/customer-seats", "GET /v1/customer-seats"]
        );
    }

    #[test]
    fn where_the_list_cannot_be_had_the_first_error_stays() {
        let (result, _) = run(|| vec![lost(), ScriptStep::respond(403, "{}")]);
        assert_eq!(result.unwrap_err().outcome, Outcome::Unknown);
        let (result, _) = run(|| {
            vec![
                refused("SeatAlreadyAssigned"),
                ScriptStep::respond(403, "{}"),
            ]
        });
        assert!(result.unwrap_err().text.contains("SeatAlreadyAssigned"));
    }

    #[test]
    fn any_other_refusal_is_told_without_looking() {
        let (result, _) = run(|| vec![refused("SeatNotAvailable")]);
        assert_eq!(result.unwrap_err().outcome, Outcome::Refused);
    }
}

mod ensure_revoked {
    use super::*;

    fn run(
        steps: impl Fn() -> Vec<ScriptStep>,
    ) -> (Result<EnsuredRevoked, crate::both::Facts>, Trace) {
        of(&Recipient::email("ann@acme.com"), steps)
    }

    fn of(
        holder: &Recipient,
        steps: impl Fn() -> Vec<ScriptStep>,
    ) -> (Result<EnsuredRevoked, crate::both::Facts>, Trace) {
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
    fn a_person_is_looked_up_and_their_slot_revoked() {
        let live = seat(SeatStatus::Claimed, "ann@acme.com");
        let gone = revoked("ann@acme.com");
        let (result, trace) = run(|| vec![listed(vec![live.clone()]), ok(&gone)]);
        assert_eq!(result.unwrap(), EnsuredRevoked::Revoked(gone.clone()));
        let delete = format!("DELETE /v1/customer-seats/{}", seat_id());
        assert_eq!(methods(&trace), ["GET /v1/customer-seats", &delete]);
    }

    #[test]
    fn somebody_without_a_seat_is_left_alone() {
        let other = seat(SeatStatus::Claimed, "ben@acme.com");
        let (result, _) = run(|| vec![listed(vec![other.clone(), revoked("ann@acme.com")])]);
        assert_eq!(result.unwrap(), EnsuredRevoked::AlreadyGone);
    }

    #[test]
    fn somebody_who_may_be_there_in_another_spelling_is_not_called_gone() {
        let other = seat(SeatStatus::Claimed, "ann@m\u{fc}ller.de");
        for spelt in ["ann@xn--mller-kva.de", "ann@mu\u{308}ller.de"] {
            let holder = Recipient::email(spelt);
            let (result, trace) = of(&holder, || vec![listed(vec![other.clone()])]);
            let error = result.unwrap_err();
            assert_eq!(error.outcome, Outcome::NotDone);
            assert!(error.text.contains("another spelling"), "{}", error.text);
            assert!(!error.text.contains("ann"), "{}", error.text);
            assert_eq!(methods(&trace), ["GET /v1/customer-seats"]);
        }
        let bob = Recipient::email("bob@xn--mller-kva.de");
        let (result, _) = of(&bob, || vec![listed(vec![other.clone()])]);
        assert_eq!(result.unwrap(), EnsuredRevoked::AlreadyGone);
    }

    #[test]
    fn a_slot_that_changed_hands_is_told() {
        let live = seat(SeatStatus::Claimed, "ann@acme.com");
        let hit = revoked("ben@acme.com");
        let (result, _) = run(|| vec![listed(vec![live.clone()]), ok(&hit)]);
        assert_eq!(
            result.unwrap(),
            EnsuredRevoked::HitSomebodyElse(hit.clone())
        );
    }

    #[test]
    fn somebody_where_nobody_could_be_seen_is_somebody_else() {
        // A list without e-mails: the holder is found by their own id, and has no e-mail to compare.
        let mut live = seat(SeatStatus::Claimed, "ann@acme.com");
        let mut member = Member::new("302ed440-a3c2-444c-81cd-b55e6c3d34ba".parse().unwrap());
        member.external_id = Some("usr_42".to_owned());
        live.member = Some(member);
        live.email = None;
        live.customer_email = None;
        let mut other = Member::new("bbbf4f55-65e0-4653-87ca-16dd84fe37c7".parse().unwrap());
        other.external_id = Some("usr_43".to_owned());
        let mut hit = revoked("ben@acme.com");
        hit.member = Some(other);
        let holder = Recipient::external_member("usr_42");
        let (result, _) = of(&holder, || vec![listed(vec![live.clone()]), ok(&hit)]);
        let expected = EnsuredRevoked::HitSomebodyElse(hit.clone());
        assert_eq!(result.unwrap(), expected);
        // And one whom the list shows by nothing but the seat.
        let (result, _) = renew::run(&nameless(), || vec![listed(vec![nameless()]), ok(&hit)]);
        assert_eq!(result.unwrap_err(), r#"hit Some("ben@acme.com")"#);
    }

    /// Held by a customer without an e-mail.
    fn nameless() -> Seat {
        let mut seat = seat(SeatStatus::Pending, "");
        seat.email = None;
        seat.customer_email = None;
        seat.customer_id = Some("92129a26-cd38-4258-acba-5045d1137722".parse().unwrap());
        seat
    }

    #[test]
    fn a_lost_answer_is_settled_by_looking_again() {
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
    fn a_holder_whom_no_list_can_show_is_refused_before_anything_is_sent() {
        let holder = Recipient::external_customer("c-1");
        let (result, trace) = of(&holder, Vec::new);
        assert!(
            result
                .unwrap_err()
                .text
                .contains("holder must be named by e-mail")
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
                    .map_err(|error| tell(&error))
            },
            async |client| {
                client
                    .customer_seats()
                    .renew(seat)
                    .await
                    .map_err(|error| tell(&error))
            },
        )
    }

    fn tell(error: &RenewError) -> String {
        match error {
            RenewError::NotBegun(error) => format!("not begun: {error}"),
            RenewError::Unsettled { request, error } => format!("unsettled: {error}: {request:?}"),
            RenewError::Revoked { request, error } => format!("revoked: {error}: {request:?}"),
            RenewError::HitSomebodyElse(seat) => format!("hit {:?}", seat.customer_email),
            _ => unreachable!(),
        }
    }

    fn expired() -> Seat {
        let mut seat = seat(SeatStatus::Pending, "ann@acme.com");
        seat.seat_metadata = Some(SeatMetadata::from_json(r#"{"team":"a"}"#).unwrap());
        seat
    }

    #[test]
    fn the_seat_is_revoked_and_assigned_again_with_its_metadata() {
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
    fn a_seat_that_is_no_longer_what_it_was_is_left_alone() {
        for now in [
            vec![],
            vec![seat(SeatStatus::Claimed, "ann@acme.com")],
            vec![seat(SeatStatus::Pending, "ben@acme.com")],
        ] {
            let (result, trace) = run(&expired(), || vec![listed(now.clone())]);
            assert!(result.unwrap_err().starts_with("not begun"));
            assert_eq!(trace.sent().count(), 1);
        }
    }

    #[test]
    fn only_a_pending_seat_is_renewed() {
        let (result, trace) = run(&seat(SeatStatus::Claimed, "ann@acme.com"), Vec::new);
        assert!(result.unwrap_err().contains("must be pending"));
        assert!(trace.events().is_empty());
    }

    #[test]
    fn a_person_who_lost_their_seat_on_the_way_is_not_forgotten() {
        let steps = || {
            vec![
                listed(vec![expired()]),
                ok(&revoked("ann@acme.com")),
                refused("SeatNotAvailable"),
            ]
        };
        let (result, _) = run(&expired(), steps);
        let told = result.unwrap_err();
        assert!(
            told.starts_with("revoked: ") && told.contains("ann@acme.com"),
            "{told}"
        );
    }

    #[test]
    fn a_person_is_told_how_far_it_came_why_and_what_to_do() {
        let steps = vec![listed(vec![expired()]), refused("FeatureNotEnabled")];
        let client = blocking::Client::new(ScriptedTransport::new(steps), config());
        let error = client.customer_seats().renew(&expired()).unwrap_err();
        assert_eq!(error.to_string(), "the invitation was not renewed");
        assert_eq!(
            format!("{error:#}"),
            "the invitation was not renewed: customer_seats.revoke was refused: x (400 \
             FeatureNotEnabled). Enable seat-based pricing for the organisation."
        );
        assert_eq!(error.outcome(), Outcome::Refused);
    }

    #[test]
    fn lost_answers_are_settled_at_each_step() {
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
        let told = run(&expired(), steps).0.unwrap_err();
        assert!(told.starts_with("unsettled: "), "{told}");
        assert!(told.contains("may have been carried out"), "{told}");
        assert!(told.contains("ann@acme.com"), "{told}");
    }

    #[test]
    fn metadata_that_could_not_be_assigned_again_is_found_before_the_seat_is_gone() {
        let mut seat = expired();
        let long = format!(r#"{{"n":{}}}"#, "9".repeat(1100));
        seat.seat_metadata = Some(serde_json::from_str(&long).unwrap());
        let (result, trace) = run(&seat, || vec![listed(vec![seat.clone()])]);
        assert!(result.unwrap_err().starts_with("not begun"));
        assert_eq!(trace.sent().count(), 1);
    }
}

mod claim_status {
    use super::*;

    const DEAD: &str =
        r#"{"error":"ResourceNotFound","detail":"Invalid or expired invitation token"}"#;

    fn run(
        question: &ClaimQuestion,
        steps: impl Fn() -> Vec<ScriptStep>,
    ) -> (Result<ClaimStatus, crate::both::Facts>, Trace) {
        both(
            steps,
            |client| {
                let status = client.customer_seats().claim_status(question.clone());
                status.map_err(|error| facts(&error))
            },
            async |client| {
                let status = client.customer_seats().claim_status(question.clone()).await;
                status.map_err(|error| facts(&error))
            },
        )
    }

    fn about_the_seat() -> ClaimQuestion {
        ClaimQuestion::new(invitation())
            .seat(container(), seat_id())
            .sent_at(OffsetDateTime::now_utc().into())
    }

    #[test]
    fn a_live_invitation_proves_that_nothing_was_done() {
        let steps = || {
            vec![ScriptStep::respond(
                200,
                include_str!("fixtures/claim_info.json"),
            )]
        };
        let (result, trace) = run(&about_the_seat(), steps);
        assert!(matches!(result.unwrap(), ClaimStatus::Open(info) if info.can_claim));
        assert!(trace.sent().all(|sent| sent.method == "GET"));
    }

    #[test]
    fn without_a_seat_to_look_at_a_dead_invitation_is_all_that_can_be_known() {
        let question = ClaimQuestion::new(InvitationToken::new("abc").unwrap());
        let (result, _) = run(&question, || vec![ScriptStep::respond(404, DEAD)]);
        assert_eq!(result.unwrap(), ClaimStatus::Gone);
    }

    #[test]
    fn the_list_tells_what_became_of_the_seat() {
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
            let steps = || vec![ScriptStep::respond(404, DEAD), listed(seats.clone())];
            assert_eq!(run(&about_the_seat(), steps).0.unwrap(), expected);
        }
    }

    #[test]
    fn a_slot_that_somebody_else_got_meanwhile_tells_nothing_of_them() {
        let live = seat(SeatStatus::Pending, "bob@acme.com");
        let mut claimed = seat(SeatStatus::Claimed, "bob@acme.com");
        claimed.claimed_at = Some(ago(0));
        let mut at_once = claimed.clone();
        at_once.invitation_token_expires_at = None;
        let an_hour_ago = ClaimQuestion::new(invitation())
            .seat(container(), seat_id())
            .sent_at((OffsetDateTime::now_utc() - time::Duration::hours(1)).into());
        for seat in [live, claimed, at_once] {
            let steps = || vec![ScriptStep::respond(404, DEAD), listed(vec![seat.clone()])];
            assert_eq!(run(&an_hour_ago, steps).0.unwrap(), ClaimStatus::Revoked);
        }
    }

    #[test]
    fn a_state_without_a_name_is_no_certainty() {
        let mut odd = seat(SeatStatus::Pending, "ann@acme.com");
        odd.status = serde_json::from_str(r#""suspended""#).unwrap();
        let mut endless = seat(SeatStatus::Pending, "ann@acme.com");
        endless.invitation_token_expires_at = None;
        for seat in [odd, endless] {
            let steps = || vec![ScriptStep::respond(404, DEAD), listed(vec![seat.clone()])];
            let status = run(&about_the_seat(), steps).0.unwrap();
            assert_eq!(status, ClaimStatus::Unclear(seat));
        }
    }

    #[test]
    fn an_invitation_that_cannot_be_claimed_is_not_open() {
        let text = include_str!("fixtures/claim_info.json");
        let dead = text.replace(r#""can_claim":true"#, r#""can_claim":false"#);
        assert_ne!(dead, text);
        let question = ClaimQuestion::new(invitation());
        let (result, _) = run(&question, || vec![ScriptStep::respond(200, dead.clone())]);
        assert_eq!(result.unwrap(), ClaimStatus::Gone);

        // Nor is it gone, so that a live one in the list may be the same.
        let live = seat(SeatStatus::Pending, "ann@acme.com");
        let (result, _) = run(&about_the_seat(), || {
            vec![
                ScriptStep::respond(200, dead.clone()),
                listed(vec![live.clone()]),
            ]
        });
        assert_eq!(result.unwrap(), ClaimStatus::Unclear(live));
    }

    #[test]
    fn a_dead_invitation_is_told_by_its_name_in_whatever_words() {
        let question = ClaimQuestion::new(invitation());
        let (result, _) = run(&question, || {
            let body = r#"{"error":"ResourceNotFound","detail":"No such invitation."}"#;
            vec![ScriptStep::respond(404, body)]
        });
        assert_eq!(result.unwrap(), ClaimStatus::Gone);
    }

    fn ago(hours: i64) -> Timestamp {
        let moment = OffsetDateTime::now_utc() - time::Duration::hours(hours);
        Timestamp::from(moment)
    }

    #[test]
    fn what_cannot_be_asked_is_an_error() {
        let (result, _) = run(&about_the_seat(), || {
            (0..3).map(|_| ScriptStep::respond(503, "")).collect()
        });
        assert_eq!(result.unwrap_err().status, Some(503));
    }
}

#[test]
fn recipes_are_futures_that_a_multithreaded_runtime_may_move() {
    fn movable<T: Send>(_: T) {}
    let client = Client::new(ScriptedTransport::new([]), config());
    let seats = client.customer_seats();
    let seat = Seat::new(seat_id());
    movable(seats.renew(&seat));
    movable(seats.claim_status(ClaimQuestion::new(invitation())));
    movable(seats.claim(&invitation()));
    movable(seats.ensure_assigned(AssignSeat::new(container(), Recipient::email("a@b.c"))));
    movable(seats.ensure_revoked(container(), &Recipient::email("a@b.c")));
}
