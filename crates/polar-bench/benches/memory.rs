//! Checks that the memory of an offline Polar is bounded by its data: 100,000 mixed requests keep no more than
//! 10,000, and what is created and deleted again leaves nothing but the row of a deleted customer. What happens to
//! customers is data as well, as in Polar: `/v1/events/` lists it.
//!
//! `cargo bench -p polar-bench --bench memory`

use std::process::ExitCode;

use allocation_counter::measure;
use bytes::Bytes;
use http::{Request, StatusCode};
use polar_bench::{BoxError, Measurements, count};
use polar_mock::{Mock, Seed};
use serde_json::{Value, json};

fn main() -> Result<ExitCode, BoxError> {
    let mut measurements = Measurements::default();
    let few = held(10_000, mixed)?;
    let many = held(100_000, mixed)?;
    println!("{:>12} KiB  kept after 10,000 mixed requests", few / 1024);
    println!("{:>12} KiB  kept after 100,000 mixed requests", many / 1024);
    let ratio = count(many) / count(few);
    measurements.check(
        "100,000 mixed requests: memory relative to 10,000",
        ratio,
        1.05,
    );

    for (what, limit, create_and_delete) in [
        ("discount", 0.01, discount as Step),
        ("custom field", 0.01, custom_field),
        ("webhook endpoint", 0.01, endpoint),
        ("customer", 4.0, customer),
    ] {
        let kibibytes = kept(create_and_delete)?;
        measurements.check(format!("a deleted {what}: KiB kept"), kibibytes, limit);
    }
    measurements.check("an updated customer: KiB of its event", kept(rename)?, 1.5);
    println!("\n{measurements}");
    Ok(measurements.exit_code())
}

type Step = fn(&Shop, u32) -> Result<(), BoxError>;

/// Returns the KiB that a step keeps.
fn kept(step: Step) -> Result<f64, BoxError> {
    let (few, many) = (held(2_000, step)?, held(12_000, step)?);
    Ok(count(many.saturating_sub(few)) / 1024.0 / 10_000.0)
}

/// Returns the bytes that a new mock keeps after so many steps.
fn held(times: u32, step: Step) -> Result<u64, BoxError> {
    let mut result = Ok(());
    let mut shop = None;
    let info = measure(|| {
        result = Shop::new().and_then(|new| {
            let new = shop.insert(new);
            (0..times).try_for_each(|number| step(new, number))
        });
    });
    result?;
    Ok(u64::try_from(info.bytes_current)?)
}

/// An organization with the data of a purchase.
struct Shop {
    mock: Mock,
    product: String,
    customer: String,
    key: Value,
    organization: Value,
}

impl Shop {
    fn new() -> Result<Self, BoxError> {
        let seed = Seed::from_json(SEED)?;
        let mut shop = Self {
            mock: Mock::from_seed(&seed)?,
            product: String::new(),
            customer: String::new(),
            key: Value::Null,
            organization: Value::Null,
        };
        let benefit = json!({"type": "license_keys", "description": "Key", "properties": {}});
        let benefit = shop.send("POST", "/v1/benefits/", &benefit)?;
        let product = json!({
            "name": "App", "recurring_interval": "month",
            "prices": [{"amount_type": "fixed", "price_amount": 2000, "price_currency": "usd"}],
        });
        let product = shop.send("POST", "/v1/products/", &product)?;
        shop.product = format!("/v1/products/{}", text(&product, "id"));
        let benefits = json!({"benefits": [text(&benefit, "id")]});
        shop.send("POST", &format!("{}/benefits", shop.product), &benefits)?;
        let checkout = json!({
            "products": [text(&product, "id")], "customer_email": "ann@acme.com",
            "customer_billing_address": {"country": "DE"},
        });
        let checkout = shop.send("POST", "/v1/checkouts/", &checkout)?;
        let confirm = format!(
            "/v1/checkouts/client/{}/confirm",
            text(&checkout, "client_secret")
        );
        let paid = shop.send(
            "POST",
            &confirm,
            &json!({"confirmation_token_id": "ctoken_x"}),
        )?;
        shop.customer = format!("/v1/customers/{}", text(&paid, "customer_id"));
        let keys = shop.send("GET", "/v1/license-keys/", &Value::Null)?;
        let key = keys.pointer("/items/0").ok_or("no license key")?;
        shop.key = text(key, "key").into();
        shop.organization = text(key, "organization_id").into();
        Ok(shop)
    }

