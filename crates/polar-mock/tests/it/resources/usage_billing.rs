use std::time::Duration;

use polar_mock::Mock;
use polar_ureq::{
    Client, Config, customer_meters,
    recipes::Ingestion,
    subscriptions,
    types::{
        Decimal, RawJson, benefits, checkouts, common, customers,
        events::EventCreateExternalCustomer,
        meters::{Aggregation, MeterCreate},
        products,
    },
};
use serde_json::{Value, json};
use time::macros::datetime;

use super::{Shop, all};

/// The time after which all that follows from an event has happened.
const QUARTER: Duration = Duration::from_secs(15 * 60);

#[test]
fn usage_is_counted_credited_and_billed() -> Result<(), Box<dyn std::error::Error>> {
    let mock = Mock::repeatable(7, datetime!(2026-07-01 12:00 UTC));
    let acme = mock.organization("Acme");
    let config = Config::new().access_token(acme.access_token());
    let polar = Client::new(mock.blocking_transport(), config);

    let filter = common::Filter::all([common::FilterEntry::clause("name", "eq", "llm")]);
    let meter = MeterCreate::new("Tokens", filter, Aggregation::sum("tokens"));
    let meter = polar.meters().create(meter)?;
    let credit = benefits::BenefitMeterCreditCreateProperties::new(100, false, meter.id);
    let credit = benefits::BenefitCreate::meter_credit("100 tokens", credit);
    let credit = polar.benefits().create(credit)?;
    let prices = [
        products::ProductPriceCreate::fixed(500),
        products::ProductPriceCreate::metered_unit(meter.id, "2.5".parse::<Decimal>()?),
    ];
    let product = products::ProductCreate::recurring("Usage", prices, "month");
    let product = polar.products().create(product)?;
    let credits = products::ProductBenefitsUpdate::new([credit.id]);
    polar.products().update_benefits(product.id, credits)?;
    let ann = customers::CustomerCreate::individual("ann@acme.com").external_id("ann");
    let ann = polar.customers().create(ann)?;
    let checkout = checkouts::CheckoutCreate::new([product.id]).customer_id(ann.id);
    let checkout = polar.checkouts().create(checkout)?;
    let payment = checkouts::CheckoutConfirmStripe::new()
        .customer_name("Ann")
        .customer_billing_address(common::AddressInput::new("DE"))
        .confirmation_token_id("ctoken_x");
    polar.checkouts().confirm(checkout.client_secret, payment)?;

    let event = |id: &str, tokens: u64| {
        let event = EventCreateExternalCustomer::new("llm", "ann").external_id(id);
        event.metadata(RawJson::from(json!({"tokens": tokens})))
    };
    let mut events = Ingestion::new([event("a", 60), event("b", 70), event("c", 10)]);
    assert_eq!(polar.events().ingest_once(&mut events)?.inserted, 3);
    let mut again = Ingestion::new([event("c", 10)]);
    assert_eq!(polar.events().ingest_once(&mut again)?.duplicates, 1);

    let meters = || -> Result<_, polar_ureq::Error> {
        let list = customer_meters::List::new().customer_id([ann.id]);
        let mut meters = polar.customer_meters().list(list)?.items;
        let meter = meters.pop();
        assert!(meters.is_empty());
        Ok(meter.map(|one| (one.consumed_units, one.credited_units, one.balance)))
    };
    assert_eq!(meters()?, Some((0.0, 100, 100.0)));
    mock.advance(Duration::from_secs(15));
    assert_eq!(meters()?, Some((140.0, 100, -40.0)));
    let state = polar.customers().get_state(ann.id)?;
    assert_eq!(state.active_meters.len(), 1);

    let billed = || -> Result<_, polar_ureq::Error> {
        let mut all = polar
            .subscriptions()
            .list(subscriptions::List::new())?
            .items;
        let meters = all.pop().map(|one| one.meters).unwrap_or_default();
        let amounts = meters
            .iter()
            .map(|one| (one.consumed_units, one.amount.minor_units()));
        Ok(amounts.collect::<Vec<_>>())
    };
    assert_eq!(billed()?, [(0.0, 0)]);
    mock.advance(QUARTER);
    assert_eq!(billed()?, [(140.0, 100)]);

    mock.advance(Duration::from_secs(31 * 24 * 60 * 60));
    let orders = polar_ureq::orders::List::new();
    let orders = polar.orders().list(orders)?.items;
    let renewal = orders
        .iter()
        .max_by_key(|order| order.total_amount.minor_units());
    let items = renewal.map(|order| order.items.clone()).unwrap_or_default();
    let items: Vec<_> = items
        .iter()
        .map(|one| (one.amount.minor_units(), one.label.as_str()))
        .collect();
    assert_eq!(items[1], (100, "Tokens — (40 consumed units) × $0.025"));
    assert_eq!(
        renewal.map(|order| order.total_amount.minor_units()),
        Some(600)
    );
    assert_eq!(meters()?, Some((0.0, 100, 100.0)));
    mock.advance(QUARTER);
    assert_eq!(billed()?, [(0.0, 0)]);
    Ok(())
}

