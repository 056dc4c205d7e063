//! Webhook endpoints that were created over the API: their events, keys, deliveries and redelivery.

use std::time::{Duration, Instant, SystemTime};

use polar_core::{
    Config, blocking, customers,
    types::{
        WebhookSecret,
        customers::{CustomerCreate, CustomerUpdate},
        webhooks::{
            HttpCodeClass, WebhookDelivery, WebhookEndpoint, WebhookEndpointCreate,
            WebhookEndpointUpdate, WebhookEventType, WebhookFormat,
        },
    },
    webhooks::ListDeliveries,
};
use polar_mock::Mock;
use polar_mock_server::{MockServer, Webhooks};
use polar_webhooks::Verifier;

use crate::receiver::{Endpoint, Received};

/// A server, and a client of its organization.
struct Shop {
    polar: blocking::Client,
    _server: MockServer,
}

impl Shop {
    fn new(webhooks: Webhooks) -> Self {
        let mock = Mock::new();
        let config = Config::new().access_token(mock.organization("Acme").access_token());
        let polar = blocking::Client::new(mock.blocking_transport(), config);
        let server = MockServer::builder(mock).webhooks(webhooks).start();
        Self {
            polar,
            _server: server.unwrap(),
        }
    }

    fn endpoint(&self, receiver: &Endpoint, events: &[&str]) -> WebhookEndpoint {
        let events: Vec<_> = events.iter().copied().map(WebhookEventType::from).collect();
        let create = WebhookEndpointCreate::new(&receiver.url, WebhookFormat::Raw, events);
        self.polar.webhooks().create_endpoint(create).unwrap()
    }

    /// Adds a customer and gives it a name.
    fn act(&self) {
        let customers = self.polar.customers();
        let created = CustomerCreate::individual("ann@acme.com");
        let id = customers.create(created).unwrap().id;
        let named = CustomerUpdate::new().name("Ann".to_owned());
        drop(customers.update(id, named).unwrap());
    }

    /// Waits for a number of recorded attempts, the newest first.
    fn deliveries(&self, list: &ListDeliveries, count: usize) -> Vec<WebhookDelivery> {
        let started = Instant::now();
        loop {
            let page = self.polar.webhooks().list_deliveries(list.clone()).unwrap();
            if page.items.len() == count {
                return page.items;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "{page:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Returns the type of an event that was signed with this key.
fn kind(received: &Received, endpoint: &WebhookEndpoint) -> String {
    let secret = WebhookSecret::new(endpoint.secret.expose()).unwrap();
    let headers = received.headers.iter().map(|(name, value)| (name, value));
    let verified = Verifier::new(&secret).verify(headers, &received.body, SystemTime::now());
    verified.unwrap().into_event().kind().to_owned()
}

#[test]
fn each_endpoint_receives_its_events_signed_with_its_own_key() {
    let (all, some) = (Endpoint::responding(&[]), Endpoint::responding(&[]));
    let shop = Shop::new(Webhooks::once());
    let created = ["customer.created", "customer.updated"];
    let first = shop.endpoint(&all, &created);
    let second = shop.endpoint(&some, &["customer.updated", "order.paid"]);
    assert_ne!(first.secret, second.secret);
    shop.act();
    assert_eq!(
        [all.next(), all.next()].map(|one| kind(&one, &first)),
        created
    );
    let only = some.next();
    assert_eq!(kind(&only, &second), "customer.updated");

    // A new key signs what comes after, and a disabled or deleted endpoint receives nothing.
    let reset = shop
        .polar
        .webhooks()
        .reset_endpoint_secret(second.id)
        .unwrap();
    assert_ne!(reset.secret, second.secret);
    let disabled = WebhookEndpointUpdate::new().enabled(false);
    shop.polar
        .webhooks()
        .update_endpoint(first.id, disabled)
        .unwrap();
    let events = vec![WebhookEventType::CustomerDeleted];
    let changed = WebhookEndpointUpdate::new().events(events);
    shop.polar
        .webhooks()
        .update_endpoint(second.id, changed)
        .unwrap();
    let page = shop.polar.customers().list(customers::List::new()).unwrap();
    shop.polar.customers().delete(page.items[0].id).unwrap();
    assert_eq!(kind(&some.next(), &reset), "customer.deleted");
    shop.polar.webhooks().delete_endpoint(second.id).unwrap();
    shop.act();
    let pause = Duration::from_millis(200);
    assert!(all.is_idle_for(pause) && some.is_idle_for(pause));
}

#[test]
fn deliveries_are_listed_and_sent_again() {
    let receiver = Endpoint::responding(&[500]);
    let other = Endpoint::responding(&[]);
    let shop = Shop::new(Webhooks::once().on_failure(|_| {}));
    let endpoint = shop.endpoint(&receiver, &["customer.created", "customer.updated"]);
    shop.endpoint(&other, &["customer.created"]);
    shop.act();
    let (failed, later) = (receiver.next(), receiver.next());
    shop.deliveries(&ListDeliveries::new(), 3);

    let own = ListDeliveries::new().endpoint_id(vec![endpoint.id]);
    let [second, first] = &shop.deliveries(&own, 2)[..] else {
        unreachable!()
    };
    assert_eq!((first.http_code, first.succeeded), (Some(500), false));
    assert_eq!((second.http_code, second.succeeded), (Some(200), true));
    let event = &first.webhook_event;
    assert_eq!(event.succeeded, Some(false));
    assert_eq!(event.kind, WebhookEventType::CustomerCreated);
    assert_eq!(event.id.to_string(), failed.header("webhook-id"));
    assert_eq!(
        event.payload.as_deref().map(str::as_bytes),
        Some(&*failed.body)
    );
    for (filter, count) in [
        (own.clone().succeeded(true), 1),
        (own.clone().http_code_class(HttpCodeClass::N5xx), 1),
        (own.clone().http_code_class(HttpCodeClass::N4xx), 0),
        (
            own.clone()
                .event_type(vec![WebhookEventType::CustomerUpdated]),
            1,
        ),
        (own.clone().query(later.header("webhook-id")), 1),
        (own.clone().start_timestamp(second.created_at.clone()), 0),
    ] {
        shop.deliveries(&filter, count);
    }

    shop.polar.webhooks().redeliver(event.id).unwrap();
    let again = receiver.next();
    assert_eq!(again.header("webhook-id"), failed.header("webhook-id"));
    assert_eq!(again.body, failed.body);
    assert_eq!(kind(&again, &endpoint), "customer.created");
    let newest = &shop.deliveries(&own, 3)[0];
    assert_eq!(newest.webhook_event.id, event.id);
    assert_eq!(newest.webhook_event.succeeded, Some(true));
    assert_eq!(newest.webhook_event.last_http_code, Some(200));
    assert!(
        other.next().line.starts_with("POST ") && other.is_idle_for(Duration::from_millis(100))
    );
}

#[test]
fn unreachable_endpoint_has_its_error_in_the_list() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", closed.local_addr().unwrap());
    drop(closed);
    let shop = Shop::new(Webhooks::once().on_failure(|_| {}));
    let events = vec![WebhookEventType::CustomerCreated];
    let create = WebhookEndpointCreate::new(url, WebhookFormat::Raw, events);
    drop(shop.polar.webhooks().create_endpoint(create).unwrap());
    shop.act();
    let failed = &shop.deliveries(&ListDeliveries::new(), 1)[0];
    assert_eq!((failed.http_code, failed.succeeded), (None, false));
    assert!(failed.response.as_deref().unwrap().contains("refused"));
}
