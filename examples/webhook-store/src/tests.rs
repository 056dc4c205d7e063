use std::time::{Duration, SystemTime};

use polar_mock::{Delivery, Mock};
use polar_ureq::{
    Client, Config,
    types::{AssignSeat, Recipient, SeatEventKind, WebhookSecret},
};
use polar_webhooks::Verifier;

use super::*;

/// The deliveries of a seat that is assigned to Ann, claimed, revoked, and assigned to Zoe.
fn deliveries() -> (SeatId, Vec<Delivery>) {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook("http://localhost/webhooks", secret());
    let plan = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let client = Client::new(mock.blocking_transport(), config);
    let seats = client.customer_seats();
    let assign = |email| {
        // Time passes between two requests, as on the server.
        mock.advance(Duration::from_secs(1));
        seats
            .assign(AssignSeat::new(plan.id(), Recipient::email(email)))
            .unwrap()
    };

    let seat = assign("ann@acme.com");
    mock.advance(Duration::from_secs(1));
    let mail = mock.mail_to("ann@acme.com").unwrap();
    drop(seats.claim(&mail.invitation_token).unwrap());
    mock.advance(Duration::from_secs(1));
    seats.revoke(seat.id).unwrap();
    assert_eq!(assign("zoe@acme.com").id, seat.id);
    (seat.id, mock.take_deliveries())
}

fn secret() -> WebhookSecret {
    WebhookSecret::new("whsec_for_the_demo").unwrap()
}

fn verified(delivery: &Delivery, now: SystemTime) -> Verified {
    let request = delivery.request(now).unwrap();
    Verifier::new(&secret())
        .verify(request.headers(), request.body(), now)
        .unwrap()
}

/// All permutations of the items.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, first) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(index);
        for mut order in permutations(&rest) {
            order.insert(0, first.clone());
            all.push(order);
        }
    }
    all
}

#[test]
fn every_order_of_events_ends_with_the_last_holder() {
    let (seat, deliveries) = deliveries();
    assert_eq!(deliveries.len(), 4);
    for order in permutations(&deliveries) {
        let mut seats = Seats::in_memory().unwrap();
        for delivery in &order {
            let applied = seats.apply(&verified(delivery, SystemTime::now())).unwrap();
            assert!(matches!(applied, Applied::Changed | Applied::Outdated));
        }
        let holder = seats.holder(seat).unwrap();
        assert_eq!(holder.as_deref(), Some("zoe@acme.com"));
    }
}

#[test]
fn repeated_event_with_a_new_signature_is_not_applied() {
    let (seat, deliveries) = deliveries();
    let mut seats = Seats::in_memory().unwrap();
    let now = SystemTime::now();
    for delivery in &deliveries[..3] {
        seats.apply(&verified(delivery, now)).unwrap();
    }
    for delivery in &deliveries[..3] {
        let later = now + Duration::from_secs(16);
        let again = seats.apply(&verified(delivery, later)).unwrap();
        assert_eq!(again, Applied::Repeated);
    }
    assert_eq!(seats.holder(seat).unwrap(), None);
    assert_eq!(seats.events().unwrap(), 3);
}

#[test]
fn delete_before_removes_old_events() {
    let (_, deliveries) = deliveries();
    let mut seats = Seats::in_memory().unwrap();
    let webhook = verified(&deliveries[0], SystemTime::now());
    seats.apply(&webhook).unwrap();
    let sent_at = webhook.sent_at().unix_seconds().unwrap();
    assert_eq!(seats.delete_before(sent_at).unwrap(), 0);
    assert_eq!(seats.delete_before(sent_at + 1).unwrap(), 1);
    assert_eq!(seats.events().unwrap(), 0);
    // The seat is still stored, so the event changes nothing.
    assert_eq!(seats.apply(&webhook).unwrap(), Applied::Outdated);
}

#[test]
fn seats_survive_a_restart() {
    let (seat, deliveries) = deliveries();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seats.db");
    let webhook = verified(&deliveries[0], SystemTime::now());
    let first = Seats::open(&file).unwrap().apply(&webhook).unwrap();
    let mut reopened = Seats::open(&file).unwrap();
    assert_eq!(
        (first, reopened.apply(&webhook).unwrap()),
        (Applied::Changed, Applied::Repeated)
    );
    assert_eq!(
        reopened.holder(seat).unwrap().as_deref(),
        Some("ann@acme.com")
    );
}

#[test]
fn history_returns_complete_events_in_order() {
    let (slot, deliveries) = deliveries();
    let mut seats = Seats::in_memory().unwrap();
    for delivery in deliveries.iter().rev() {
        seats.apply(&verified(delivery, SystemTime::now())).unwrap();
    }
    let history = seats.history(slot).unwrap();
    let expected: Vec<_> = deliveries
        .iter()
        .map(|delivery| verified(delivery, SystemTime::now()).into_event())
        .collect();
    assert_eq!(history, expected);
    let Some(WebhookEvent::Seat(newest)) = history.last() else {
        panic!("the newest event is not a seat event");
    };
    assert_eq!(newest.kind, SeatEventKind::Assigned);
    assert_eq!(seats.seat(slot).unwrap().as_ref(), Some(&newest.data));
}