/// A shop with a subscriber, Ann, of a product with a metered price and a credit of 100 units.
struct Metered {
    shop: Shop,
    ann: String,
}

impl Metered {
    fn new(aggregation: &Value, price: &Value, rolls_over: bool) -> Self {
        let shop = Shop::new();
        let filter = json!({"conjunction": "and", "clauses": [
            {"property": "name", "operator": "eq", "value": "llm"}]});
        let meter = json!({"name": "Tokens", "filter": filter, "aggregation": aggregation});
        let meter = shop.create("/v1/meters/", &meter)["id"].clone();
        let credit = json!({"units": 100, "rollover": rolls_over, "meter_id": meter});
        let benefit =
            json!({"type": "meter_credit", "description": "Tokens", "properties": credit});
        let benefit = shop.create("/v1/benefits/", &benefit)["id"].clone();
        let mut metered = json!({"amount_type": "metered_unit", "meter_id": meter,
            "price_currency": "usd"});
        for (key, value) in price.as_object().unwrap() {
            metered[key] = value.clone();
        }
        let product = shop.product(Some("month"), &metered);
        let path = format!("/v1/products/{}/benefits", product["id"].as_str().unwrap());
        shop.post(&path, &json!({"benefits": [benefit]})).ok();
        let ann = json!({"email": "ann@acme.com", "external_id": "ann"});
        let ann = shop.create("/v1/customers/", &ann)["id"].clone();
        shop.buy(
            &product,
            &json!({"customer_id": ann, "customer_email": null}),
        );
        let ann = ann.as_str().unwrap().to_owned();
        Self { shop, ann }
    }

    fn use_tokens(&self, counts: &[u64]) {
        let event = |count: &u64| json!({"name": "llm", "customer_id": self.ann, "metadata": {"tokens": count}});
        let events: Vec<Value> = counts.iter().map(event).collect();
        self.shop
            .post("/v1/events/ingest", &json!({"events": events}))
            .ok();
        self.shop.mock.advance(QUARTER);
    }

    /// Returns the consumed and credited units and the balance.
    #[track_caller]
    fn meter(&self) -> [Value; 3] {
        let meter = self.shop.only("/v1/customer-meters/");
        ["consumed_units", "credited_units", "balance"].map(|key| meter[key].clone())
    }

    /// Returns the amounts and labels of the newest order.
    fn bill(&self) -> Vec<(i64, String)> {
        let orders = self.shop.get("/v1/orders/?sorting=-created_at").ok();
        let items = orders["items"][0]["items"].as_array().unwrap().iter();
        let items = items.map(|item| {
            let label = item["label"].as_str().unwrap();
            (item["amount"].as_i64().unwrap(), label.to_owned())
        });
        items.collect()
    }
}

fn sum() -> Value {
    json!({"func": "sum", "property": "tokens"})
}

