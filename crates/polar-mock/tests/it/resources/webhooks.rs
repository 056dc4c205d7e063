use polar_mock::{Mock, Seed, types::WebhookSecret};
use serde_json::{Value, json};

use super::{Shop, all};
use crate::support::request;

const ENDPOINTS: &str = "/v1/webhooks/endpoints";

fn body(url: &str) -> Value {
    json!({"url": url, "format": "raw", "events": ["order.paid"]})
}

#[test]
fn endpoint_has_polars_fields_and_changes() {
    let shop = Shop::new();
    let secret = WebhookSecret::new("polar_whs_seed").unwrap();
    shop.organization.webhook("http://localhost/hook", secret);
    let created = shop.create(ENDPOINTS, &body("https://hooks.acme.com/gone"));
    assert_eq!(created["events"], json!(["order.paid"]));
    assert!(created["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(
        (&created["enabled"], &created["name"]),
        (&json!(true), &Value::Null)
    );

    // The endpoint of a seed or a builder is for all events.
    let page = shop.get(ENDPOINTS).ok();
    let urls = json!(["https://hooks.acme.com/gone", "http://localhost/hook"]);
    assert_eq!(json!(all(&page, "url")), urls);
    assert_eq!(page["items"][1]["secret"], "polar_whs_seed");
    assert_eq!(page["items"][1]["events"].as_array().unwrap().len(), 41);

    let path = format!("{ENDPOINTS}/{}", created["id"].as_str().unwrap());
    let change =
        json!({"events": ["order.refunded"], "enabled": false, "name": "renamed", "url": null});
    let changed = shop.send("PATCH", &path, &change).ok();
    assert_eq!(changed["events"], json!(["order.refunded"]));
    assert_eq!(
        (&changed["enabled"], &changed["name"]),
        (&json!(false), &json!("renamed"))
    );
    assert_eq!(changed["url"], created["url"]);
    assert_eq!(shop.get(&path).ok(), changed);
    let reset = shop
        .send("PATCH", &format!("{path}/secret"), &json!({}))
        .ok();
    assert_ne!(reset["secret"], created["secret"]);
    assert_eq!(shop.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(shop.get(&path).json["detail"], "Not found");
    let other = Shop::new();
    other
        .mock
        .organization("Globex")
        .webhook("http://localhost/", WebhookSecret::new("x").unwrap());
    assert_eq!(other.get(ENDPOINTS).ok()["pagination"]["total_count"], 0);
}

#[test]
fn url_is_public_or_at_a_local_port() {
    let shop = Shop::new();
    for (url, kind) in [
        ("http://localhost/x", "url_scheme"),
        ("http://hooks.acme.com:8080/x", "url_scheme"),
        ("ftp://hooks.acme.com/x", "url_scheme"),
        ("https://127.0.0.1/x", "value_error"),
        ("https://localhost/x", "value_error"),
    ] {
        let refused = shop.post(ENDPOINTS, &body(url));
        assert_eq!(refused.status, 422, "{url}");
        let error = &refused.json["detail"][0];
        assert_eq!(
            (&error["type"], &error["loc"]),
            (&json!(kind), &json!(["body", "url"]))
        );
    }
    for url in [
        "http://localhost:3000/x",
        "http://[::1]:3000/x",
        "http://app:80/x",
        "http://10.0.0.7:80/",
    ] {
        shop.create(ENDPOINTS, &body(url));
    }
    let discord = json!({"url": "https://discord.com/x", "format": "discord", "events": []});
    let refused = shop.post(ENDPOINTS, &discord);
    assert_eq!(refused.status, 501);
    assert!(
        refused.text.contains("create_webhook_endpoint"),
        "{}",
        refused.text
    );
}

#[test]
fn deliveries_need_a_scope_and_events_are_sent_again_only_to_their_own_endpoint() {
    let shop = Shop::new();
    let token = shop.organization.access_token_with(&["orders:read"]);
    let list = request(&shop.mock, "GET", "/v1/webhooks/deliveries");
    assert_eq!(list.token(token.expose()).send().status, 403);
    let unknown = "/v1/webhooks/events/6da21992-3114-47cd-b97e-85095c919587/redeliver";
    assert_eq!(shop.post(unknown, &json!({})).status, 404);

    let mut late = body("http://localhost:1/late");
    late["events"] = json!(["customer.created"]);
    shop.create("/v1/customers/", &json!({"email": "ann@acme.com"}));
    let endpoint = shop.create(ENDPOINTS, &late);
    assert!(
        shop.mock.take_deliveries().is_empty(),
        "the event was before the endpoint"
    );
    shop.create("/v1/customers/", &json!({"email": "bob@acme.com"}));
    let first = shop.mock.take_deliveries().pop().unwrap();
    let again = format!("/v1/webhooks/events/{}/redeliver", first.id.as_str());
    let response = shop.post(&again, &json!({}));
    assert_eq!(
        (response.status.as_u16(), response.text.as_str()),
        (202, "null")
    );
    assert_eq!(shop.mock.take_deliveries().pop().unwrap().id, first.id);

    // A disabled endpoint receives nothing, and the list is as long as the history.
    let path = format!("{ENDPOINTS}/{}", endpoint["id"].as_str().unwrap());
    shop.send("PATCH", &path, &json!({"enabled": false})).ok();
    shop.post(&again, &json!({}));
    assert!(shop.mock.take_deliveries().is_empty());
    shop.mock.record_attempt(&first, None, "no response", true);
    let delivery = shop.only("/v1/webhooks/deliveries");
    assert_eq!(
        (&delivery["succeeded"], &delivery["response"]),
        (&json!(false), &json!("no response"))
    );
    assert_eq!(delivery["webhook_event"]["skipped"], true);
    assert_eq!(delivery["webhook_event"]["is_archived"], false);
    shop.mock.limit_history(0);
    assert_eq!(shop.get("/v1/webhooks/deliveries").ok()["items"], json!([]));
}

#[test]
fn endpoint_is_part_of_the_state() {
    let shop = Shop::new();
    let endpoint = shop.create(ENDPOINTS, &body("https://hooks.acme.com/x"));
    let text = shop.mock.state().to_json();
    let seed = Seed::from_json(&text).unwrap();
    let copy = Mock::from_seed_at(&seed, shop.mock.now()).unwrap();
    assert_eq!(copy.state().to_json(), text);
    let webhook: Value = serde_json::from_str(&text).unwrap();
    let webhook = &webhook["organizations"][0]["webhooks"][0];
    assert_eq!(webhook["id"], endpoint["id"]);
    assert_eq!(webhook["events"], json!(["order.paid"]));
}
