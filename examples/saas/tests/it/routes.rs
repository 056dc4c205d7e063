use std::{
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use example_saas::{Access, Database, Object, Service};
use polar_hyper::Config;
use polar_mock_server::{MockServer, Webhooks};
use polar_webhooks::Verifier;
use tokio::{net::TcpListener, runtime::Runtime};
use ureq::Agent;

use crate::shop::{Shop, WEBHOOKS, secret, verified};

/// The service on a port, with the offline Polar on another.
struct Site {
    shop: Shop,
    database: Database,
    url: String,
    agent: Agent,
    _polar: MockServer,
    _runtime: Runtime,
}

impl Site {
    /// `webhooks` says how Polar delivers.
    fn new(webhooks: Webhooks, access: impl Fn(&Shop) -> Access) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shop = Shop::new(&format!("{url}/webhooks/polar"));
        let polar = MockServer::builder(shop.mock.clone()).webhooks(webhooks);
        let polar = polar.start().unwrap();
        let config = Config::new()
            .base_url(polar.url().parse().unwrap())
            .access_token(shop.acme.access_token());
        let database = Database::in_memory().unwrap();
        let service = Service {
            polar: runtime.block_on(async { polar_hyper::client(config) }),
            database: database.clone(),
            verifier: Arc::new(Verifier::new(&secret())),
            product: shop.product,
            access: access(&shop),
            site: url.clone(),
        };
        let serve = axum::serve(listener, service.routes());
        runtime.spawn(async move { serve.await });
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false);
        Self {
            shop,
            database,
            url,
            agent: agent.build().into(),
            _polar: polar,
            _runtime: runtime,
        }
    }

    fn get(&self, path: &str, user: Option<&str>) -> (u16, String) {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some(user) = user {
            request = request.header("x-forwarded-user", user);
        }
        let mut response = request.call().unwrap();
        let body = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), body)
    }

    fn status(&self, path: &str, user: &str) -> u16 {
        self.get(path, Some(user)).0
    }

    /// Waits until the webhooks have arrived.
    fn wait(&self, path: &str, status: u16) {
        let started = Instant::now();
        while self.status(path, "usr_kim") != status {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "no {status} of {path}"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until every event has arrived.
    fn wait_for_all(&self) {
        let started = Instant::now();
        while usize::try_from(self.database.events().unwrap()).unwrap()
            < self.shop.mock.events().len()
        {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "events are missing"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Buys, renews, cancels and waits for the end.
fn whole_purchase(site: &Site) {
    let buy = format!("/checkout?products={}", site.shop.product);
    assert_eq!(site.get(&buy, None).0, 401);
    assert_eq!(site.status("/reports", "usr_kim"), 402);
    assert_eq!(site.status(&buy, "usr_kim"), 303);
    let (status, page) = site.get("/thanks", Some("usr_kim"));
    assert_eq!((status, page.contains("refresh")), (200, true));

    site.shop.pay();
    site.wait("/reports", 200);
    site.wait_for_all();
    assert!(!site.get("/thanks", Some("usr_kim")).1.contains("refresh"));
    assert_eq!(site.get("/account", Some("usr_kim")).1, "Reports: active\n");
    assert_eq!(site.status("/reports", "usr_ann"), 402);
    assert_eq!(site.get("/reports", None).0, 401);
    assert_eq!(site.status("/portal", "usr_kim"), 303);

    site.shop.next_month();
    site.wait_for_all();
    assert_eq!(site.status("/reports", "usr_kim"), 200);

    site.shop.cancel();
    site.wait_for_all();
    assert_eq!(site.status("/reports", "usr_kim"), 200);
    let account = site.get("/account", Some("usr_kim")).1;
    assert!(
        account.starts_with("Reports: active, ends at "),
        "{account}"
    );

    site.shop.next_month();
    site.wait("/reports", 402);
    site.wait_for_all();
    assert_eq!(site.status("/reports", "usr_kim"), 402);
    assert!(
        site.get("/account", Some("usr_kim"))
            .1
            .starts_with("Reports: canceled")
    );
}

#[test]
fn customer_has_access_by_a_benefit_until_the_end() {
    whole_purchase(&Site::new(Webhooks::once(), Shop::by_benefit));
}

#[test]
fn customer_has_access_by_a_subscription_with_events_out_of_order() {
    for seed in [1, 2] {
        let webhooks = Webhooks::once().shuffled(seed);
        whole_purchase(&Site::new(webhooks, Shop::by_subscription));
    }
}

#[test]
fn delivery_is_applied_once_and_a_forged_one_never() {
    // The events of another mock, so that only this test delivers them.
    let shop = Shop::new(WEBHOOKS);
    shop.buy("usr_kim");
    let deliveries = shop.mock.take_deliveries();
    let site = Site::new(Webhooks::once(), |_| shop.by_benefit());
    let url = format!("{}/webhooks/polar", site.url);
    let grant = deliveries
        .iter()
        .find(|one| one.event.kind == "benefit_grant.created");
    let grant = grant.unwrap();
    let send = |sent_at: SystemTime, body: Option<&str>| {
        let (head, signed) = grant.request(sent_at).unwrap().into_parts();
        let mut request = site.agent.post(&url);
        for (name, value) in &head.headers {
            request = request.header(name, value);
        }
        let body = body.map_or(&signed[..], str::as_bytes);
        let mut response = request.send(body).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), text)
    };
    let now = SystemTime::now();
    assert_eq!(send(now, Some("{}")).0, 403);
    assert_eq!(send(now - Duration::from_secs(3600), None).0, 403);
    let unsigned = site.agent.post(&url).send("{}").unwrap();
    assert_eq!(unsigned.status().as_u16(), 401);
    assert_eq!(site.status("/reports", "usr_kim"), 402);

    assert_eq!(send(now, None), (200, "Changed".to_owned()));
    assert_eq!(site.status("/reports", "usr_kim"), 200);
    let later = now + Duration::from_secs(7);
    assert_eq!(send(later, None), (200, "Repeated".to_owned()));
    let id = Object::of(&verified(grant, now)).unwrap().id;
    let history = site.database.history("benefit_grant", &id).unwrap();
    assert_eq!(history.len(), 1);
}

#[test]
fn visitor_cannot_buy_for_another_user() {
    let site = Site::new(Webhooks::once(), Shop::by_benefit);
    let product = site.shop.product;
    let link = format!("/checkout?products={product}&customerExternalId=usr_ann");
    assert_eq!(site.status(&link, "usr_kim"), 400);
    assert_eq!(
        site.status(&format!("/checkout?products={product}"), "usr_kim"),
        303
    );
    site.shop.pay();
    let customers = site.shop.polar.customers();
    assert!(customers.get_external("usr_kim").is_ok());
    assert!(customers.get_external("usr_ann").is_err());
}

#[test]
fn demo_prints_each_step() {
    let demo = Command::new(env!("CARGO_BIN_EXE_example-saas"))
        .output()
        .unwrap();
    assert!(demo.status.success(), "{demo:?}");
    let text = String::from_utf8(demo.stdout).unwrap();
    let expected = "Kim opens the reports: 402\n\
                    Kim buys: 303\n\
                    Kim opens the reports: 200\n\
                    Kim's account: Reports: active\n\
                    A month later: 200\n\
                    Kim cancels in the portal: 200\n\
                    At the end of the period: 402\n";
    assert_eq!(text, expected);
}
