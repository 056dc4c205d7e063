use polar_core::{
    Config, blocking,
    customer_portal::{
        benefit_grants, customers::ListPaymentMethods, downloadables, license_keys, orders,
        subscriptions, wallets,
    },
    types::{
        CustomerSessionToken, SubscriptionStatus,
        benefits::BenefitType,
        customer_portal::{
            customers::{PortalCustomerUpdate, PortalPaymentMethodCreate},
            orders::PortalOrderUpdate,
            subscriptions::PortalSubscriptionUpdate,
        },
    },
};
use serde_json::{Value, json};

use super::Shop;
use crate::support::{TestResponse, post, request};

/// Sends a request with the session of a customer or a member.
fn send(shop: &Shop, token: &str, method: &str, path: &str, body: &Value) -> TestResponse {
    let path = format!("/v1/customer-portal/{path}");
    let sent = request(&shop.mock, method, &path).token(token);
    if body.is_null() {
        sent.send()
    } else {
        sent.json(body).send()
    }
}

fn open_session(shop: &Shop, body: &Value) -> String {
    let session = shop.create("/v1/customer-sessions/", body);
    session["token"].as_str().unwrap().to_owned()
}

/// Sells a monthly product with a license key, and returns the customer's session and the product.
fn sell(shop: &Shop) -> (String, Value) {
    let product = shop.product(
        Some("month"),
        &json!({"amount_type": "fixed", "price_amount": 900}),
    );
    let key =
        json!({"type": "license_keys", "description": "Key", "properties": {"prefix": "APP"}});
    let key = shop.create("/v1/benefits/", &key);
    let hidden = json!({"type": "feature_flag", "description": "Beta", "properties": {}});
    let hidden = shop.create("/v1/benefits/", &hidden);
    let path = format!("/v1/products/{}/benefits", product["id"].as_str().unwrap());
    shop.post(&path, &json!({"benefits": [hidden["id"], key["id"]]}))
        .ok();
    let checkout = shop.buy(&product, &json!({}));
    let token = open_session(shop, &json!({"customer_id": checkout["customer_id"]}));
    (token, product)
}

#[test]
fn customer_sees_what_it_bought_with_the_typed_client() {
    let shop = Shop::new();
    let (token, _) = sell(&shop);
    let session = CustomerSessionToken::new(token).unwrap();
    let polar = blocking::Client::new(shop.mock.blocking_transport(), Config::new());
    let portal = polar.customer_portal(&session);

    let seller = polar
        .customer_portal(&session)
        .organizations()
        .get("acme")
        .unwrap();
    assert_eq!(seller.products.len(), 1);
    let me = portal
        .customers()
        .update(PortalCustomerUpdate::new().billing_name("Ann GmbH".to_owned()));
    assert_eq!(me.unwrap().billing_name.as_deref(), Some("Ann GmbH"));
    let me = portal.customers().get().unwrap();
    assert_eq!(
        (me.name.as_deref(), me.billing_name.as_deref()),
        (Some("Ann"), Some("Ann GmbH"))
    );

    // What was bought: a private benefit is not shown.
    let grants = benefit_grants::List::new().kind(vec![BenefitType::LicenseKeys]);
    assert_eq!(portal.benefit_grants().list(grants).unwrap().items.len(), 1);
    assert_eq!(
        portal
            .benefit_grants()
            .list(benefit_grants::List::new())
            .unwrap()
            .items
            .len(),
        1
    );
    let keys = portal
        .license_keys()
        .list(license_keys::List::new())
        .unwrap()
        .items;
    assert!(keys[0].key.expose().starts_with("APP-"));
    let key = portal.license_keys().get(keys[0].id).unwrap();
    assert!(key.activations.is_empty());
    assert!(
        portal
            .downloadables()
            .list(downloadables::List::new())
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        portal
            .wallets()
            .list(wallets::List::new())
            .unwrap()
            .items
            .is_empty()
    );

    let order = portal
        .orders()
        .list(orders::List::new())
        .unwrap()
        .items
        .remove(0);
    let changed = PortalOrderUpdate::new().billing_name("Ann Inc".to_owned());
    let changed = portal.orders().update(order.id, changed).unwrap();
    assert_eq!(changed.billing_name.as_deref(), Some("Ann Inc"));
    portal.orders().generate_invoice(order.id).unwrap();
    let invoice = portal.orders().get_invoice(order.id).unwrap();
    let number = order.invoice_number.unwrap();
    assert!(invoice.url.contains(&number), "{}", invoice.url);
    assert_eq!(
        portal.orders().get_payment_status(order.id).unwrap().status,
        "succeeded"
    );
}

