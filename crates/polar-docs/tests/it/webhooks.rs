//! The page on webhooks: its tests run by themselves; here the rest of its code is called.

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
fn the_handler_of_the_page_takes_what_polar_sent_and_nothing_else() {
    let (verifier, mock) = (Verifier::new(&secret()), life());
    let deliveries = mock.take_deliveries();
    assert_eq!(deliveries.len(), 3);
    for delivery in deliveries {
        let request = delivery.request(SystemTime::now()).unwrap();
        let (status, words) = receive::receive(&verifier, request.headers(), request.body());
        assert_eq!((status, words.starts_with("customer_seat.")), (200, true));
        let (status, _) = receive::receive(&verifier, &HeaderMap::new(), request.body());
        assert_eq!(status, 400);
    }
}

#[test]
fn the_database_of_the_page_ends_with_the_newest_holder_in_every_order() {
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
fn whose_access_ends_is_told_by_the_revocation_alone() {
    let leavers: Vec<_> = delivered()
        .into_iter()
        .map(|webhook| match webhook.into_event() {
            WebhookEvent::Seat(event) => leaver::leaver(&event).map(str::to_owned),
            other => panic!("{other:?} is not of a seat"),
        })
        .collect();
    assert_eq!(leavers, [None, Some("ann@globex.com".to_owned()), None]);
}

#[test]
fn an_event_of_another_type_is_read_and_those_of_seats_are_left() {
    let data = RawJson::from_json(r#"{"id":"1","total_amount":1900}"#).unwrap();
    let order = UnknownEvent::new("order.paid", Timestamp::default(), data);
    assert_eq!(paid::paid(&order.into()).unwrap(), Some(1900));
    for webhook in delivered() {
        assert_eq!(paid::paid(webhook.event()).unwrap(), None);
    }
}

#[test]
fn without_a_secret_there_is_no_verifier() {
    // Nothing sets these variables here; that a rotated secret is taken, polar-webhooks tests.
    assert!(verifier::verifier().is_err());
}

/// A seat that is Ann's, then nobody's, then Zoe's.
fn life() -> Mock {
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
    let deliveries = life().take_deliveries();
    let requests = deliveries.iter().map(|one| one.request(now).unwrap());
    requests
        .map(|request| verifier.verify(request.headers(), request.body(), now))
        .collect::<Result<_, _>>()
        .unwrap()
}

fn secret() -> WebhookSecret {
    WebhookSecret::new("whsec_made_up_for_this_test").unwrap()
}
