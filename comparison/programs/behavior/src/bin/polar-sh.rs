use behavior::{ID, base_url, print};
use polar_sh::{
    Polar, Resources,
    operations::{OrdersListParams, ProductsListParams, SubscriptionsListParams},
    types::{CheckoutCreate, EventsIngest, LicenseKeyValidate},
};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let polar = Polar::builder("polar_oat_sample")
        .base_url(base_url())
        .build();

    let list = ProductsListParams::default();
    print("products.list", polar.products().list(&list).await);
    print("products.get", polar.products().get(ID).await);
    let checkout = checkout(ID.to_owned());
    print(
        "checkouts.create",
        polar.checkouts().create(&checkout).await,
    );
    print("checkouts.get", polar.checkouts().get(ID).await);
    print(
        "customers.get_external",
        polar.customers().get_external("ext-1").await,
    );
    print("customers.get_state", polar.customers().get_state(ID).await);
    let list = SubscriptionsListParams::default();
    print(
        "subscriptions.list",
        polar.subscriptions().list(&list).await,
    );
    let list = OrdersListParams::default();
    print("orders.list", polar.orders().list(&list).await);
    let key = LicenseKeyValidate {
        activation_id: None,
        benefit_id: None,
        conditions: None,
        customer_id: None,
        increment_usage: None,
        key: "POLAR-1".to_owned(),
        organization_id: ID.to_owned(),
    };
    print(
        "license_keys.validate",
        polar.license_keys().validate(&key).await,
    );
    let events = EventsIngest {
        events: vec![json!({ "name": "call", "external_customer_id": "42" })],
    };
    print("events.ingest", polar.events().ingest(&events).await);
}

/// Spelled out, since the type has no `Default`; reading it from JSON would take longer to compile.
fn checkout(product: String) -> CheckoutCreate {
    CheckoutCreate {
        allow_discount_codes: None,
        allow_trial: None,
        amount: None,
        currency: None,
        custom_field_data: None,
        customer_billing_address: None,
        customer_billing_name: None,
        customer_email: None,
        customer_id: None,
        customer_ip_address: None,
        customer_metadata: None,
        customer_name: None,
        customer_tax_id: None,
        discount_id: None,
        embed_origin: None,
        external_customer_id: None,
        is_business_customer: None,
        locale: None,
        max_seats: None,
        metadata: None,
        min_seats: None,
        prices: None,
        products: vec![product],
        require_billing_address: None,
        return_url: None,
        seats: None,
        subscription_id: None,
        success_url: None,
        trial_interval: None,
        trial_interval_count: None,
    }
}
