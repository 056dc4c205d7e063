//! The page on seats inside one's own application: its functions, called as an application would.

use std::{
    fs::{self, File},
    sync::Arc,
};

use axum::{Router, body::Body, http::Request, routing::get};
use polar_core::{
    Config, Error, Outcome, blocking,
    recipes::EnsuredRevoked,
    types::{AssignSeat, ErrorName, Recipient, SeatStatus, SubscriptionId},
};
use polar_mock::Mock;
use tower_service::Service;
use tracing::Level;

use crate::code::seats_in_your_app::{
    ureq::{join, leave, users},
    with_request_log::with_request_log,
};

#[tokio::test]
async fn the_request_log_has_the_route_and_not_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(Arc::new(File::create(&path).unwrap()))
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let pages = Router::new().route("/join/{token}", get(|| async { "an invitation" }));
    for (path, status) in [("/join/CANARY?token=CANARY", 200), ("/jion/CANARY", 404)] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = with_request_log(pages.clone()).call(request).await;
        assert_eq!(response.unwrap().status(), status);
    }
    let log = fs::read_to_string(path).unwrap();
    assert!(log.contains(r#"route="/join/{token}""#), "{log}");
    assert!(!log.contains("CANARY"), "{log}");
}

#[test]
fn people_join_and_leave_by_the_ids_of_the_application() {
    for (mock, polar, team) in [of_members(), of_customers()] {
        let seat = join(&polar, team, "usr_1", "ann@globex.com").unwrap();
        assert_eq!(seat.status, SeatStatus::Claimed);
        assert!(mock.outbox().is_empty(), "nobody gets a mail");
        let again = join(&polar, team, "usr_1", "ann@globex.com").unwrap();
        assert_eq!(again.id, seat.id);
        assert_eq!(users(&polar, team).unwrap(), ["usr_1"]);

        let left = leave(&polar, team, "usr_1").unwrap();
        assert!(matches!(left, EnsuredRevoked::Revoked(_)));
        let next = join(&polar, team, "usr_2", "bob@globex.com").unwrap();
        assert_eq!(next.id, seat.id, "the seat is a slot");
        let left = leave(&polar, team, "usr_1").unwrap();
        assert!(matches!(left, EnsuredRevoked::AlreadyGone));
        assert_eq!(users(&polar, team).unwrap(), ["usr_2"]);
    }
}

#[test]
fn a_changed_address_is_refused_beside_the_id_and_not_without_it() {
    for (_, polar, team) in [of_members(), of_customers()] {
        join(&polar, team, "usr_1", "ann@globex.com").unwrap();
        drop(leave(&polar, team, "usr_1").unwrap());
        let refused = join(&polar, team, "usr_1", "ann.new@globex.com").unwrap_err();
        assert_eq!(refused.outcome(), Outcome::Refused);
        assert_eq!(name(&refused), Some(&ErrorName::MemberEmailMismatch));
        let known = AssignSeat::new(team, Recipient::external_member("usr_1"));
        let seat = polar.customer_seats().assign(known.immediate_claim());
        assert_eq!(seat.unwrap().email.as_deref(), Some("ann@globex.com"));
    }
}

#[test]
fn an_invitation_stays_pending_when_its_holder_joins() {
    for (_, polar, team) in [of_members(), of_customers()] {
        let invited = AssignSeat::new(team, Recipient::email("ann@globex.com"));
        polar.customer_seats().assign(invited).unwrap();
        let seat = join(&polar, team, "usr_1", "ann@globex.com").unwrap();
        assert_eq!(seat.status, SeatStatus::Pending);
    }
}

#[test]
fn an_unknown_customer_is_refused_by_the_kind_of_organisation() {
    let expected = [
        ErrorName::InvalidSeatAssignmentRequest,
        ErrorName::CustomerNotFound,
    ];
    for ((_, polar, team), expected) in [of_members(), of_customers()].into_iter().zip(expected) {
        let nobody = AssignSeat::new(team, Recipient::external_customer("usr_9"));
        let refused = polar.customer_seats().assign(nobody).unwrap_err();
        assert_eq!(name(&refused), Some(&expected));
    }
}

type World = (Mock, blocking::Client, SubscriptionId);

fn of_members() -> World {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    world(&mock, &acme)
}

fn of_customers() -> World {
    let mock = Mock::new();
    let acme = mock.legacy_organization("Acme");
    world(&mock, &acme)
}

fn world(mock: &Mock, acme: &polar_mock::Organization) -> World {
    let team = acme.buyer("office@globex.com").subscription("Team plan", 5);
    let config = Config::new().access_token(acme.access_token());
    let polar = blocking::Client::new(mock.blocking_transport(), config);
    (mock.clone(), polar, team.id())
}

fn name(error: &Error) -> Option<&ErrorName> {
    error.api_error().and_then(|refusal| refusal.name())
}
