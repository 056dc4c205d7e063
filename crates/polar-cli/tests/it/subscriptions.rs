use serde_json::{Value, json};

use crate::support::{
    ACCESS, Program, Response, SEAT_ID, SUBSCRIPTION, Stub, TRANSPORTS, assert_contains,
};

fn subscription(id: &str, seats: &Value) -> Value {
    json!({
        "id": id, "status": "active", "seats": seats, "new_field": 1,
        "product": {"id": SEAT_ID, "name": "Team\u{1b}[2J plan"},
        "customer": {"id": SEAT_ID, "email": "office@globex.com", "name": null},
    })
}

fn page(items: &[Value], max_page: u32) -> Response {
    let pagination = json!({"total_count": 3, "max_page": max_page});
    Response::json(200, &json!({"items": items, "pagination": pagination}))
}

/// Returns the method and the target of a request.
fn line(head: &str) -> String {
    head.split(" HTTP/1.1").next().unwrap().to_owned()
}

fn seats(available: u64, total: u64) -> Response {
    let list = json!({"seats": [], "available_seats": available, "total_seats": total});
    Response::json(200, &list)
}

#[test]
fn subscriptions_with_seats_of_all_pages_are_listed() {
    let responses = || {
        [
            page(
                &[
                    subscription(SUBSCRIPTION, &json!(5)),
                    subscription(SEAT_ID, &Value::Null),
                ],
                2,
            ),
            seats(3, 5),
            page(
                &[json!({"id": SEAT_ID, "status": "canceled", "seats": 2})],
                2,
            ),
            seats(2, 2),
        ]
    };
    let run = |args: &str, stub: &Stub| {
        Program::new(format!("subscriptions {args}").split_whitespace())
            .at(&stub.url)
            .env("POLAR_ACCESS_TOKEN", ACCESS)
            .run()
    };
    for transport in TRANSPORTS {
        let stub = Stub::new(responses());
        let output = run(&format!("--transport {transport}"), &stub);
        let expected = format!(
            "PRODUCT        CUSTOMER           STATUS    SEATS  SUBSCRIPTION\n\
             Team [2J plan  office@globex.com  active    2/5    {SUBSCRIPTION}\n\
             -              -                  canceled  0/2    {SEAT_ID}\n"
        );
        assert_eq!(output.text(), expected);
        let lines: Vec<_> = stub
            .requests()
            .iter()
            .map(|request| line(&request.head))
            .collect();
        assert_eq!(
            lines,
            [
                "GET /v1/subscriptions/?page=1&limit=100&sorting=started_at",
                &format!("GET /v1/customer-seats?subscription_id={SUBSCRIPTION}"),
                "GET /v1/subscriptions/?page=2&limit=100&sorting=started_at",
                &format!("GET /v1/customer-seats?subscription_id={SEAT_ID}"),
            ]
        );
    }
    let stub = Stub::new(responses());
    let result = run("--active --json", &stub).result();
    assert_contains(&stub.requests()[0].head, "/?active=true&page=1&");
    assert_eq!(
        result,
        json!({"subscriptions": [
            {
                "id": SUBSCRIPTION, "status": "active", "used_seats": 2, "total_seats": 5,
                "product": {"id": SEAT_ID, "name": "Team\u{1b}[2J plan"},
                "customer": {"id": SEAT_ID, "email": "office@globex.com", "name": null},
            },
            {
                "id": SEAT_ID, "status": "canceled", "used_seats": 0, "total_seats": 2,
                "product": null, "customer": null,
            },
        ]})
    );
}

#[test]
fn no_subscription_with_seats_is_a_sentence() {
    let stub = Stub::new([page(&[], 0)]);
    let output = Program::new(["subscriptions"])
        .at(&stub.url)
        .env("POLAR_ACCESS_TOKEN", ACCESS)
        .run();
    assert_eq!(output.text(), "No subscription has seats.\n");
}

#[test]
fn missing_scope_is_named() {
    let challenge = "www-authenticate: Bearer realm=\"polar\", error=\"insufficient_scope\", \
        scope=\"subscriptions:read subscriptions:write\"\r\n\
        content-type: application/json\r\n";
    let body = r#"{"error":"insufficient_scope","error_description":"No."}"#;
    let stub = Stub::new([Response::text(403, challenge, body)]);
    let output = Program::new(["subscriptions"])
        .at(&stub.url)
        .env("POLAR_ACCESS_TOKEN", ACCESS)
        .run();
    assert_eq!(output.code, 3);
    assert_contains(output.error_text(), "subscriptions:read");
    let help = Program::new(["subscriptions", "--help"]).run();
    for scope in ["subscriptions:read", "customer_seats:read"] {
        assert_contains(help.text(), scope);
    }
}
