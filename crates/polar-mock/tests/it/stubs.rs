//! Closures that respond to an operation in place of the mock.

use std::sync::{Arc, Mutex};

use polar_core::{
    Config,
    blocking::Client,
    checkout_links, checkouts, files, oauth2, orders,
    types::{
        ErrorName,
        checkout_links::CheckoutLink,
        checkouts::{Checkout, CheckoutCreate},
        oauth2::UserInfo,
        orders::Order,
        sample,
    },
};
use polar_mock::{ErrorResponse, InjectedFault, Mock};

use crate::support::{get, request};

fn client(mock: &Mock) -> Client {
    let token = mock.organization("Acme").access_token();
    Client::new(mock.blocking_transport(), Config::new().access_token(token))
}

#[test]
fn stub_takes_the_operation_that_was_sent() {
    let mock = Mock::new();
    let seen = Arc::new(Mutex::new(None));
    let copy = Arc::clone(&seen);
    mock.on::<checkouts::Create>(move |create| {
        *copy.lock().unwrap() = Some(create.clone());
        Ok(sample())
    });
    let sent = checkouts::Create::new(sample::<CheckoutCreate>());
    let created = client(&mock).call(sent.clone()).unwrap();
    assert_eq!(created, sample::<Checkout>());
    assert_eq!(seen.lock().unwrap().take(), Some(sent));
    // The mock itself has no checkout.
    mock.clear_stubs();
    assert!(mock.pay(created.id).is_err());
}

#[test]
fn stub_returns_an_error() {
    let mock = Mock::new();
    mock.on(|_: orders::Get| Err(ErrorResponse::new(404, "ResourceNotFound", "Not found")));
    let error = client(&mock)
        .call(orders::Get::new(sample::<Order>().id))
        .unwrap_err();
    let error = error.api_error().unwrap();
    assert_eq!(error.status(), 404);
    assert_eq!(error.name(), Some(&ErrorName::ResourceNotFound));
    assert_eq!(error.message(), Some("Not found"));
}

#[test]
fn caller_and_values_are_checked_before_the_stub() {
    let mock = Mock::new();
    mock.on(|_: checkout_links::Get| Ok(sample::<CheckoutLink>()));
    let unauthorized = get(&mock, "/v1/checkout-links/x");
    assert_eq!(unauthorized.status, 401);
    let token = mock.organization("Acme").access_token();
    let invalid = request(&mock, "GET", "/v1/checkout-links/x").token(token.expose());
    assert_eq!(invalid.send().error(), "RequestValidationError");
    let scopes = mock
        .organization("Other")
        .access_token_with(&["products:read"]);
    let refused = request(&mock, "GET", "/v1/checkout-links/x").token(scopes.expose());
    assert_eq!(refused.send().error(), "insufficient_scope");
}

#[test]
fn stub_has_the_status_and_headers_of_the_operation() {
    let mock = Mock::new();
    mock.on(|_: files::Delete| Ok(()));
    mock.on(|_: checkout_links::Create| Ok(sample::<CheckoutLink>()));
    let token = mock.organization("Acme").access_token();
    let id = "11111111-1111-4111-8111-111111111111";
    let path = format!("/v1/files/{id}");
    let deleted = request(&mock, "DELETE", &path).token(token.expose()).send();
    assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (204, ""));
    assert_eq!(deleted.headers["polar-version"], "2026-04");
    let body = serde_json::json!({"payment_processor": "stripe", "products": [id]});
    let created = request(&mock, "POST", "/v1/checkout-links/")
        .token(token.expose())
        .json(&body);
    assert_eq!(created.send().status, 201);
}

#[test]
fn stub_may_use_the_mock_and_runs_even_if_its_response_is_lost() {
    let mock = Mock::new();
    let polar = client(&mock);
    let own = mock.clone();
    mock.on(move |_: files::Delete| {
        let _ = own.organization("Made by the stub");
        Ok(())
    });
    mock.fail_next(1, InjectedFault::ResponseLost);
    assert!(
        polar
            .call(files::Delete::new(polar_core::types::FileId::new(
                sample::<Order>().id.as_uuid()
            )))
            .is_err()
    );
    assert!(mock.state().to_json().contains("Made by the stub"));
}

#[test]
fn stub_of_an_operation_for_persons_needs_no_token_of_one() {
    let mock = Mock::new();
    assert_eq!(get(&mock, "/v1/oauth2/userinfo").status, 501);
    mock.on(|_: oauth2::UserInfo| Ok(sample()));
    let own = client(&mock).call(oauth2::UserInfo::new()).unwrap();
    assert_eq!(own, sample::<UserInfo>());
}
