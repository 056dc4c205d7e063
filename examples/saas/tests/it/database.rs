use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use example_saas::{Applied, Database, Object, sync};
use polar_hyper::Config;
use polar_mock::Delivery;
use polar_ureq::types::{
    AssignSeat, Recipient, Seat, SeatEventKind, SubscriptionStatus, WebhookEvent,
    checkouts::CheckoutCreate, subscriptions::Subscription,
};
use polar_webhooks::Verified;
use tokio::runtime::Runtime;

use crate::shop::{Shop, WEBHOOKS, verified};

fn apply(database: &Database, deliveries: &[Delivery]) {
    for delivery in deliveries {
        database
            .apply(&verified(delivery, SystemTime::now()))
            .unwrap();
    }
}

fn all_verified(deliveries: &[Delivery]) -> Vec<Verified> {
    let now = SystemTime::now();
    deliveries
        .iter()
        .map(|delivery| verified(delivery, now))
        .collect()
}

/// Calls the function with every order of the items.
fn each_order<T: Clone>(items: &mut Vec<T>, from: usize, check: &mut impl FnMut(&[T])) {
    if from + 1 >= items.len() {
        return check(items);
    }
    for index in from..items.len() {
        items.swap(from, index);
        each_order(items, from + 1, check);
        items.swap(from, index);
    }
}

