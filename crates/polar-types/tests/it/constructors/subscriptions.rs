//! Changes of subscriptions, checkouts, customers and tokens.

use std::time::Duration;

use polar_types::{
    Metadata, ProductId, ProductPriceId, Secret, Timestamp, checkout_links::CheckoutLinkCreate,
    checkouts::CheckoutCreate,
    customer_portal::benefit_grants::PortalBenefitGrantDiscordPropertiesUpdate,
    customer_portal::benefit_grants::PortalBenefitGrantGitHubRepositoryPropertiesUpdate,
    customer_portal::benefit_grants::PortalBenefitGrantSlackSharedChannelPropertiesUpdate,
    customer_portal::benefit_grants::PortalBenefitGrantUpdate,
    customer_portal::subscriptions::PortalSubscriptionUpdate,
    customer_sessions::CustomerSessionCreate, customers::CustomerCreate,
    oauth2::AuthorizationCodeTokenRequest, oauth2::RefreshTokenRequest, oauth2::TokenRequest,
    organizations::OrganizationCreateLegalEntity, subscriptions::SubscriptionCreate,
    subscriptions::SubscriptionUpdate,
};
use serde_json::{Value, json};

use super::{ID, id, sent};

#[test]
fn changes_of_a_subscription() {
    type Update = SubscriptionUpdate;
    let time = Timestamp::try_from(std::time::UNIX_EPOCH + Duration::from_secs(1)).unwrap();
    let metadata = Metadata::try_from_pairs([("a", 1)]).unwrap();
    for (update, body) in [
        (
            Update::product(id::<ProductId>()),
            json!({"product_id": ID}),
        ),
        (
            Update::discount(id::<polar_types::DiscountId>()),
            json!({"discount_id": ID}),
        ),
        (Update::remove_discount(), json!({"discount_id": null})),
        (
            Update::trial_end(time.clone()),
            json!({"trial_end": "1970-01-01T00:00:01Z"}),
        ),
        (Update::end_trial(), json!({"trial_end": "now"})),
        (Update::metadata(metadata), json!({"metadata": {"a": 1}})),
        (Update::seats(5), json!({"seats": 5})),
        (
            Update::billing_period_end(time),
            json!({"current_billing_period_end": "1970-01-01T00:00:01Z"}),
        ),
        (
            Update::cancel_at_period_end(),
            json!({"cancel_at_period_end": true}),
        ),
        (Update::uncancel(), json!({"cancel_at_period_end": false})),
        (Update::revoke(), json!({"revoke": true})),
        (
            Update::pause_at_period_end(),
            json!({"pause_at_period_end": true}),
        ),
        (
            Update::cancel_scheduled_pause(),
            json!({"pause_at_period_end": false}),
        ),
        (Update::resume(), json!({"resume": true})),
        (
            Update::clear_pending_update(),
            json!({"pending_update": null}),
        ),
    ] {
        assert_eq!(sent(&update), body);
    }
}

#[test]
fn changes_of_a_subscription_by_the_customer() {
    type Update = PortalSubscriptionUpdate;
    for (update, body) in [
        (
            Update::product(id::<ProductId>()),
            json!({"product_id": ID}),
        ),
        (Update::seats(5), json!({"seats": 5})),
        (
            Update::cancel_at_period_end(),
            json!({"cancel_at_period_end": true}),
        ),
        (Update::uncancel(), json!({"cancel_at_period_end": false})),
        (
            Update::pause_at_period_end(),
            json!({"pause_at_period_end": true}),
        ),
        (
            Update::cancel_scheduled_pause(),
            json!({"pause_at_period_end": false}),
        ),
        (Update::resume(), json!({"resume": true})),
        (
            Update::clear_pending_update(),
            json!({"pending_update": null}),
        ),
    ] {
        assert_eq!(sent(&update), body);
    }
}