#[test]
fn unused_units_roll_over_if_the_benefit_says_so() {
    for (rolls_over, after) in [(false, 100.0), (true, 170.0)] {
        let metered = Metered::new(&sum(), &json!({"unit_amount": "1"}), rolls_over);
        metered.use_tokens(&[10, 20]);
        assert_eq!(metered.meter(), [30.0, 100.0, 70.0]);
        metered.shop.wait_days(31);
        assert_eq!(metered.meter(), [0.0, after, after]);
        // What was used beyond the credit is billed and does not follow into the next period.
        metered.use_tokens(&[400]);
        assert_eq!(metered.meter()[2], after - 400.0);
        metered.shop.wait_days(31);
        assert_eq!(metered.meter(), [0.0, 100.0, 100.0]);
    }
}

#[test]
fn credit_of_a_meter_without_a_price_begins_again_at_each_renewal() {
    let shop = Shop::new();
    let all = json!({"conjunction": "and", "clauses": []});
    let meter = json!({"name": "Calls", "filter": all, "aggregation": {"func": "count"}});
    let meter = shop.create("/v1/meters/", &meter)["id"].clone();
    let credit = json!({"units": 5, "rollover": false, "meter_id": meter});
    let benefit = json!({"type": "meter_credit", "description": "Calls", "properties": credit});
    let benefit = shop.create("/v1/benefits/", &benefit)["id"].clone();
    let price = json!({"amount_type": "fixed", "price_amount": 500, "price_currency": "usd"});
    let product = shop.product(Some("month"), &price);
    let path = format!("/v1/products/{}/benefits", product["id"].as_str().unwrap());
    shop.post(&path, &json!({"benefits": [benefit]})).ok();
    shop.buy(&product, &json!({}));
    let customer = shop.only("/v1/customers/")["id"].clone();
    for _ in 0..3 {
        let event = json!({"name": "call", "customer_id": customer});
        shop.post("/v1/events/ingest", &json!({"events": [event, event]}))
            .ok();
        shop.mock.advance(QUARTER);
        assert_eq!(shop.only("/v1/customer-meters/")["balance"], 3.0);
        shop.wait_days(31);
        assert_eq!(shop.only("/v1/customer-meters/")["balance"], 5.0);
    }
    let orders = shop.get("/v1/orders/?sorting=created_at").ok();
    assert_eq!(super::all(&orders, "total_amount"), [500; 4]);
}

#[test]
fn many_renewals_at_once_credit_and_bill_each_period_alone() {
    let metered = Metered::new(&sum(), &json!({"unit_amount": "2"}), false);
    metered.use_tokens(&[130]);
    metered.shop.wait_days(93);
    assert_eq!(metered.meter(), [0.0, 100.0, 100.0]);
    let orders = metered.shop.get("/v1/orders/?sorting=created_at").ok();
    assert_eq!(all(&orders, "total_amount"), [0, 60, 0, 0]);
}

#[test]
fn price_has_a_cap_and_aggregations_are_billed() {
    let price = json!({"unit_amount": "1234.5", "cap_amount": 200_000});
    for (aggregation, units, amount) in [
        (sum(), "1,700", 200_000),
        (
            json!({"func": "max", "property": "tokens"}),
            "1,000",
            200_000,
        ),
        (json!({"func": "avg", "property": "tokens"}), "500", 200_000),
        (json!({"func": "count"}), "0", 0),
        (json!({"func": "unique", "property": "tokens"}), "0", 0),
    ] {
        let metered = Metered::new(&aggregation, &price, false);
        metered.use_tokens(&[1100, 500, 200]);
        metered.shop.wait_days(31);
        let mut label = format!("Tokens — ({units} consumed units) × $12.345");
        if amount > 0 {
            label += " — Capped at $2,000.00";
        }
        assert_eq!(metered.bill(), [(amount, label)]);
    }
}

