use polar_hyper::{
    Error, Outcome,
    recipes::EnsureActivatedError,
    types::{CustomerId, ErrorName},
};

use super::*;

async fn started() -> (Server, Client, CustomerId) {
    let server = Server::default();
    let polar = client_of(&server).await.unwrap();
    let customer = shop::customer(&polar, "user_42", "ann@example.com")
        .await
        .unwrap();
    (server, polar, customer.id)
}

#[tokio::test]
async fn the_program_runs_twice_and_creates_everything_once() {
    let server = Server::default();
    let polar = client_of(&server).await.unwrap();
    for _ in 0..2 {
        sell(&polar, sample()).await.unwrap();
    }
    let state = server.state();
    assert_eq!(state.customers.len(), 1);
    assert_eq!(state.checkouts.len(), 1);
    assert_eq!(state.activations.len(), 1);
    // Each run reports three calls of its own.
    assert_eq!(state.events.len(), 6);
}

#[tokio::test]
async fn nothing_is_created_twice_when_responses_are_lost() {
    let server = Server::default();
    let polar = client_of(&server).await.unwrap();
    let fail = || server.state().failures = 1;

    fail();
    let customer = shop::customer(&polar, "user_42", "ann@example.com")
        .await
        .unwrap()
        .id;
    fail();
    let checkout = shop::checkout(&polar, customer, "cart_7", sample())
        .await
        .unwrap();
    assert!(checkout.is_created());
    fail();
    shop::activate(&polar, customer, "laptop")
        .await
        .unwrap()
        .unwrap();
    fail();
    let calls = [Call { tokens: 1 }, Call { tokens: 2 }];
    let report = shop::report_usage(&polar, customer, &calls).await.unwrap();
    assert_eq!(
        (report.inserted, report.duplicates, report.sent_again),
        (0, 2, 2)
    );

    let state = server.state();
    let counts = [
        state.customers.len(),
        state.checkouts.len(),
        state.activations.len(),
    ];
    assert_eq!(counts, [1; 3]);
    assert_eq!(state.events.len(), 2);
    assert_eq!(state.failures, 0);
}

#[tokio::test]
async fn each_cart_has_a_checkout_of_its_own() {
    let (server, polar, customer) = started().await;
    for cart in ["cart_7", "cart_8", "cart_7"] {
        let checkout = shop::checkout(&polar, customer, cart, sample())
            .await
            .unwrap();
        let checkout = checkout.into_inner();
        assert_eq!(checkout.metadata.get("cart").unwrap(), cart);
        assert_eq!(checkout.customer_id, Some(customer));
    }
    assert_eq!(server.state().checkouts.len(), 2);
}

#[tokio::test]
async fn orders_are_counted_on_all_pages() {
    let (_, polar, customer) = started().await;
    assert_eq!(shop::orders(&polar, customer).await.unwrap(), (30, 57_000));
}

#[tokio::test]
async fn a_license_key_is_activated_up_to_its_limit() {
    let (_, polar, customer) = started().await;
    for computer in ["laptop", "desk", "laptop"] {
        let activation = shop::activate(&polar, customer, computer).await.unwrap();
        assert_eq!(activation.unwrap().label, computer);
    }
    let error = shop::activate(&polar, customer, "phone").await.unwrap_err();
    let error = error.downcast_ref::<EnsureActivatedError>().unwrap();
    assert!(
        matches!(error, EnsureActivatedError::LimitReached { activations } if activations.len() == 2)
    );
    assert_eq!(error.outcome(), Outcome::Refused);

    let other: CustomerId = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    assert!(
        shop::activate(&polar, other, "phone")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn another_token_is_refused() {
    let (_, polar, customer) = started().await;
    let polar = polar.with_access_token(AccessToken::new("polar_oat_other").unwrap());
    let error = shop::orders(&polar, customer).await.unwrap_err();
    let error = error.downcast_ref::<Error>().unwrap();
    assert_eq!(error.name(), Some(&ErrorName::Unauthorized));
}