#[test]
fn checkouts_and_sessions() {
    let product = id::<ProductId>();
    let stripe = |mut body: Value| {
        body["payment_processor"] = json!("stripe");
        body
    };
    assert_eq!(
        sent(&CheckoutCreate::product(product)),
        json!({"products": [ID]})
    );
    assert_eq!(
        sent(&CheckoutLinkCreate::product(product)),
        stripe(json!({"product_id": ID}))
    );
    assert_eq!(
        sent(&CheckoutLinkCreate::products([product])),
        stripe(json!({"products": [ID]}))
    );
    assert_eq!(
        sent(&CheckoutLinkCreate::product_price(id::<ProductPriceId>())),
        stripe(json!({"product_price_id": ID}))
    );
    let customer = id::<polar_types::CustomerId>();
    assert_eq!(
        sent(&CustomerSessionCreate::customer(customer)),
        json!({"customer_id": ID})
    );
    assert_eq!(
        sent(&CustomerSessionCreate::external_customer("u1")),
        json!({"external_customer_id": "u1"})
    );
    assert_eq!(
        sent(&SubscriptionCreate::customer(product, customer)),
        json!({"product_id": ID, "customer_id": ID})
    );
    assert_eq!(
        sent(&SubscriptionCreate::external_customer(product, "u1")),
        json!({"product_id": ID, "external_customer_id": "u1"})
    );
}

#[test]
fn customers_and_organizations() {
    assert_eq!(
        sent(&CustomerCreate::individual("a@b.co")),
        json!({"type": "individual", "email": "a@b.co"})
    );
    assert_eq!(sent(&CustomerCreate::team()), json!({"type": "team"}));
    assert_eq!(
        sent(&OrganizationCreateLegalEntity::individual()),
        json!({"type": "individual"})
    );
    assert_eq!(
        sent(&OrganizationCreateLegalEntity::company("Acme")),
        json!({"type": "company", "registered_name": "Acme"})
    );
}

#[test]
fn tokens() {
    let secret = |text: &str| Secret::from(text);
    let client = json!({"client_id": "c", "client_secret": "s"});
    let with = |rest: Value| {
        let mut body = client.clone();
        let rest = rest.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(rest);
        body
    };
    let code = json!({"client_id": "c", "grant_type": "authorization_code", "code": "x",
        "redirect_uri": "https://a.co"});
    let by_code = AuthorizationCodeTokenRequest::new("c", secret("x"), "https://a.co");
    assert_eq!(
        sent(&TokenRequest::authorization_code(
            "c",
            secret("x"),
            "https://a.co"
        )),
        code
    );
    assert_eq!(
        sent(&TokenRequest::from(
            by_code.client_secret("s").code_verifier("v")
        )),
        with(
            json!({"grant_type": "authorization_code", "code": "x", "redirect_uri": "https://a.co",
            "code_verifier": "v"})
        )
    );
    let refreshed = RefreshTokenRequest::new("c", secret("x")).client_secret("s");
    assert_eq!(
        sent(&TokenRequest::from(refreshed)),
        with(json!({"grant_type": "refresh_token", "refresh_token": "x"}))
    );
    assert_eq!(
        sent(&TokenRequest::web("c", secret("s"), secret("x"))),
        with(json!({"grant_type": "web", "session_token": "x"}))
    );
}

#[test]
fn grants() {
    let discord = PortalBenefitGrantDiscordPropertiesUpdate::new().account_id("a");
    let github = PortalBenefitGrantGitHubRepositoryPropertiesUpdate::new().account_id("a");
    let slack = PortalBenefitGrantSlackSharedChannelPropertiesUpdate::new("a@b.co");
    for (update, kind, properties) in [
        (
            PortalBenefitGrantUpdate::discord(discord),
            "discord",
            json!({"account_id": "a"}),
        ),
        (
            PortalBenefitGrantUpdate::github_repository(github),
            "github_repository",
            json!({"account_id": "a"}),
        ),
        (
            PortalBenefitGrantUpdate::slack_shared_channel(slack),
            "slack_shared_channel",
            json!({"invited_email": "a@b.co"}),
        ),
    ] {
        assert_eq!(
            sent(&update),
            json!({"benefit_type": kind, "properties": properties})
        );
    }
}
