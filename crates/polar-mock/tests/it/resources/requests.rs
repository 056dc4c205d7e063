//! What is checked before a rule: the caller, and the values of a request.

use serde_json::{Value, json};

use super::Shop;
use crate::support::{get, request};

/// Returns type, place and message of each invalid value.
fn invalid(body: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = body["detail"].as_array().unwrap().iter();
    errors
        .map(|one| {
            (
                text(&one["type"]),
                one["loc"].to_string(),
                text(&one["msg"]),
            )
        })
        .collect()
}

fn one(kind: &str, loc: &str, message: &str) -> (String, String, String) {
    (kind.to_owned(), loc.to_owned(), message.to_owned())
}

#[test]
fn operation_without_a_rule_is_not_implemented() {
    let response = Shop::new().get("/v1/disputes/");
    let detail = "the mock does not have the operation disputes:list";
    response.assert_error(501, "NotImplemented", detail);
}

#[test]
fn caller_is_checked_before_values() {
    let shop = Shop::new();
    assert_eq!(get(&shop.mock, "/v1/products/no-uuid").status, 401);
    let token = shop.organization.access_token_with(&["products:read"]);
    let response = request(&shop.mock, "POST", "/v1/products/")
        .token(token.expose())
        .json(&json!({}))
        .send();
    assert_eq!(response.status, 403);
    let challenge = response.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("scope=\"products:write\""),
        "{challenge}"
    );
}

#[test]
fn malformed_json_is_reported_before_the_caller() {
    let shop = Shop::new();
    let response = request(&shop.mock, "POST", "/v1/products/")
        .header("content-type", "application/json")
        .body("{")
        .send();
    assert_eq!(response.status, 422);
    assert_eq!(response.json["detail"][0]["type"], "json_invalid");
}

#[test]
fn path_and_body_are_reported_together() {
    let shop = Shop::new();
    let response = shop.post("/v1/customers/no-uuid/members", &json!({}));
    assert_eq!(response.status, 422);
    assert_eq!(
        invalid(&response.json),
        [
            one(
                "uuid_parsing",
                r#"["path","id"]"#,
                "Input should be a valid UUID, invalid character: found `n` at 1"
            ),
            one("missing", r#"["body","email"]"#, "Field required"),
        ]
    );
}

#[test]
fn union_without_a_tag_reports_each_variant() {
    let shop = Shop::new();
    let body = json!({"email": "ann@acme.com", "metadata": {"a": {"b": 1}}});
    let response = shop.post("/v1/customers/", &body);
    let place = |variant| format!(r#"["body","individual","metadata","a","{variant}"]"#);
    assert_eq!(
        invalid(&response.json),
        [
            one(
                "string_type",
                &place("constrained-str"),
                "Input should be a valid string"
            ),
            one("int_type", &place("int"), "Input should be a valid integer"),
            one(
                "float_type",
                &place("float"),
                "Input should be a valid number"
            ),
            one(
                "bool_type",
                &place("bool"),
                "Input should be a valid boolean"
            ),
        ]
    );
}

#[test]
fn discriminator_and_ranges_are_checked() {
    let shop = Shop::new();
    let benefit = shop.post("/v1/benefits/", &json!({"type": "wine"}));
    assert_eq!(invalid(&benefit.json)[0].0, "union_tag_invalid");
    let benefit = shop.post("/v1/benefits/", &json!({}));
    let message = "Unable to extract tag using discriminator 'type'";
    assert_eq!(
        invalid(&benefit.json),
        [one("union_tag_not_found", r#"["body"]"#, message)]
    );
    let page = shop.get("/v1/products/?page=0");
    let message = "Input should be greater than 0";
    assert_eq!(
        invalid(&page.json),
        [one("greater_than", r#"["query","page"]"#, message)]
    );
    let sorting = shop.get("/v1/meters/?sorting=nope");
    let (kind, place, _) = &invalid(&sorting.json)[0];
    assert_eq!(
        (kind.as_str(), place.as_str()),
        ("enum", r#"["query","sorting",0]"#)
    );
}

#[test]
fn path_without_its_slash_redirects() {
    let response = Shop::new().get("/v1/products");
    assert_eq!(response.status, 307);
    assert_eq!(
        response.header("location"),
        Some("http://mock.local/v1/products/")
    );
}
