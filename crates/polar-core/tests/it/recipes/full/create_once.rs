use std::sync::LazyLock;

use polar_core::{
    recipes::CheckoutKey,
    types::{
        Metadata, ProductId,
        checkouts::{Checkout, CheckoutCreate, CheckoutProduct, CheckoutStatus},
    },
};

use super::*;

const LIST: &str = "GET /v1/checkouts/";
const CREATE: &str = "POST /v1/checkouts/";

/// The same time for both clients.
static NOW: LazyLock<OffsetDateTime> = LazyLock::new(OffsetDateTime::now_utc);

fn product() -> ProductId {
    sample::<CheckoutProduct>().id
}

/// An open checkout of a customer with the metadata entry of a cart.
fn checkout(cart: &str) -> Checkout {
    let mut checkout: Checkout = sample();
    checkout.status = CheckoutStatus::Open;
    checkout.created_at = (*NOW).into();
    checkout.metadata = cart_entry(cart);
    checkout.external_customer_id = Some(format!("customer of {cart}"));
    checkout
}

fn cart_entry(cart: &str) -> Metadata {
    Metadata::try_from_pairs([("cart", cart)]).unwrap()
}

pub(super) fn request() -> CheckoutCreate {
    CheckoutCreate::product(product())
        .metadata(cart_entry("c-2"))
        .external_customer_id("customer of c-2")
}

fn run(key: impl Into<CheckoutKey>, steps: &dyn Fn() -> Vec<ScriptStep>) -> (String, Vec<String>) {
    let key = key.into();
    let key = || key.clone();
    let (result, requests) = run!(steps, |polar| polar
        .checkouts()
        .create_once(request(), key()));
    (word(&result), requests)
}

#[test]
fn checkout_is_found_or_created_once() {
    let none = || page(&[checkout("c-1")]);
    let some = || page(&[checkout("c-1"), checkout("c-2")]);
    for key in [CheckoutKey::from("cart"), CheckoutKey::ExternalCustomer] {
        check(
            &[
                (
                    &|| vec![none(), created(&checkout("c-2"))],
                    "created",
                    &[LIST, CREATE],
                ),
                (&|| vec![some()], "found", &[LIST]),
                // A lost response.
                (
                    &|| vec![none(), lost(), some()],
                    "created",
                    &[LIST, CREATE, LIST],
                ),
                (
                    &|| vec![none(), lost(), none()],
                    "Unknown",
                    &[LIST, CREATE, LIST],
                ),
                (
                    &|| vec![none(), lost(), limited()],
                    "Unknown",
                    &[LIST, CREATE, LIST],
                ),
                (
                    &|| vec![none(), ScriptStep::never_respond(), some()],
                    "created",
                    &[LIST, CREATE, LIST],
                ),
                // Polar refuses.
                (
                    &|| vec![none(), rule("products")],
                    "Refused",
                    &[LIST, CREATE],
                ),
                (&|| vec![none(), limited()], "RateLimited", &[LIST, CREATE]),
                (&|| vec![limited()], "RateLimited", &[LIST]),
            ],
            |steps| run(key.clone(), steps),
        );
    }
}

#[test]
fn list_has_what_can_be_the_checkout() {
    let transport = ScriptedTransport::new([page(&[checkout("c-2")]), page(&[checkout("c-2")])]);
    let client = blocking::Client::new(transport.clone(), config());
    let customer: polar_core::types::CustomerId =
        "60b0e65c-9928-43a9-b11b-64f8f5217c6e".parse().unwrap();
    let of_customer = request().customer_id(customer);
    for (request, key) in [
        (of_customer, CheckoutKey::from("cart".to_owned())),
        (request(), CheckoutKey::ExternalCustomer),
    ] {
        client.checkouts().create_once(request, key).unwrap();
    }
    let trace = transport.trace();
    let queries: Vec<_> = trace.sent().map(|sent| sent.uri.query().unwrap()).collect();
    let product = format!("product_id={}", product());
    assert_eq!(
        queries,
        [
            format!(
                "{product}&customer_id={customer}&status=open&status=confirmed&status=succeeded\
                 &limit=100&sorting=-created_at"
            ),
            format!("{product}&status=open&limit=100&sorting=-created_at"),
        ]
    );
}

#[test]
fn completed_checkout_is_found_by_its_entry() {
    for (status, expected) in [
        (CheckoutStatus::Confirmed, "found"),
        (CheckoutStatus::Succeeded, "found"),
        // Polar lists an expired checkout as an open one until a job changes its status.
        (CheckoutStatus::Expired, "created"),
        (CheckoutStatus::Failed, "created"),
    ] {
        let mut over = checkout("c-2");
        over.status = status;
        let steps = || {
            let found = vec![page(&[over.clone()])];
            let create = (expected == "created").then(|| created(&checkout("c-2")));
            found.into_iter().chain(create).collect()
        };
        assert_eq!(run("cart", &steps).0, expected, "{}", over.status);
    }
}

#[test]
fn checkout_of_other_products_is_not_that_of_the_request() {
    let mut other = checkout("c-2");
    let mut more = other.products[0].clone();
    more.id = "1a409b2e-fafb-4bb0-90a6-59d90a1d913b".parse().unwrap();
    other.products.push(more);
    let steps = || vec![page(&[other.clone()]), created(&checkout("c-2"))];
    assert_eq!(run(CheckoutKey::ExternalCustomer, &steps).0, "created");
}

#[test]
fn search_reads_pages_until_checkouts_are_too_old_to_be_open() {
    let mut old = checkout("c-1");
    old.created_at = (*NOW - time::Duration::hours(25)).into();
    let recent = || page_of(&[checkout("c-0"), checkout("c-1")], 3);
    check(
        &[
            (
                &|| vec![recent(), page_of(&[checkout("c-2")], 3)],
                "found",
                &[LIST, LIST],
            ),
            (
                &|| {
                    vec![
                        recent(),
                        page_of(&[old.clone()], 3),
                        created(&checkout("c-2")),
                    ]
                },
                "created",
                &[LIST, LIST, CREATE],
            ),
        ],
        |steps| run("cart", steps),
    );
}

#[test]
fn request_without_what_identifies_it_is_not_sent() {
    let bare = || CheckoutCreate::product(product());
    for (key, field) in [
        (CheckoutKey::from("cart"), "metadata lacks"),
        (
            CheckoutKey::ExternalCustomer,
            "external_customer_id is missing",
        ),
    ] {
        let key = || key.clone();
        let (result, requests) = run!(Vec::new, |polar| polar
            .checkouts()
            .create_once(bare(), key()));
        let (outcome, text) = result.unwrap_err();
        assert_eq!(outcome, Outcome::NotDone);
        assert!(text.contains(field), "{text}");
        assert!(requests.is_empty());
    }
}