#[test]
fn customer_pays_cancels_and_changes_the_product_with_the_typed_client() {
    let shop = Shop::new();
    let (token, _) = sell(&shop);
    let free = json!({"amount_type": "fixed", "price_amount": 0});
    let free = shop.product(Some("month"), &free);
    let session = CustomerSessionToken::new(token).unwrap();
    let polar = blocking::Client::new(shop.mock.blocking_transport(), Config::new());
    let portal = polar.customer_portal(&session);

    let mut methods = portal
        .customers()
        .list_payment_methods(ListPaymentMethods::new())
        .unwrap()
        .items;
    let card = methods.remove(0);
    assert!(methods.is_empty());
    let only = portal
        .customers()
        .delete_payment_method(card.id)
        .unwrap_err();
    assert!(only.to_string().contains("still needed to bill"), "{only}");
    let added = PortalPaymentMethodCreate::new("ctoken_x", true, "https://acme.com/");
    drop(portal.customers().add_payment_method(added).unwrap());
    portal.customers().delete_payment_method(card.id).unwrap();
    let me = portal.customers().get().unwrap();
    assert!(me.default_payment_method_id.is_some_and(|id| id != card.id));
    let methods = format!("/v1/customers/{}/payment-methods", me.id);
    assert_eq!(shop.only(&methods)["is_default"], true);

    // Cancels, changes its mind, takes another product, and cancels for good.
    let all = subscriptions::List::new().active(true);
    let id = portal.subscriptions().list(all).unwrap().items[0].id;
    let update = |change| portal.subscriptions().update(id, change).unwrap();
    assert!(update(PortalSubscriptionUpdate::cancel_at_period_end()).cancel_at_period_end);
    assert!(!update(PortalSubscriptionUpdate::uncancel()).cancel_at_period_end);
    let free = free["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap();
    let changed = update(PortalSubscriptionUpdate::product(free));
    assert_eq!(changed.product.name, "App");
    assert_eq!(changed.amount.minor_units(), 0);
    let seats = portal
        .subscriptions()
        .update(id, PortalSubscriptionUpdate::seats(3));
    assert!(
        seats
            .unwrap_err()
            .to_string()
            .contains("NotASeatBasedSubscription")
    );
    assert!(
        portal
            .subscriptions()
            .cancel(id)
            .unwrap()
            .cancel_at_period_end
    );
    shop.wait_days(32);
    let token = open_session(&shop, &json!({"customer_id": me.id}));
    let session = CustomerSessionToken::new(token).unwrap();
    let ended = polar
        .customer_portal(&session)
        .subscriptions()
        .get(id)
        .unwrap();
    assert_eq!(ended.status, SubscriptionStatus::Canceled);
}

#[test]
fn portal_shows_only_what_belongs_to_its_customer() {
    let shop = Shop::new();
    let (token, _) = sell(&shop);
    let bob = shop.create("/v1/customers/", &json!({"email": "bob@acme.com"}));
    let bob = open_session(&shop, &json!({"customer_id": bob["id"]}));
    for list in [
        "orders/",
        "subscriptions/",
        "benefit-grants/",
        "license-keys/",
    ] {
        let own = send(&shop, &token, "GET", list, &Value::Null).ok();
        assert_eq!(own["pagination"]["total_count"], 1, "{list}");
        let none = send(&shop, &bob, "GET", list, &Value::Null).ok();
        assert_eq!(none["pagination"]["total_count"], 0, "{list}");
        let path = format!("{list}{}", own["items"][0]["id"].as_str().unwrap());
        assert_eq!(
            send(&shop, &token, "GET", &path, &Value::Null).ok()["id"],
            own["items"][0]["id"]
        );
        send(&shop, &bob, "GET", &path, &Value::Null).assert_error(
            404,
            "ResourceNotFound",
            "Not found",
        );
        let anonymous = request(&shop.mock, "GET", &format!("/v1/customer-portal/{path}")).send();
        anonymous.assert_error(401, "Unauthorized", "Unauthorized");
    }
    let order = send(&shop, &token, "GET", "orders/", &Value::Null).ok()["items"][0].clone();
    for hidden in [
        "customer",
        "user",
        "discount",
        "metadata",
        "platform_fee_amount",
    ] {
        assert!(order.get(hidden).is_none(), "{hidden}");
    }
    assert_eq!(order["product"]["organization"]["slug"], "acme");
    // The country of an order cannot change.
    let path = format!("orders/{}", order["id"].as_str().unwrap());
    let address = json!({"billing_address": {"country": "FR"}});
    let refused = send(&shop, &token, "PATCH", &path, &address);
    assert_eq!(
        refused.json["detail"][0]["loc"],
        json!(["body", "billing_address", "country"])
    );
    let unknown = send(
        &shop,
        &token,
        "PATCH",
        "customers/me",
        &json!({"tax_id": "bogus"}),
    );
    assert_eq!(unknown.json["detail"][0]["msg"], "Invalid tax ID.");
    let grant =
        send(&shop, &token, "GET", "benefit-grants/", &Value::Null).ok()["items"][0].clone();
    let path = format!("benefit-grants/{}", grant["id"].as_str().unwrap());
    let same = json!({"benefit_type": "license_keys"});
    assert_eq!(send(&shop, &token, "PATCH", &path, &same).ok(), grant);
    let other = send(
        &shop,
        &token,
        "PATCH",
        &path,
        &json!({"benefit_type": "custom"}),
    );
    let message = "Benefit type must match the existing granted benefit type.";
    assert_eq!(other.json["detail"][0]["msg"], message);
    let declined = json!({"confirmation_token_id": "ctoken_decline", "set_default": true, "return_url": "https://acme.com/"});
    let declined = send(
        &shop,
        &token,
        "POST",
        "customers/me/payment-methods",
        &declined,
    );
    assert_eq!(declined.json["error"], "PaymentMethodSetupFailed");
    let pause = json!({"pause_at_period_end": true});
    let subscription = send(&shop, &token, "GET", "subscriptions/", &Value::Null).ok();
    let path = format!(
        "subscriptions/{}",
        subscription["items"][0]["id"].as_str().unwrap()
    );
    assert_eq!(send(&shop, &token, "PATCH", &path, &pause).status, 501);
}

#[test]
fn owner_and_billing_managers_manage_the_team() {
    let shop = Shop::new();
    let owner = json!({"email": "boss@acme.com"});
    let body = json!({"type": "team", "email": "team@acme.com", "owner": owner});
    let team = shop.create("/v1/customers/", &body);
    let boss = shop.only("/v1/members/");
    let open = |member: &Value| {
        open_session(
            &shop,
            &json!({"customer_id": team["id"], "member_id": member["id"]}),
        )
    };
    let owner = open(&boss);
    let zoe = json!({"email": "zoe@acme.com", "name": "Zoe"});
    let zoe = send(&shop, &owner, "POST", "members", &zoe);
    assert_eq!(zoe.status, 201, "{}", zoe.text);
    assert_eq!(zoe.json.as_object().unwrap().len(), 6);
    let member = open(&zoe.json);
    let refused = send(&shop, &member, "GET", "members", &Value::Null);
    refused.assert_error(403, "NotPermitted", "Insufficient role for this operation");
    let refused = send(&shop, &member, "GET", "orders/", &Value::Null);
    let words = "Only owners and billing managers can access billing features.";
    refused.assert_error(403, "NotPermitted", words);

    let path = format!("members/{}", zoe.json["id"].as_str().unwrap());
    let change = json!({"name": "Zoé", "role": "billing_manager"});
    assert_eq!(
        send(&shop, &owner, "PATCH", &path, &change).ok()["role"],
        "billing_manager"
    );
    assert_eq!(
        send(&shop, &member, "GET", "members", &Value::Null).ok()["pagination"]["total_count"],
        2
    );
    let own_role = send(&shop, &member, "PATCH", &path, &json!({"role": "member"}));
    assert_eq!(
        own_role.json["detail"][0]["msg"],
        "You cannot modify your own role."
    );
    let second = json!({"email": "max@acme.com", "role": "owner"});
    assert_eq!(send(&shop, &owner, "POST", "members", &second).status, 422);
    let own = format!("members/{}", boss["id"].as_str().unwrap());
    let refused = send(&shop, &owner, "DELETE", &own, &Value::Null);
    assert_eq!(refused.json["detail"][0]["loc"], json!(["path", "id"]));
    assert_eq!(
        send(&shop, &owner, "DELETE", &path, &Value::Null).status,
        204
    );
    let gone = send(&shop, &owner, "DELETE", &path, &Value::Null);
    gone.assert_error(404, "ResourceNotFound", "Member not found");

    let ann = shop.create("/v1/customers/", &json!({"email": "ann@acme.com"}));
    let ann = open_session(&shop, &json!({"customer_id": ann["id"]}));
    assert_eq!(
        send(&shop, &ann, "PATCH", &path, &json!({})).json["error"],
        "NotPermitted"
    );
}

#[test]
fn customer_pays_a_declined_renewal() {
    let shop = Shop::new();
    let (token, _) = sell(&shop);
    let customer = shop.only("/v1/subscriptions/")["customer_id"].clone();
    let order = shop.only("/v1/orders/")["id"].as_str().unwrap().to_owned();
    let card = json!({"confirmation_token_id": "ctoken_x"});
    let path = format!("orders/{order}/confirm-payment");
    let paid = send(&shop, &token, "POST", &path, &card);
    let words = format!("Order {order} is not eligible for payment retry.");
    paid.assert_error(422, "OrderNotEligibleForRetry", &words);
    let nothing = send(&shop, &token, "POST", &path, &json!({}));
    assert_eq!(nothing.json["detail"][0]["loc"], json!(["body"]));

    let decline = json!({"customer": customer});
    post(&shop.mock, "/_mock/declines", &decline).ok();
    shop.wait_days(31);
    let token = open_session(&shop, &json!({"customer_id": customer}));
    let order = send(&shop, &token, "GET", "orders/", &Value::Null).ok()["items"][0].clone();
    assert_eq!(order["status"], "pending");
    let path = format!("orders/{}", order["id"].as_str().unwrap());
    let declined = json!({"confirmation_token_id": "ctoken_decline"});
    let retry = format!("{path}/confirm-payment");
    assert_eq!(
        send(&shop, &token, "POST", &retry, &declined).ok()["status"],
        "failed"
    );
    let status = format!("{path}/payment-status");
    assert_eq!(
        send(&shop, &token, "GET", &status, &Value::Null).ok()["status"],
        "failed"
    );
    assert_eq!(
        send(&shop, &token, "POST", &retry, &card).ok()["status"],
        "succeeded"
    );
    assert_eq!(
        send(&shop, &token, "GET", &status, &Value::Null).ok()["status"],
        "succeeded"
    );
    assert_eq!(
        send(&shop, &token, "GET", &path, &Value::Null).ok()["paid"],
        true
    );
    assert_eq!(shop.only("/v1/subscriptions/")["status"], "active");
}
