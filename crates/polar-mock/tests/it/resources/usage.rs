use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Shop, all};

fn customer(shop: &Shop, external_id: &str) -> Value {
    let body = json!({"email": format!("{external_id}@acme.com"), "external_id": external_id, "name": "A"});
    shop.create("/v1/customers/", &body)
}

#[track_caller]
fn ingest(shop: &Shop, events: &Value) -> (u64, u64) {
    let response = shop
        .post("/v1/events/ingest", &json!({"events": events}))
        .ok();
    let count = |key: &str| response[key].as_u64().unwrap();
    (count("inserted"), count("duplicates"))
}

/// Returns the details of a rejected ingestion: where, what and why.
#[track_caller]
fn rejected(shop: &Shop, events: &Value) -> (String, Vec<Value>) {
    let response = shop.post("/v1/events/ingest", &json!({"events": events}));
    assert_eq!(response.status, 422, "{}", response.text);
    let details = response.json["detail"].as_array().unwrap();
    let details = details
        .iter()
        .map(|one| json!([one["loc"], one["type"], one["msg"]]));
    (response.error().to_owned(), details.collect())
}

#[track_caller]
fn meter(shop: &Shop, filter: &Value, aggregation: &Value) -> String {
    let body = json!({"name": "Meter", "filter": filter, "aggregation": aggregation});
    let meter = shop.create("/v1/meters/", &body);
    meter["id"].as_str().unwrap().to_owned()
}

fn quantities(shop: &Shop, meter: &str, query: &str) -> Value {
    let path = format!("/v1/meters/{meter}/quantities?{query}");
    shop.get(&path).ok()
}

const JULY: &str = "start_timestamp=2026-07-01T00:00:00Z&end_timestamp=2026-07-02T00:00:00Z";

#[test]
fn event_with_a_known_external_id_is_a_duplicate() {
    let shop = Shop::new();
    let event = |id: &str, tokens: u64| {
        json!({"name": "llm", "external_customer_id": "ann", "external_id": id,
            "metadata": {"tokens": tokens}})
    };
    assert_eq!(
        ingest(&shop, &json!([event("a", 1), event("a", 2), event("b", 3)])),
        (2, 1)
    );
    assert_eq!(
        ingest(&shop, &json!([event("a", 4), event("c", 5)])),
        (1, 1)
    );
    let events = shop.get("/v1/events/?sorting=timestamp").ok();
    assert_eq!(
        all(&events, "metadata"),
        [1, 3, 5].map(|tokens| json!({"tokens": tokens}))
    );
    // Events without an id of their own are never duplicates.
    let plain = json!({"name": "llm", "external_customer_id": "ann"});
    assert_eq!(ingest(&shop, &json!([plain, plain])), (2, 0));
    // Another organization has ids of its own.
    let other = shop.mock.organization("Other");
    let token = other.access_token_with(&["events:write"]);
    let body = json!({"events": [event("a", 1)]});
    let request = crate::support::request(&shop.mock, "POST", "/v1/events/ingest");
    assert_eq!(
        request.token(token.expose()).json(&body).send().ok()["inserted"],
        1
    );
}

#[test]
fn one_wrong_event_rejects_all_and_names_each() {
    let shop = Shop::new();
    let ann = customer(&shop, "ann");
    let unknown = "6da21992-3114-47cd-b97e-85095c919587";
    let events = json!([
        {"name": "llm", "customer_id": ann["id"]},
        {"name": "llm", "customer_id": unknown},
        {"name": "llm", "customer_id": ann["id"], "member_id": unknown},
        {"name": "llm", "external_customer_id": "ann", "organization_id": unknown},
    ]);
    let (error, details) = rejected(&shop, &events);
    assert_eq!(error, "PolarRequestValidationError");
    assert_eq!(
        details,
        [
            json!([
                ["body", "events", 1, "customer_id"],
                "customer_id",
                "Customer not found."
            ]),
            json!([
                ["body", "events", 2, "member_id"],
                "member_id",
                "Member not found."
            ]),
            json!([
                ["body", "events", 3, "organization_id"],
                "organization_token",
                "Setting organization_id is disallowed when using an organization token."
            ]),
        ]
    );
    let late = json!([{"name": "llm", "external_customer_id": "ann",
        "timestamp": "2026-07-01T12:00:01Z"}]);
    let (error, details) = rejected(&shop, &late);
    assert_eq!(error, "RequestValidationError");
    let message = "Value error, Timestamp must be in the past.";
    let at = |path: [&str; 2]| json!(["body", "events", 0, path[0], path[1]]);
    assert_eq!(
        details,
        [
            json!([
                at(["EventCreateCustomer", "timestamp"]),
                "value_error",
                message
            ]),
            json!([
                at(["EventCreateCustomer", "customer_id"]),
                "missing",
                "Field required"
            ]),
            json!([
                at(["EventCreateExternalCustomer", "timestamp"]),
                "value_error",
                message
            ]),
        ]
    );
    let wrong = json!([{"name": "llm", "external_customer_id": "ann", "metadata": {"a": []}}]);
    assert_eq!(rejected(&shop, &wrong).0, "RequestValidationError");
    assert_eq!(shop.get("/v1/events/?source=user").ok()["items"], json!([]));
}

