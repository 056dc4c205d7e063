//! The code of the guide to webhooks; its own tests run as they are.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use polar_core::{
    Config, blocking,
    types::{AssignSeat, RawJson, Recipient, Timestamp, UnknownEvent, WebhookEvent, WebhookSecret},
};
use polar_mock::Mock;
use polar_webhooks::{Verified, Verifier};
use rusqlite::Connection;

use crate::code::webhooks::{apply, leaver, paid, receive, verifier};

#[test]
fn receive_accepts_signed_deliveries_only() {
    let (verifier, mock) = (Verifier::new(&secret()), reassigned_seat());
    let deliveries = mock.take_deliveries();
    assert_eq!(deliveries.len(), 3);
    for delivery in deliveries {
        let request = delivery.request(SystemTime::now()).unwrap();
        let (status, text) = receive::receive(&verifier, request.headers(), request.body());
        assert_eq!((status, text.starts_with("customer_seat.")), (200, true));
        let (status, _) = receive::receive(&verifier, &HeaderMap::new(), request.body());
        assert_eq!(status, 400);
    }
}

#[test]
fn apply_stores_the_newest_holder_in_every_order() {
    for is_backwards in [false, true] {
        let mut database = Connection::open_in_memory().unwrap();
        database.execute_batch(apply::TABLES).unwrap();
        let mut webhooks = delivered();
        if is_backwards {
            webhooks.reverse();
        }
        for webhook in webhooks.iter().chain(&webhooks) {
            apply::apply(&mut database, webhook).unwrap();
        }
        let rows = |table| {
            let count = format!("SELECT count(*) FROM {table}");
            database
                .query_row(&count, [], |row| row.get::<_, u32>(0))
                .unwrap()
        };
        assert_eq!((rows("webhooks"), rows("seats")), (3, 1));
        let holder: String = database
            .query_row("SELECT holder FROM seats", [], |row| row.get(0))
            .unwrap();
        assert_eq!(holder, "zoe@globex.com");
    }
}

#[test]
fn leaver_is_set_for_revocations_only() {
    let leavers: Vec<_> = delivered()
        .into_iter()
        .map(|webhook| match webhook.into_event() {
            WebhookEvent::Seat(event) => leaver::leaver(&event).map(str::to_owned),
            other => panic!("{other:?} is not a seat event"),
        })
        .collect();
    assert_eq!(leavers, [None, Some("ann@globex.com".to_owned()), None]);
}

#[test]
fn paid_reads_orders_and_ignores_seat_events() {
    let data = RawJson::from_json(r#"{"id":"1","total_amount":1900}"#).unwrap();
    let order = UnknownEvent::new("order.paid", Timestamp::default(), data);
    assert_eq!(paid::paid(&order.into()).unwrap(), Some(1900));
    for webhook in delivered() {
        assert_eq!(paid::paid(webhook.event()).unwrap(), None);
    }
}

#[test]
fn verifier_fails_without_a_secret() {
    // These variables are not set here. polar-webhooks tests a rotated secret.
    assert!(verifier::verifier().is_err());
}

/// A mock with one seat: assigned to Ann, revoked, then assigned to Zoe.
fn reassigned_seat() -> Mock {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook("http://localhost/webhooks/polar", secret());
    let team = acme.buyer("office@globex.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let polar = blocking::Client::new(mock.blocking_transport(), config);
    let seats = polar.customer_seats();
    let assign = |email| {
        let request = AssignSeat::new(team.id(), Recipient::email(email));
        seats.assign(request).unwrap()
    };
    let seat = assign("ann@globex.com");
    mock.advance(Duration::from_secs(1));
    seats.revoke(seat.id).unwrap();
    mock.advance(Duration::from_secs(1));
    assign("zoe@globex.com");
    mock
}

fn delivered() -> Vec<Verified> {
    let (verifier, now) = (Verifier::new(&secret()), SystemTime::now());
    let deliveries = reassigned_seat().take_deliveries();
    let requests = deliveries.iter().map(|one| one.request(now).unwrap());
    requests
        .map(|request| verifier.verify(request.headers(), request.body(), now))
        .collect::<Result<_, _>>()
        .unwrap()
}

fn secret() -> WebhookSecret {
    WebhookSecret::new("whsec_made_up_for_this_test").unwrap()
}
