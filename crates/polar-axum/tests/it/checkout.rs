use axum::{
    Router,
    http::{StatusCode, request::Parts},
    routing::get,
};
use polar_axum::{
    Checkout, Theme, checkout,
    types::{
        Amount,
        checkouts::CheckoutCreate,
        products::{ProductCreate, ProductPriceCreate},
    },
};
use polar_hyper::checkouts::List;
use polar_mock::Mock;
use polar_mock_server::MockServer;
use serde_json::json;

use crate::{
    http::{self, serve},
    recorded::{Recorded, client},
};

const CREATED: &str = include_str!("../fixtures/checkout.json");
const UNKNOWN_PRODUCT: &str = include_str!("../fixtures/checkout-unknown-product.json");
const PRODUCT: &str = "00b43e06-6d42-4de9-9f6a-ad7dbce077cf";
const URL: &str = "https://polar.sh/checkout/polar_c_DOd11BlGlhAid9g8IRl1lryTaKOldiaqg94F52epvZV";

async fn open(checkout: Checkout, query: &str) -> http::Response {
    let address = serve(Router::new().route("/checkout", get(checkout))).await;
    http::get(address, &format!("/checkout?{query}")).await
}

#[tokio::test]
async fn link_creates_a_checkout_and_redirects_to_it() {
    let polar = Recorded::start(201, &[], CREATED);
    let checkout = checkout(polar.client())
        .success_url("https://acme.com/thanks?checkout_id={CHECKOUT_ID}")
        .return_url("https://acme.com/pricing");
    let query = format!(
        "products={PRODUCT}&seats=5&customerEmail=ann%40globex.com&customerName=Ann%20G%C3%A9\
         &metadata=%7B%22plan%22%3A%22pro%22%7D"
    );
    let response = open(checkout, &query).await;
    assert_eq!(response.status, 303, "{response:?}");
    assert_eq!(response.header("location"), URL);
    assert_eq!(response.header("cache-control"), "no-store");
    assert_eq!(response.header("referrer-policy"), "no-referrer");
    assert_eq!(response.body, "");

    let (target, body) = polar.request();
    assert_eq!(target, "POST /v1/checkouts/");
    let expected = json!({
        "products": [PRODUCT],
        "seats": 5,
        "customer_email": "ann@globex.com",
        "customer_name": "Ann Gé",
        "metadata": {"plan": "pro"},
        "success_url": "https://acme.com/thanks?checkout_id={CHECKOUT_ID}",
        "return_url": "https://acme.com/pricing",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn theme_is_added_to_the_url() {
    let polar = Recorded::start(201, &[], CREATED);
    let checkout = checkout(polar.client()).theme(Theme::Dark);
    let response = open(checkout, &format!("products={PRODUCT}")).await;
    assert_eq!(response.header("location"), format!("{URL}?theme=dark"));
}

#[tokio::test]
async fn urls_of_a_link_must_have_an_allowed_origin() {
    let thanks = "https%3A%2F%2Facme.com%2Fthanks";
    let evil = "https%3A%2F%2Facme.com.evil.example%2F";
    for (query, allowed, status) in [
        (format!("successUrl={thanks}"), false, 400),
        (format!("returnUrl={thanks}"), false, 400),
        (format!("successUrl={evil}"), true, 400),
        (format!("returnUrl={evil}"), true, 400),
        (format!("successUrl={thanks}&returnUrl={thanks}"), true, 303),
    ] {
        let polar = Recorded::start(201, &[], CREATED);
        let mut checkout = checkout(polar.client()).success_url("https://acme.com/default");
        if allowed {
            checkout = checkout.allow_origin("https://acme.com").unwrap();
        }
        let response = open(checkout, &format!("products={PRODUCT}&{query}")).await;
        assert_eq!(response.status, status, "{query}: {response:?}");
        if status == 303 {
            let (_, body) = polar.request();
            for url in ["success_url", "return_url"] {
                assert_eq!(body[url], "https://acme.com/thanks");
            }
        } else {
            assert!(response.body.ends_with("is not a URL of this site"));
            assert_eq!(polar.requests(), 0);
        }
    }
}

#[tokio::test]
async fn customer_ids_of_a_link_are_accepted_on_request_only() {
    let customer = "abc46fae-3455-4b46-a7ba-d1ad29d1690e";
    let query = format!("products={PRODUCT}&customerId={customer}");
    let polar = Recorded::start(201, &[], CREATED);
    let response = open(checkout(polar.client()), &query).await;
    assert_eq!(response.status, 400);
    assert_eq!(polar.requests(), 0);

    let polar = Recorded::start(201, &[], CREATED);
    let checkout = checkout(polar.client()).accept_customer_ids();
    assert_eq!(open(checkout, &query).await.status, 303);
    assert_eq!(polar.request().1["customer_id"], customer);
}

#[tokio::test]
async fn prepare_completes_or_refuses_the_checkout() {
    async fn for_user(request: CheckoutCreate, head: Parts) -> Result<CheckoutCreate, StatusCode> {
        let user = head.headers.get("x-user").ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(request.external_customer_id(user.to_str().unwrap()))
    }

    let polar = Recorded::start(201, &[], CREATED);
    let routes = Router::new().route("/", get(checkout(polar.client()).prepare(for_user)));
    let address = serve(routes).await;
    let target = format!("/?products={PRODUCT}");
    assert_eq!(http::get(address, &target).await.status, 401);
    let user = [("x-user", "usr_1")];
    let response = http::send(address, "GET", &target, &user, b"").await;
    assert_eq!(response.status, 303);
    assert_eq!(polar.request().1["external_customer_id"], "usr_1");
}

#[tokio::test]
async fn head_request_creates_nothing() {
    let polar = Recorded::start(201, &[], CREATED);
    let address = serve(Router::new().route("/", get(checkout(polar.client())))).await;
    let target = format!("/?products={PRODUCT}");
    let response = http::send(address, "HEAD", &target, &[], b"").await;
    assert_eq!((response.status, response.header("allow")), (405, "GET"));
    assert_eq!(polar.requests(), 0);
}

#[tokio::test]
async fn failures_have_a_status_and_nothing_of_polars_response() {
    let busy = [("retry-after", "7")];
    for (polar, status, retry_after) in [
        (Recorded::start(422, &[], UNKNOWN_PRODUCT), 422, ""),
        (Recorded::start(429, &busy, "{}"), 503, "7"),
        (
            Recorded::start(401, &[], r#"{"error":"Unauthorized","detail":"x"}"#),
            502,
            "",
        ),
        (Recorded::start(500, &[], "canary"), 504, ""),
        // A mock that does not have the operation.
        (Recorded::start(501, &[], r#"{"detail":"canary"}"#), 504, ""),
        (Recorded::silent(), 504, ""),
    ] {
        let response = open(checkout(polar.client()), &format!("products={PRODUCT}")).await;
        assert_eq!(response.status, status, "{response:?}");
        assert_eq!(response.header("retry-after"), retry_after);
        assert_eq!(response.header("cache-control"), "no-store");
        assert!(!response.body.contains("Product does not exist"));
        assert!(!response.body.contains("canary"));
    }
}

#[tokio::test]
async fn url_that_is_not_one_is_no_redirect() {
    for url in [
        "javascript:alert(1)",
        "//evil.example",
        "https://polar.sh/\\n",
    ] {
        let body = CREATED.replace(URL, url);
        let polar = Recorded::start(201, &[], &body);
        let response = open(checkout(polar.client()), &format!("products={PRODUCT}")).await;
        assert_eq!(response.status, 502, "{response:?}");
        assert_eq!(response.header("location"), "");
    }
}

#[tokio::test]
async fn checkout_of_the_mock_is_opened() {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let server = MockServer::start(mock).unwrap();
    let token = acme.access_token_with(&["products:write", "checkouts:write", "checkouts:read"]);
    let polar = client(&server.url()).with_access_token(token);
    let price = ProductPriceCreate::fixed(Amount::new(1900));
    let product = ProductCreate::one_time("Atlas", [price]);
    let product = polar.products().create(product).await.unwrap();

    let checkout = checkout(polar.clone()).success_url("https://acme.com/thanks");
    let query = format!("products={}&customerEmail=ann%40acme.com", product.id);
    let response = open(checkout, &query).await;
    assert_eq!(response.status, 303, "{response:?}");
    let mut opened = polar.pages(List::new());
    let opened = opened.next().await.unwrap().unwrap();
    assert_eq!(response.header("location"), opened.url.expose());
    assert_eq!(opened.customer_email.as_deref(), Some("ann@acme.com"));
    assert_eq!(opened.success_url.expose(), "https://acme.com/thanks");
}