#[test]
fn child_is_shown_once_its_parent_has_arrived() {
    let shop = Shop::new();
    let event = |name: &str, id: &str, parent: Option<&str>| json!({"name": name, "external_customer_id": "ann", "external_id": id, "parent_id": parent});
    ingest(&shop, &json!([event("leaf", "leaf", Some("branch"))]));
    ingest(&shop, &json!([event("branch", "branch", Some("root"))]));
    assert_eq!(shop.get("/v1/events/").ok()["items"], json!([]));
    ingest(&shop, &json!([event("root", "root", None)]));
    let events = shop.get("/v1/events/?sorting=timestamp").ok();
    assert_eq!(all(&events, "name"), ["leaf", "branch", "root"]);
    assert_eq!(all(&events, "child_count"), [0, 1, 2]);
    let ids = all(&events, "id");
    assert_eq!(
        all(&events, "parent_id"),
        [ids[1].clone(), ids[2].clone(), Value::Null]
    );
    let root = ids[2].as_str().unwrap();
    let found = |query: &str| {
        let page = shop
            .get(&format!("/v1/events/?sorting=timestamp&{query}"))
            .ok();
        all(&page, "name")
    };
    assert_eq!(found("depth=0"), ["root"]);
    assert_eq!(found("depth=1"), ["branch", "root"]);
    assert_eq!(found(&format!("parent_id={root}")), ["branch"]);
    assert_eq!(
        found(&format!("parent_id={root}&depth=2")),
        ["leaf", "branch"]
    );
    // A parent can also be named by the id that Polar gave it.
    ingest(&shop, &json!([event("other", "other", Some(root))]));
    assert_eq!(found(&format!("parent_id={root}")), ["branch", "other"]);
    // An event alone does not count its children (observed).
    assert_eq!(
        shop.get(&format!("/v1/events/{root}")).ok()["child_count"],
        0
    );
}

#[test]
fn events_are_filtered_and_named() {
    let shop = Shop::new();
    let ann = customer(&shop, "ann");
    let id = ann["id"].as_str().unwrap();
    ingest(
        &shop,
        &json!([
            {"name": "llm", "customer_id": id, "metadata": {"model": "m-1", "ok": true},
                "timestamp": "2026-06-30T10:00:00Z"},
            {"name": "llm", "external_customer_id": "ann", "metadata": {"model": "m-2", "n": 7}},
            {"name": "job", "external_customer_id": "bob", "metadata": {"_llm": {"vendor": "acme",
                "model": "m-3", "input_tokens": 1, "output_tokens": 2, "total_tokens": 3}}},
        ]),
    );
    let found = |query: &str| {
        let page = shop
            .get(&format!(
                "/v1/events/?source=user&sorting=timestamp&{query}"
            ))
            .ok();
        let events = page["items"].as_array().unwrap().iter();
        events
            .map(|one| one["metadata"]["model"].clone())
            .collect::<Vec<_>>()
    };
    let llm = [json!("m-1"), json!("m-2")];
    assert_eq!(found(&format!("customer_id={id}")), llm);
    assert_eq!(found("external_customer_id=ann"), llm);
    assert_eq!(found("external_customer_id=bob"), [Value::Null]);
    assert_eq!(found("name=llm&name=other"), llm);
    assert_eq!(found("metadata[model]=m-2"), llm[1..]);
    assert_eq!(found("metadata[ok]=true"), llm[..1]);
    assert_eq!(found("end_timestamp=2026-07-01T00:00:00Z"), llm[..1]);
    assert_eq!(
        found("name=llm&start_timestamp=2026-07-01T00:00:00Z"),
        llm[1..]
    );
    let organization = shop.organization.id();
    assert_eq!(
        found(&format!("organization_id={organization}&query=M-2")),
        llm[1..]
    );
    for query in [
        "query=m-2".to_owned(),
        format!("organization_id={organization}&query=m"),
    ] {
        assert_eq!(shop.get(&format!("/v1/events/?{query}")).status, 422);
    }
    let filter = json!({"conjunction": "and", "clauses": [
        {"property": "_llm.total_tokens", "operator": "gte", "value": 3}]});
    let filter = utf8_percent_encode(&filter.to_string(), NON_ALPHANUMERIC).to_string();
    assert_eq!(found(&format!("filter={filter}")), [Value::Null]);
    let filter = json!({"conjunction": "and", "clauses": [
        {"property": "name", "operator": "eq", "value": "llm"}]});
    let tokens = meter(&shop, &filter, &json!({"func": "sum", "property": "n"}));
    assert_eq!(found(&format!("meter_id={tokens}")), llm[1..]);

    let names = shop
        .get("/v1/events/names?source=user&sorting=-occurrences")
        .ok();
    assert_eq!(all(&names, "name"), ["llm", "job"]);
    assert_eq!(all(&names, "occurrences"), [2, 1]);
    let types = shop.get("/v1/event-types/?query=ll").ok();
    let kind = types["items"][0]["id"].as_str().unwrap();
    let label = json!({"label": " Call ", "label_property_selector": "model"});
    let changed = shop
        .send("PATCH", &format!("/v1/event-types/{kind}"), &label)
        .ok();
    assert_eq!(changed["label"], "Call");
    let page = shop.get("/v1/events/?name=llm&sorting=timestamp").ok();
    assert_eq!(all(&page, "label"), ["m-1", "m-2"]);
    assert_eq!(shop.only("/v1/event-types/?query=call")["label"], "Call");
}