#[test]
fn canceled_subscription_is_billed_for_its_last_usage() {
    let metered = Metered::new(&sum(), &json!({"unit_amount": "10"}), false);
    metered.use_tokens(&[105]);
    let subscription = metered.shop.only("/v1/subscriptions/");
    let path = format!("/v1/subscriptions/{}", subscription["id"].as_str().unwrap());
    metered
        .shop
        .send("PATCH", &path, &json!({"cancel_at_period_end": true}))
        .ok();
    metered.shop.wait_days(31);
    let label = "Tokens — (5 consumed units) × $0.10".to_owned();
    assert_eq!(metered.bill(), [(50, label)]);
    // The credit of the revoked benefit is revoked with it.
    metered.shop.mock.advance(QUARTER);
    assert_eq!(metered.meter(), [105.0, 0.0, -105.0]);
    metered.shop.wait_days(31);
    assert_eq!(
        metered.shop.get("/v1/orders/").ok()["pagination"]["total_count"],
        2
    );
}

#[test]
fn usage_of_a_trial_and_of_others_is_not_billed() {
    let metered = Metered::new(&sum(), &json!({"unit_amount": "10"}), false);
    let events = json!([
        {"name": "llm", "external_customer_id": "bob", "metadata": {"tokens": 500}},
        {"name": "other", "external_customer_id": "ann", "metadata": {"tokens": 500}},
        {"name": "llm", "external_customer_id": "ann", "metadata": {"tokens": "many"}},
    ]);
    metered
        .shop
        .post("/v1/events/ingest", &json!({"events": events}))
        .ok();
    metered.use_tokens(&[]);
    assert_eq!(metered.meter(), [0.0, 100.0, 100.0]);
    metered.shop.wait_days(31);
    assert_eq!(metered.bill()[0].0, 0);
}

#[test]
fn polar_records_events_of_its_own() {
    let metered = Metered::new(&sum(), &json!({"unit_amount": "10"}), false);
    metered.shop.wait_days(31);
    let path = format!(
        "/v1/events/?customer_id={}&limit=50&sorting=timestamp",
        metered.ann
    );
    let events = metered.shop.get(&path).ok();
    assert_eq!(
        all(&events, "name"),
        [
            "customer.created",
            "customer.updated",
            "subscription.created",
            "meter.reset",
            "balance.credit_order",
            "order.paid",
            "meter.credited",
            "benefit.granted",
            "meter.reset",
            "subscription.cycled",
            "balance.credit_order",
            "order.paid",
            "meter.credited",
            "benefit.cycled",
        ]
    );
    assert_eq!(all(&events, "label")[7], "Benefit Granted");
}

#[test]
fn customer_sees_its_meters_in_the_portal() {
    let metered = Metered::new(&sum(), &json!({"unit_amount": "10"}), false);
    metered.use_tokens(&[40]);
    let body = json!({"customer_id": metered.ann});
    let session = metered.shop.create("/v1/customer-sessions/", &body);
    let get = |path: &str| {
        let request = crate::support::request(&metered.shop.mock, "GET", path);
        request.token(session["token"].as_str().unwrap()).send()
    };
    let meters = get("/v1/customer-portal/meters/?query=tok").ok();
    assert_eq!(all(&meters, "balance"), [60.0]);
    let path = format!(
        "/v1/customer-portal/meters/{}",
        meters["items"][0]["id"].as_str().unwrap()
    );
    assert_eq!(get(&path).ok(), meters["items"][0]);
    assert_eq!(
        get("/v1/customer-portal/meters/?query=other").ok()["items"],
        json!([])
    );
    let bob = metered
        .shop
        .create("/v1/customers/", &json!({"email": "bob@acme.com"}));
    let session = metered
        .shop
        .create("/v1/customer-sessions/", &json!({"customer_id": bob["id"]}));
    let request = crate::support::request(&metered.shop.mock, "GET", &path);
    assert_eq!(
        request
            .token(session["token"].as_str().unwrap())
            .send()
            .status,
        404
    );
}
