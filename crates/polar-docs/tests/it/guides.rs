//! The code of the guides, called as an application would call it: seats in your app, errors, and the
//! clock of the mock on a port.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, http::Request, routing::get};
use polar_core::{
    Config, Error, Outcome, RetryPolicy, blocking,
    recipes::EnsuredRevoked,
    types::{
        AccessToken, AssignSeat, CustomerSessionToken, ErrorName, MemberRole, Recipient, SeatId,
        SeatStatus, SubscriptionId,
    },
};
use polar_mock::{InjectedFault, Mock, Organization};
use polar_mock_server::MockServer;
use polar_testkit::script::{ScriptStep, ScriptedTransport};
use tower_service::Service;
use tracing::Level;

use crate::{
    code::{
        errors::hyper::response,
        seats_in_your_app::{
            ureq::{join, leave, users},
            with_request_log::with_request_log,
        },
        testing_with_the_mock::ureq::is_too_late,
    },
    root,
};

#[tokio::test]
async fn request_log_contains_the_route_and_not_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    // With only one subscriber, of one thread, tracing lets another thread decide that an event is of
    // no interest.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
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
fn users_join_and_leave_by_their_own_ids() {
    for (mock, polar, team) in [of_members(), of_customers()] {
        let seat = join(&polar, team, "usr_1", "ann@globex.com").unwrap();
        assert_eq!(seat.status, SeatStatus::Claimed);
        assert!(mock.outbox().is_empty(), "no email is sent");
        let again = join(&polar, team, "usr_1", "ann@globex.com").unwrap();
        assert_eq!(again.id, seat.id);
        assert_eq!(users(&polar, team).unwrap(), ["usr_1"]);

        let left = leave(&polar, team, "usr_1").unwrap();
        assert!(matches!(left, EnsuredRevoked::Revoked(_)));
        let next = join(&polar, team, "usr_2", "bob@globex.com").unwrap();
        assert_eq!(next.id, seat.id, "the seat is a slot");
        let left = leave(&polar, team, "usr_1").unwrap();
        assert!(matches!(left, EnsuredRevoked::NoSeat));
        assert_eq!(users(&polar, team).unwrap(), ["usr_2"]);
    }
}

#[test]
fn join_fails_with_a_changed_address_and_succeeds_without_one() {
    for (_, polar, team) in [of_members(), of_customers()] {
        join(&polar, team, "usr_1", "ann@globex.com").unwrap();
        drop(leave(&polar, team, "usr_1").unwrap());
        let error = join(&polar, team, "usr_1", "ann.new@globex.com").unwrap_err();
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!(error.name(), Some(&ErrorName::MemberEmailMismatch));
        let known = AssignSeat::new(team, Recipient::external_member("usr_1"));
        let seat = polar.customer_seats().assign(known.immediate_claim());
        assert_eq!(seat.unwrap().email.as_deref(), Some("ann@globex.com"));
    }
}

#[test]
fn join_leaves_a_pending_invitation_pending() {
    for (_, polar, team) in [of_members(), of_customers()] {
        let invited = AssignSeat::new(team, Recipient::email("ann@globex.com"));
        polar.customer_seats().assign(invited).unwrap();
        let seat = join(&polar, team, "usr_1", "ann@globex.com").unwrap();
        assert_eq!(seat.status, SeatStatus::Pending);
    }
}

#[test]
fn unknown_external_customers_fail_in_both_kinds_of_organization() {
    let expected = [
        ErrorName::InvalidSeatAssignmentRequest,
        ErrorName::CustomerNotFound,
    ];
    for ((_, polar, team), expected) in [of_members(), of_customers()].into_iter().zip(expected) {
        let unknown = AssignSeat::new(team, Recipient::external_customer("usr_9"));
        let error = polar.customer_seats().assign(unknown).unwrap_err();
        assert_eq!(error.name(), Some(&expected));
    }
}

#[test]
fn the_error_table_has_the_statuses_that_its_function_returns() {
    let page = fs::read_to_string(root().join("docs/errors.md")).unwrap();
    let rows: Vec<Vec<_>> = page
        .lines()
        .map(|row| row.split('|').map(str::trim).collect())
        .filter(|row: &Vec<_>| row.len() == 6 && row[2].starts_with('`') && row[2] != "`outcome()`")
        .collect();
    let mut covered = BTreeSet::new();
    for (case, error) in failures() {
        let outcome = format!("`{:?}`", error.outcome());
        let remedy = error.remedy().map(|remedy| format!("{remedy:?}"));
        let remedy = remedy
            .as_deref()
            .map_or("–", |name| name.split('(').next().unwrap());
        let (status, text) = response(&error);
        assert!(!text.is_empty());
        let mut matching = rows.iter().enumerate().filter(|(_, row)| {
            row[2] == outcome
                && row[3]
                    .split([' ', ','])
                    .any(|cell| cell.trim_matches('`') == remedy)
                && row[4] == status.to_string()
        });
        let (row, _) = matching
            .next()
            .unwrap_or_else(|| panic!("{case}: no row for {outcome}, {remedy}, {status}"));
        covered.insert(row);
    }
    assert_eq!(
        covered.len(),
        rows.len(),
        "only the rows {covered:?} were provoked"
    );
}