#[test]
fn every_order_of_the_events_of_each_object_ends_the_same() {
    let shop = Shop::new(WEBHOOKS);
    let events = all_verified(&shop.whole_purchase("usr_kim"));
    let mut objects: BTreeMap<(&str, String), Vec<Verified>> = BTreeMap::new();
    for event in events {
        if let Some(object) = Object::of(&event) {
            let events = objects.entry((object.kind, object.id)).or_default();
            events.push(event);
        }
    }
    let kinds: Vec<_> = objects.keys().map(|(kind, _)| *kind).collect();
    for kind in ["subscription", "order", "customer", "benefit_grant"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    for ((kind, id), events) in objects {
        let newest = Object::of(events.last().unwrap()).unwrap();
        // The last five are 120 orders.
        let mut events = events[events.len().saturating_sub(5)..].to_vec();
        each_order(&mut events, 0, &mut |order| {
            let database = Database::in_memory().unwrap();
            for event in order {
                let applied = database.apply(event).unwrap();
                assert!(matches!(applied, Applied::Changed | Applied::Outdated));
            }
            let stored: serde_json::Value = database.object(kind, &id).unwrap().unwrap();
            let expected: serde_json::Value = serde_json::from_str(&newest.json).unwrap();
            assert_eq!(stored, expected, "{kind}");
        });
    }
}

#[test]
fn user_has_access_from_the_payment_to_the_end_of_the_canceled_period() {
    let shop = Shop::new(WEBHOOKS);
    let database = Database::in_memory().unwrap();
    let has_access = |user: &str| {
        apply(&database, &shop.mock.take_deliveries());
        let [by_benefit, by_subscription] = [shop.by_benefit(), shop.by_subscription()]
            .map(|access| database.has_access(user, access).unwrap());
        assert_eq!(by_benefit, by_subscription);
        by_benefit
    };
    assert!(!has_access("usr_kim"));
    shop.buy("usr_kim");
    assert!(has_access("usr_kim"));
    assert!(!has_access("usr_ann"));
    shop.next_month();
    assert!(has_access("usr_kim"));
    shop.cancel();
    assert!(has_access("usr_kim"));
    shop.next_month();
    assert!(!has_access("usr_kim"));

    // A second subscription is another object.
    shop.buy("usr_kim");
    assert!(has_access("usr_kim"));
    let subscriptions: Vec<Subscription> = database.of_user("subscription", "usr_kim").unwrap();
    let statuses = subscriptions
        .iter()
        .map(|one| &one.status)
        .collect::<Vec<_>>();
    assert_eq!(
        statuses,
        [&SubscriptionStatus::Active, &SubscriptionStatus::Canceled]
    );
}

#[test]
fn access_to_another_product_does_not_count() {
    let (shop, other) = (Shop::new(WEBHOOKS), Shop::new(WEBHOOKS));
    let database = Database::in_memory().unwrap();
    shop.buy("usr_kim");
    apply(&database, &shop.mock.take_deliveries());
    assert!(database.has_access("usr_kim", shop.by_benefit()).unwrap());
    for access in [other.by_benefit(), other.by_subscription()] {
        assert!(!database.has_access("usr_kim", access).unwrap());
    }
}

#[test]
fn people_of_a_team_have_access_by_their_seats() {
    let shop = Shop::with_seats();
    let database = Database::in_memory().unwrap();
    let checkout = CheckoutCreate::new([shop.product]);
    shop.check_out(checkout.external_customer_id("usr_boss").seats(2));
    let seats = shop.polar.customer_seats();
    let ann = Recipient::external_member_with_email("usr_ann", "ann@example.com");
    let seat = seats
        .assign(AssignSeat::new(shop.subscription(), ann))
        .unwrap();
    let mail = shop.mock.mail_to("ann@example.com").unwrap();
    let access = |user: &str| {
        apply(&database, &shop.mock.take_deliveries());
        database.has_access(user, shop.by_benefit()).unwrap()
    };
    // Polar gave the first seat to the buyer.
    assert!(access("usr_boss"));
    assert!(!access("usr_ann"));
    drop(seats.claim(&mail.invitation_token).unwrap());
    assert!(access("usr_ann"));
    shop.mock.advance(Duration::from_secs(1));
    seats.revoke(seat.id).unwrap();
    assert!(!access("usr_ann"));
    assert!(access("usr_boss"));
}

#[test]
fn repeated_event_with_a_new_signature_is_not_applied() {
    let shop = Shop::new(WEBHOOKS);
    let database = Database::in_memory().unwrap();
    shop.buy("usr_kim");
    let deliveries = shop.mock.take_deliveries();
    apply(&database, &deliveries);
    let later = SystemTime::now() + Duration::from_secs(16);
    for delivery in &deliveries {
        let applied = database.apply(&verified(delivery, later)).unwrap();
        assert_eq!(applied, Applied::Repeated);
    }
    assert_eq!(
        usize::try_from(database.events().unwrap()).unwrap(),
        deliveries.len()
    );
}

#[test]
fn event_about_something_else_is_stored_and_ignored() {
    let shop = Shop::new(WEBHOOKS);
    let database = Database::in_memory().unwrap();
    let deliveries = shop.mock.take_deliveries();
    assert_eq!(deliveries[0].event.kind, "product.created");
    let webhook = verified(&deliveries[0], SystemTime::now());
    assert_eq!(database.apply(&webhook).unwrap(), Applied::Ignored);
    assert_eq!(database.events().unwrap(), 1);
}

#[test]
fn delete_before_removes_old_events() {
    let shop = Shop::new(WEBHOOKS);
    let database = Database::in_memory().unwrap();
    shop.buy("usr_kim");
    let deliveries = shop.mock.take_deliveries();
    apply(&database, &deliveries);
    let webhooks = all_verified(&deliveries);
    let sent_at = webhooks.last().unwrap().sent_at().unix_seconds().unwrap();
    assert_eq!(database.delete_before(sent_at + 1).unwrap(), webhooks.len());
    assert_eq!(database.events().unwrap(), 0);
    // The objects are still stored, so the events change nothing.
    for webhook in webhooks {
        let applied = database.apply(&webhook).unwrap();
        assert!(
            matches!(applied, Applied::Outdated | Applied::Ignored),
            "{applied:?}"
        );
    }
    assert!(database.has_access("usr_kim", shop.by_benefit()).unwrap());
}

#[test]
fn database_survives_a_restart() {
    let shop = Shop::new(WEBHOOKS);
    shop.buy("usr_kim");
    let deliveries = shop.mock.take_deliveries();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saas.db");
    apply(&Database::open(&file).unwrap(), &deliveries);
    let reopened = Database::open(&file).unwrap();
    assert!(reopened.has_access("usr_kim", shop.by_benefit()).unwrap());
    let again = verified(&deliveries[0], SystemTime::now());
    assert_eq!(reopened.apply(&again).unwrap(), Applied::Repeated);
}

#[test]
fn history_of_a_seat_is_complete_and_in_order() {
    let shop = Shop::with_seats();
    let database = Database::in_memory().unwrap();
    let checkout = CheckoutCreate::new([shop.product]).external_customer_id("usr_boss");
    shop.check_out(checkout.seats(2));
    let seats = shop.polar.customer_seats();
    let assign = |email| {
        // Time passes between two requests, as on the server.
        shop.mock.advance(Duration::from_secs(1));
        seats
            .assign(AssignSeat::new(
                shop.subscription(),
                Recipient::email(email),
            ))
            .unwrap()
    };
    let seat = assign("ann@example.com");
    shop.mock.advance(Duration::from_secs(1));
    seats.revoke(seat.id).unwrap();
    assert_eq!(assign("zoe@example.com").id, seat.id);

    let mut deliveries = shop.mock.take_deliveries();
    deliveries.reverse();
    apply(&database, &deliveries);
    let id = seat.id.to_string();
    let kinds = database
        .history("seat", &id)
        .unwrap()
        .into_iter()
        .map(|event| match event {
            WebhookEvent::Seat(event) => event.kind,
            other => panic!("{other:?}"),
        });
    let expected = [
        SeatEventKind::Assigned,
        SeatEventKind::Revoked,
        SeatEventKind::Assigned,
    ];
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
    let stored: Seat = database.object("seat", &id).unwrap().unwrap();
    assert_eq!(
        stored.occupant().and_then(|person| person.email),
        Some("zoe@example.com")
    );
}

#[test]
fn sync_stores_what_was_bought_before_and_nothing_older() {
    let shop = Shop::new(WEBHOOKS);
    let config = Config::new().access_token(shop.acme.access_token());
    let polar = polar_hyper::Client::new(shop.mock.transport(), config);
    let runtime = Runtime::new().unwrap();
    let sync = |database: &Database| runtime.block_on(sync(&polar, database)).unwrap();

    shop.buy("usr_kim");
    drop(shop.mock.take_deliveries());
    let database = Database::in_memory().unwrap();
    assert_eq!(sync(&database), 2);
    assert_eq!(sync(&database), 0);
    for access in [shop.by_benefit(), shop.by_subscription()] {
        assert!(database.has_access("usr_kim", access).unwrap());
    }

    // The events of the end arrive before a list that was read before it is stored.
    let stale = shop.polar.subscriptions().get(shop.subscription()).unwrap();
    let stale = Object::of_listed_subscription(&stale).unwrap();
    shop.cancel();
    shop.next_month();
    apply(&database, &shop.mock.take_deliveries());
    assert_eq!(database.put_all(&[stale]).unwrap(), 0);
    assert!(
        !database
            .has_access("usr_kim", shop.by_subscription())
            .unwrap()
    );

    // Lost events: the list alone.
    let database = Database::in_memory().unwrap();
    sync(&database);
    assert!(!database.has_access("usr_kim", shop.by_benefit()).unwrap());
}