    /// Sends a request that must succeed, and delivers what it caused.
    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, BoxError> {
        let (status, body) = self.call(method, path, body)?;
        if !status.is_success() {
            return Err(format!("{method} {path}: {status} {body}").into());
        }
        Ok(body)
    }

    fn call(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<(StatusCode, Value), BoxError> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer polar_oat_example")
            .header("content-type", "application/json")
            .header("content-length", body.len());
        let response = self.mock.handle(request.body(Bytes::from(body))?);
        drop(self.mock.take_deliveries());
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        Ok((response.status(), body))
    }
}

/// Reads and changes the same documents, creates and deletes others, and makes mistakes.
fn mixed(shop: &Shop, number: u32) -> Result<(), BoxError> {
    let null = &Value::Null;
    match number % 12 {
        0 => drop(shop.send("GET", "/v1/products/", null)?),
        1 => drop(shop.send("GET", &shop.customer, null)?),
        2 => drop(shop.send(
            "PATCH",
            &shop.product,
            &json!({"metadata": {"number": number}}),
        )?),
        3 | 4 => {
            let body = json!({"key": shop.key, "organization_id": shop.organization});
            shop.send("POST", "/v1/license-keys/validate", &body)?;
        }
        5 => drop(shop.send("GET", "/v1/orders/?limit=1", null)?),
        6 => drop(shop.send("GET", &format!("{}/state", shop.customer), null)?),
        7 => drop(shop.send(
            "PATCH",
            &shop.product,
            &json!({"name": format!("App {number}")}),
        )?),
        8 => discount(shop, number)?,
        9 => custom_field(shop, number)?,
        10 => {
            shop.call("POST", "/v1/checkouts/", &json!({"products": [number]}))?;
        }
        _ => {
            let session = json!({"customer_id": shop.customer.rsplit('/').next()});
            shop.send("POST", "/v1/customer-sessions/", &session)?;
        }
    }
    Ok(())
}

fn discount(shop: &Shop, number: u32) -> Result<(), BoxError> {
    let body = json!({
        "name": format!("Discount {number}"), "type": "percentage", "basis_points": 1000, "duration": "once",
    });
    create_and_delete(shop, "/v1/discounts/", &body)
}

fn custom_field(shop: &Shop, number: u32) -> Result<(), BoxError> {
    let body = json!({
        "type": "text", "slug": format!("field-{number}"), "name": "Field", "properties": {},
    });
    create_and_delete(shop, "/v1/custom-fields/", &body)
}

fn rename(shop: &Shop, number: u32) -> Result<(), BoxError> {
    let name = json!({"name": format!("Ann {number}")});
    shop.send("PATCH", &shop.customer, &name)?;
    Ok(())
}

fn endpoint(shop: &Shop, number: u32) -> Result<(), BoxError> {
    let url = format!("https://example.com/{number}");
    let body = json!({"url": url, "format": "raw", "events": ["order.paid"]});
    create_and_delete(shop, "/v1/webhooks/endpoints", &body)
}

fn customer(shop: &Shop, number: u32) -> Result<(), BoxError> {
    let body = json!({"email": format!("person{number}@example.com")});
    create_and_delete(shop, "/v1/customers/", &body)
}

fn create_and_delete(shop: &Shop, path: &str, body: &Value) -> Result<(), BoxError> {
    let created = shop.send("POST", path, body)?;
    let path = format!("{}/{}", path.trim_end_matches('/'), text(&created, "id"));
    shop.send("DELETE", &path, &Value::Null)?;
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The logs of mails, events, deliveries and sessions keep 500 entries, so that 10,000 requests fill them.
const SEED: &str = r#"{"history": 500, "organizations": [{
    "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
    "tokens": [{"token": "polar_oat_example", "scopes": [
        "benefits:write", "products:read", "products:write", "checkouts:write", "customers:read",
        "customers:write", "license_keys:read", "license_keys:write", "orders:read", "discounts:write",
        "custom_fields:write", "customer_sessions:write", "webhooks:write"
    ]}],
    "webhooks": [{"url": "http://127.0.0.1:9/hook", "secret": "polar_whs_example"}]
}]}"#;
