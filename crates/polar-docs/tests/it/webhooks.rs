//! The code of the guide to webhooks; its own tests run as they are.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use polar_core::{
    Config, blocking,
    types::{AssignSeat, RawJson, Recipient, Timestamp, UnknownEvent, WebhookEvent, WebhookSecret},
};
use polar_mock::Mock;
use polar_webhooks::{Scheme, Signer, Verified, Verifier, WebhookId};
use rusqlite::Connection;

use crate::code::webhooks::{apply, leaver, line, paid, receive, store, verifier};

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
fn store_keeps_the_newest_state_of_each_object_in_every_order() {
    let webhooks = events_of_objects();
    let mut forward: Vec<&Verified> = webhooks.iter().collect();
    for _ in 0..webhooks.len() {
        // Each rotation, forward and backward, and every event twice.
        forward.rotate_left(1);
        for order in [forward.clone(), forward.iter().rev().copied().collect()] {
            let mut database = Connection::open_in_memory().unwrap();
            database.execute_batch(store::TABLES).unwrap();
            for webhook in order.iter().chain(&order) {
                store::store(&mut database, webhook).unwrap();
            }
            let mut rows = database
                .prepare("SELECT kind, state FROM objects ORDER BY kind")
                .unwrap();
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
            let rows: Vec<(String, String)> = rows.unwrap().map(Result::unwrap).collect();
            let expected = [
                ("benefit grant", "revoked"),
                ("customer", "deleted"),
                ("order", "refunded"),
                ("subscription", "canceled"),
            ];
            let rows: Vec<(&str, &str)> = rows
                .iter()
                .map(|(kind, state)| (&**kind, &**state))
                .collect();
            assert_eq!(rows, expected);
            let count = "SELECT count(*) FROM webhooks";
            let count: u32 = database.query_row(count, [], |row| row.get(0)).unwrap();
            assert_eq!(usize::try_from(count), Ok(webhooks.len()));
        }
    }
}

#[test]
fn line_is_about_orders_and_subscriptions() {
    let lines = events_of_objects();
    let lines: Vec<_> = lines
        .iter()
        .map(|one| line::line(one.event()).unwrap())
        .collect();
    let about = |what: &str| {
        lines
            .iter()
            .flatten()
            .filter(|line| line.contains(what))
            .count()
    };
    assert_eq!(
        (about("is paid"), about("has ended"), about(": active")),
        (1, 1, 3)
    );
    for webhook in delivered() {
        assert_eq!(line::line(webhook.event()).unwrap(), None);
    }
}

/// Events of one object of each kind, oldest first. The times are those of recorded events.
fn events_of_objects() -> Vec<Verified> {
    use polar_core::types::{SubscriptionStatus, orders::OrderStatus, sample, webhooks::*};

    let time = |time: &str| Timestamp::from(&*format!("2026-11-30T11:{time}Z"));
    let mut bodies = Vec::new();
    macro_rules! event {
        ($payload:ty, $timestamp:literal, $modified:expr $(, $field:ident = $value:expr)?) => {
            let mut event: $payload = sample();
            event.timestamp = time($timestamp);
            event.data.created_at = time("07:21.807710");
            event.data.modified_at = $modified;
            $( event.data.$field = $value; )?
            bodies.push(serde_json::to_vec(&event).unwrap());
        };
    }
    let changed = || Some(time("07:33.729020"));
    let refunded = Some(time("07:45.647487"));
    let [active, canceled] = [SubscriptionStatus::Active, SubscriptionStatus::Canceled];
    event!(
        WebhookSubscriptionCreatedPayload,
        "07:21.872989",
        None,
        status = active.clone()
    );
    event!(
        WebhookSubscriptionActivePayload,
        "07:21.945381",
        None,
        status = active.clone()
    );
    event!(
        WebhookSubscriptionUpdatedPayload,
        "07:33.785319",
        changed(),
        status = active
    );
    event!(
        WebhookSubscriptionRevokedPayload,
        "07:33.901195",
        changed(),
        status = canceled
    );
    event!(
        WebhookOrderCreatedPayload,
        "07:24.332954",
        None,
        status = OrderStatus::Pending
    );
    event!(
        WebhookOrderPaidPayload,
        "07:25.961033",
        changed(),
        status = OrderStatus::Paid
    );
    event!(
        WebhookOrderRefundedPayload,
        "07:45.686399",
        refunded,
        status = OrderStatus::Refunded
    );
    event!(WebhookCustomerCreatedPayload, "07:22.049081", None);
    event!(WebhookCustomerDeletedPayload, "07:33.171426", changed());
    event!(
        WebhookCustomerStateChangedPayload,
        "07:33.213919",
        changed()
    );
    event!(
        WebhookBenefitGrantCreatedPayload,
        "07:22.575133",
        None,
        is_granted = true
    );
    event!(
        WebhookBenefitGrantRevokedPayload,
        "07:33.189550",
        changed(),
        is_granted = false
    );

    let (verifier, now) = (Verifier::new(&secret()), SystemTime::now());
    let signer = Signer::new(&secret(), Scheme::Original).unwrap();
    let deliver = |(number, body): (usize, &Vec<u8>)| {
        let id = WebhookId::new(format!("evt-{number}")).unwrap();
        let headers = signer.sign(&id, now, body);
        verifier.verify(headers, body, now).unwrap()
    };
    bodies.iter().enumerate().map(deliver).collect()
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