#[test]
fn meters_aggregate_by_each_function() {
    let shop = Shop::new();
    for (customer, values) in [("ann", json!([1, 2.5, "x"])), ("bob", json!([4, 4, true]))] {
        self::customer(&shop, customer);
        for value in values.as_array().unwrap() {
            let event = json!({"name": "llm", "external_customer_id": customer,
                "metadata": {"n": value}});
            ingest(&shop, &json!([event]));
        }
    }
    let llm = json!({"conjunction": "and", "clauses": [
        {"property": "name", "operator": "eq", "value": "llm"}]});
    let of = |func: &str| match func {
        "count" => json!({"func": "count"}),
        _ => json!({"func": func, "property": "metadata.n"}),
    };
    for (func, total, of_ann, averaged) in [
        ("count", 6.0, 3.0, 3.0),
        ("sum", 11.5, 3.5, 5.75),
        ("avg", 2.875, 1.75, 2.875),
        ("min", 1.0, 1.0, 2.5),
        ("max", 4.0, 2.5, 3.25),
        ("unique", 5.0, 3.0, 2.5),
    ] {
        let meter = meter(&shop, &llm, &of(func));
        let day = format!("{JULY}&interval=day");
        let july = quantities(&shop, &meter, &day);
        assert_eq!(july["quantities"][0]["quantity"], total, "{func}");
        assert_eq!(july["quantities"][1]["quantity"], 0.0, "{func}");
        assert_eq!(july["total"], total, "{func}");
        let ann = quantities(&shop, &meter, &format!("{day}&external_customer_id=ann"));
        assert_eq!(ann["quantities"][0]["quantity"], of_ann, "{func}");
        let query = format!("{day}&customer_aggregation_function=avg");
        let each = quantities(&shop, &meter, &query);
        assert_eq!(
            each["quantities"][0]["quantity"], averaged,
            "{func} by customer"
        );
    }
}

#[test]
fn filters_compare_as_the_database_does() {
    let shop = Shop::new();
    let event = json!({"name": "llm", "external_customer_id": "ann",
        "metadata": {"text": "v1/x", "n": 7, "ok": true}});
    ingest(&shop, &json!([event]));
    let count = json!({"func": "count"});
    for (property, operator, value, is_found) in [
        ("name", "eq", json!("llm"), true),
        ("name", "ne", json!("llm"), false),
        ("name", "eq", json!(1), false),
        ("source", "eq", json!("user"), true),
        ("timestamp", "lte", json!(1_800_000_000), true),
        ("text", "like", json!("v1"), true),
        ("text", "not_like", json!("v1"), false),
        ("metadata.text", "gt", json!("v0"), true),
        ("n", "gt", json!(7), false),
        ("n", "gte", json!(7), true),
        ("n", "lt", json!(8), true),
        ("n", "eq", json!("7"), false),
        ("n", "like", json!("7"), true),
        ("ok", "eq", json!(true), true),
        ("ok", "eq", json!("true"), false),
        ("absent", "ne", json!(1), false),
        ("absent", "not_like", json!("x"), false),
    ] {
        let clause = json!({"property": property, "operator": operator, "value": value});
        for conjunction in ["and", "or"] {
            let filter = json!({"conjunction": conjunction, "clauses": [
                {"property": "name", "operator": "like", "value": "l"},
                {"conjunction": conjunction, "clauses": [clause]}]});
            let meter = meter(&shop, &filter, &count);
            let total = quantities(&shop, &meter, &format!("{JULY}&interval=day"))["total"].clone();
            let is_counted = conjunction == "or" || is_found;
            assert_eq!(
                total,
                if is_counted { 1.0 } else { 0.0 },
                "{conjunction} {clause}"
            );
        }
    }
}

