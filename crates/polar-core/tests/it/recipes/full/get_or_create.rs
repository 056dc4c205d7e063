use polar_core::{
    recipes::GetOrCreateError,
    types::customers::{Customer, CustomerCreate},
};

use super::*;

const GET: &str = "GET /v1/customers/external/ann";
const CREATE: &str = "POST /v1/customers/";
const LIST: &str = "GET /v1/customers/";

fn customer() -> Customer {
    let mut customer: Customer = sample();
    customer.external_id = Some("ann".to_owned());
    customer
}

pub(super) fn request() -> CustomerCreate {
    CustomerCreate::individual("ann@globex.com").name("Ann")
}

fn run(steps: &dyn Fn() -> Vec<ScriptStep>) -> (String, Vec<String>) {
    let (result, requests) = run!(steps, |polar| polar
        .customers()
        .get_or_create("ann", request()));
    (word(&result), requests)
}

#[test]
fn customer_is_found_or_created_once() {
    let found = || ok(&customer());
    check(
        &[
            (&|| vec![found()], "found", &[GET]),
            (
                &|| vec![not_found(), created(&customer())],
                "created",
                &[GET, CREATE],
            ),
            // A lost response.
            (
                &|| vec![not_found(), lost(), found()],
                "created",
                &[GET, CREATE, GET],
            ),
            (
                &|| vec![not_found(), lost(), not_found()],
                "Unknown",
                &[GET, CREATE, GET],
            ),
            (
                &|| vec![not_found(), lost(), limited()],
                "Unknown",
                &[GET, CREATE, GET],
            ),
            // Another caller created the customer in the meantime.
            (
                &|| vec![not_found(), rule("external_id"), found()],
                "found",
                &[GET, CREATE, GET],
            ),
            (
                &|| vec![not_found(), rule("email"), found()],
                "found",
                &[GET, CREATE, GET],
            ),
            // Polar refuses.
            (
                &|| vec![refused(403, "insufficient_scope", "\"x\"")],
                "Refused",
                &[GET],
            ),
            (
                &|| vec![not_found(), rule("tax_id")],
                "Refused",
                &[GET, CREATE],
            ),
            (
                &|| vec![not_found(), limited()],
                "RateLimited",
                &[GET, CREATE],
            ),
        ],
        run,
    );
}

#[test]
fn write_is_not_sent_without_a_clear_first_look() {
    let framework = || vec![ScriptStep::respond(404, r#"{"detail":"Not Found"}"#)];
    let lost = || vec![lost(), lost(), lost()];
    check(
        &[
            (&framework, "Refused", &[GET]),
            (&lost, "NotDone", &[GET, GET, GET]),
        ],
        run,
    );
}

#[test]
fn deadline_of_the_write_is_a_lost_response() {
    let steps = || vec![not_found(), ScriptStep::never_respond(), ok(&customer())];
    assert_eq!(run(&steps).0, "created");
}

#[test]
fn request_has_the_external_id() {
    let steps = || vec![not_found(), created(&customer())];
    let transport = ScriptedTransport::new(steps());
    let client = blocking::Client::new(transport.clone(), config());
    let ensured = client.customers().get_or_create("ann", request()).unwrap();
    assert_eq!(ensured.into_inner(), customer());
    let trace = transport.trace();
    let body: serde_json::Value =
        serde_json::from_slice(&trace.sent().last().unwrap().body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "external_id": "ann",
            "email": "ann@globex.com",
            "name": "Ann",
            "type": "individual",
        })
    );
}

#[test]
fn email_of_another_customer_is_an_error_with_that_customer() {
    let mut other = customer();
    other.external_id = None;
    let email_taken = |last: ScriptStep| {
        let steps = [not_found(), rule("email"), not_found(), last];
        let transport = ScriptedTransport::new(steps);
        let client = blocking::Client::new(transport.clone(), config());
        let error = client
            .customers()
            .get_or_create("ann", request())
            .unwrap_err();
        assert_eq!(methods(&transport.trace()), [GET, CREATE, GET, LIST]);
        error
    };
    let error = email_taken(page(&[other.clone()]));
    assert_eq!(error.outcome(), Outcome::Refused);
    assert_eq!(
        format!("{error:#}"),
        "the email address belongs to another customer. Use another email address, or set the \
         external id of that customer, if it has none."
    );
    let GetOrCreateError::EmailTaken { customer } = error else {
        panic!("{error}");
    };
    assert_eq!(*customer, other);

    // Without that customer, it is the error of the call.
    for last in [page::<Customer>(&[]), limited()] {
        let error = email_taken(last);
        assert!(matches!(error, GetOrCreateError::Failed(_)), "{error}");
        assert_eq!(error.outcome(), Outcome::Refused);
    }
}

#[test]
fn customer_created_by_another_caller_is_found_by_email() {
    let steps = || vec![not_found(), rule("email"), limited(), page(&[customer()])];
    assert_eq!(run(&steps).0, "found");
}

#[test]
fn external_ids_that_a_path_cannot_contain_are_found_in_the_list() {
    let mut similar = customer();
    similar.external_id = Some("team/1/a".to_owned());
    let mut wanted = customer();
    wanted.external_id = Some("team/1".to_owned());
    let steps = || {
        let first = std::slice::from_ref(&similar);
        vec![page_of(first, 2), page_of(std::slice::from_ref(&wanted), 2)]
    };
    let (result, requests) = run!(steps, |polar| polar
        .customers()
        .get_or_create("team/1", request()));
    assert_eq!(result.unwrap(), Ensured::Found(wanted.clone()));
    assert_eq!(requests, [LIST, LIST]);
}

#[test]
fn invalid_external_ids_are_not_sent() {
    for (id, request) in [("", request()), ("ann", request().external_id("bob"))] {
        let request = || request.clone();
        let (result, requests) = run!(Vec::new, |polar| polar
            .customers()
            .get_or_create(id, request()));
        let (outcome, text) = result.unwrap_err();
        assert_eq!(outcome, Outcome::NotDone);
        assert!(
            text.starts_with("customers.get_or_create was not sent: external_id"),
            "{text}"
        );
        assert!(requests.is_empty());
    }
}