/// At least one error for each row of the table on the page about errors.
fn failures() -> Vec<(&'static str, Error)> {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let buyer = acme.buyer("office@globex.com");
    let team = buyer.subscription("Team plan", 1);
    let client = |config: Config| {
        let config = config.retry(RetryPolicy::none());
        blocking::Client::new(mock.blocking_transport(), config)
    };
    let polar = client(Config::new().access_token(acme.access_token()));
    let seats = polar.customer_seats();
    let request = |recipient| AssignSeat::new(team.id(), recipient);
    let assign = |recipient| seats.assign(request(recipient)).unwrap_err();

    let ann = seats
        .assign(request(Recipient::email("ann@acme.com")))
        .unwrap();
    let invitation = mock.mail_to("ann@acme.com").unwrap().invitation_token;
    let mut failures = vec![
        ("full team", assign(Recipient::email("bob@acme.com"))),
        ("invalid email", assign(Recipient::email("bob"))),
    ];
    team.set_seats(2);
    drop(seats.claim(&invitation).unwrap());
    failures.extend([
        ("second seat", assign(Recipient::email("ann@acme.com"))),
        (
            "unknown member",
            assign(Recipient::external_member("usr_9")),
        ),
        ("second claim", seats.claim(&invitation).unwrap_err()),
        (
            "claimed invitation",
            seats.claim_info(&invitation).unwrap_err(),
        ),
        (
            "resend of a claimed seat",
            seats.resend(ann.id).unwrap_err(),
        ),
    ]);

    let other = mock.organization("Umbrella");
    let other = client(Config::new().access_token(other.access_token()));
    let read_only = acme.access_token_with(&["customer_seats:read"]);
    let read_only = client(Config::new().access_token(read_only));
    let unknown = client(Config::new().access_token(AccessToken::new("polar_oat_x").unwrap()));
    let no_token = client(Config::new());
    failures.extend([
        (
            "another organization",
            other.customer_seats().list(team.id()).unwrap_err(),
        ),
        (
            "missing scope",
            read_only.customer_seats().resend(ann.id).unwrap_err(),
        ),
        (
            "unknown token",
            unknown.customer_seats().list(team.id()).unwrap_err(),
        ),
        (
            "no token",
            no_token.customer_seats().list(team.id()).unwrap_err(),
        ),
    ]);

    let member = buyer.member("dan@globex.com", MemberRole::Member);
    let member = buyer.member_session(member);
    let expired = CustomerSessionToken::new("polar_mst_expired").unwrap();
    let resend = |session| polar.customer_portal(session).seats().resend(ann.id);
    failures.extend([
        ("role", resend(&member).unwrap_err()),
        ("expired session", resend(&expired).unwrap_err()),
    ]);

    let retry_after = Duration::from_secs(60);
    mock.fail_next(1, InjectedFault::RateLimited { retry_after });
    failures.push(("rate limit", assign(Recipient::email("bob@acme.com"))));
    mock.fail_next(1, InjectedFault::Unavailable);
    failures.push(("failed read", seats.list(team.id()).unwrap_err()));
    mock.fail_next(1, InjectedFault::ResponseLost);
    failures.push(("lost response", assign(Recipient::email("bob@acme.com"))));
    acme.set_seats_enabled(false);
    failures.push(("seats disabled", assign(Recipient::email("cid@acme.com"))));
    failures.extend([
        ("declined card", refused("PaymentFailed")),
        ("expired checkout", refused("ExpiredCheckoutError")),
        ("second refund", refused("RefundedAlready")),
        ("finalized order", refused("OrderNotDraft")),
        ("too few seats", refused("BelowMinimumSeats")),
        ("payment under way", refused("PaymentAlreadyInProgress")),
    ]);
    failures
}

/// An error with a name that the mock does not return.
fn refused(name: &str) -> Error {
    let status = ErrorName::from(name).status().unwrap();
    let body = format!(r#"{{"error":"{name}","detail":"x"}}"#);
    let transport = ScriptedTransport::new([ScriptStep::respond(status, body)]);
    let token = AccessToken::new("polar_oat_x").unwrap();
    let polar = blocking::Client::new(transport, Config::new().access_token(token));
    let seat: SeatId = "a0fa1f5c-5bd3-4a3e-9d76-4d0f4dd7d7b1".parse().unwrap();
    polar.customer_seats().resend(seat).unwrap_err()
}

#[test]
fn is_too_late_follows_the_clock_of_the_mock_on_a_port() {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let (_, polar, team) = team(&mock, &acme);
    let invited = AssignSeat::new(team, Recipient::email("ann@acme.com"));
    let seat = polar.customer_seats().assign(invited).unwrap();

    let server = MockServer::start(mock).unwrap();
    for (seconds, expected) in [(0, false), (90_000, true), (0, true)] {
        let now = advance_clock(&server, seconds);
        assert_eq!(is_too_late(&seat, &now), expected, "{now}");
    }
}

/// Moves the clock, and returns its time.
fn advance_clock(server: &MockServer, seconds: u32) -> String {
    let body = format!("{{\"advance_seconds\": {seconds}}}");
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = "POST /_mock/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    let length = body.len();
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (_, json) = response.split_once("\r\n\r\n").unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    json.get("now").unwrap().as_str().unwrap().to_owned()
}

type Team = (Mock, blocking::Client, SubscriptionId);

fn of_members() -> Team {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    team(&mock, &acme)
}

fn of_customers() -> Team {
    let mock = Mock::new();
    let acme = mock.legacy_organization("Acme");
    team(&mock, &acme)
}

fn team(mock: &Mock, acme: &Organization) -> Team {
    let team = acme.buyer("office@globex.com").subscription("Team plan", 5);
    let config = Config::new().access_token(acme.access_token());
    let polar = blocking::Client::new(mock.blocking_transport(), config);
    (mock.clone(), polar, team.id())
}