#[test]
fn quantities_have_the_intervals_of_a_calendar() {
    let shop = Shop::new();
    let times = [
        "2026-05-31T23:59:59Z",
        "2026-06-01T00:00:00Z",
        "2026-06-30T10:30:00Z",
    ];
    for time in times {
        let event = json!({"name": "llm", "external_customer_id": "ann", "timestamp": time});
        ingest(&shop, &json!([event]));
    }
    let all = json!({"conjunction": "and", "clauses": []});
    let meter = meter(&shop, &all, &json!({"func": "count"}));
    let of = |start: &str, end: &str, interval: &str| {
        let query = format!("start_timestamp={start}&end_timestamp={end}&interval={interval}");
        let response = quantities(&shop, &meter, &query);
        let quantities = response["quantities"].as_array().unwrap().iter();
        let numbers = quantities.map(|one| one["quantity"].as_f64().unwrap());
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(
        of("2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z", "month"),
        [1.0, 2.0, 0.0]
    );
    assert_eq!(
        of("2025-01-01T00:00:00Z", "2026-12-31T00:00:00Z", "year"),
        [0.0, 3.0]
    );
    assert_eq!(
        of("2026-05-25T00:00:00Z", "2026-06-02T00:00:00Z", "week"),
        [1.0, 1.0]
    );
    assert_eq!(
        of("2026-06-30T10:00:00Z", "2026-06-30T11:00:00Z", "hour"),
        [1.0, 0.0]
    );
    let query = "start_timestamp=2026-06-01T00:00:00Z&end_timestamp=2026-06-30T00:00:00Z";
    let path = format!("/v1/meters/{meter}/quantities?{query}");
    assert_eq!(shop.get(&format!("{path}&interval=hour")).status, 422);
    let elsewhere = shop.get(&format!("{path}&interval=day&timezone=Europe/Berlin"));
    assert_eq!(elsewhere.status, 501);
}

#[test]
fn meter_in_use_keeps_its_filter_and_cannot_be_archived() {
    let shop = Shop::new();
    let all = json!({"conjunction": "and", "clauses": []});
    let count = json!({"func": "count"});
    let id = meter(&shop, &all, &count);
    let path = format!("/v1/meters/{id}");
    assert_eq!(
        shop.send("PATCH", &path, &json!({"filter": all})).status,
        200
    );
    ingest(
        &shop,
        &json!([{"name": "llm", "external_customer_id": "ann"}]),
    );
    let other = meter(&shop, &all, &count);
    let refused = shop.send(
        "PATCH",
        &format!("/v1/meters/{other}"),
        &json!({"filter": all}),
    );
    assert_eq!(refused.json["detail"][0]["type"], "forbidden");

    let price = json!({"amount_type": "metered_unit", "meter_id": id, "unit_amount": 1,
        "price_currency": "usd"});
    let product = shop.product(Some("month"), &price);
    let archive = json!({"is_archived": true});
    let refused = shop.send("PATCH", &path, &archive);
    assert_eq!(
        refused.json["detail"][0]["loc"],
        json!(["body", "is_archived"])
    );
    let product = format!("/v1/products/{}", product["id"].as_str().unwrap());
    assert_eq!(shop.send("PATCH", &product, &archive).status, 200);
    assert_ne!(
        shop.send("PATCH", &path, &archive).ok()["archived_at"],
        Value::Null
    );
    let restored = shop
        .send("PATCH", &path, &json!({"is_archived": false}))
        .ok();
    assert_eq!(restored["archived_at"], Value::Null);
}

#[test]
fn customer_meters_are_sorted_by_their_numbers() {
    let shop = Shop::new();
    let any = json!({"conjunction": "and", "clauses": []});
    meter(&shop, &any, &json!({"func": "sum", "property": "units"}));
    for (name, units) in [("ann", 2), ("ben", 10), ("cid", 1)] {
        customer(&shop, name);
        let event = json!({"name": "used", "external_customer_id": name,
            "metadata": {"units": units}});
        ingest(&shop, &json!([event]));
    }
    shop.mock.advance(std::time::Duration::from_secs(60));
    for (sorting, expected) in [
        ("consumed_units", [1.0, 2.0, 10.0]),
        ("-consumed_units", [10.0, 2.0, 1.0]),
        ("balance", [10.0, 2.0, 1.0]),
    ] {
        let page = shop
            .get(&format!("/v1/customer-meters/?sorting={sorting}"))
            .ok();
        assert_eq!(all(&page, "consumed_units"), expected, "{sorting}");
    }
}
