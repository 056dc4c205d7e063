//! Makes the same 20 calls as `calls-polar-hyper`: `calls BASE_URL ACCESS_TOKEN ID`.

use std::{error::Error, hint::black_box};

use polar_sh::{
    Polar, Resources,
    operations::{
        BenefitsListParams, CustomersListParams, OrdersListParams, ProductsListParams,
        SubscriptionsListParams,
    },
    types::{
        CheckoutCreate, CustomerUpdate, EventsIngest, LicenseKeyActivate, LicenseKeyValidate,
        RefundCreate,
    },
};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base), Some(token), Some(id)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("expected a base URL, an access token and an id".into());
    };
    let polar = Polar::builder(token).base_url(base).build();

    let params = ProductsListParams {
        limit: Some(10),
        ..Default::default()
    };
    black_box(polar.products().list(&params).await?);
    black_box(polar.products().get(&id).await?);
    let product = json!({
        "name": "Pro plan",
        "prices": [{ "amount_type": "fixed", "price_amount": 2000 }],
    });
    black_box(polar.products().create(&product).await?);
    let params = BenefitsListParams {
        limit: Some(10),
        ..Default::default()
    };
    black_box(polar.benefits().list(&params).await?);
    black_box(polar.benefits().get(&id).await?);

    black_box(polar.checkouts().create(&checkout(id.clone())).await?);
    black_box(polar.checkouts().get(&id).await?);

    let params = CustomersListParams {
        email: Some("zoe@acme.com".to_owned()),
        ..Default::default()
    };
    black_box(polar.customers().list(&params).await?);
    let customer = json!({ "email": "zoe@acme.com", "external_id": "42" });
    black_box(polar.customers().create(&customer).await?);
    black_box(polar.customers().get_external("42").await?);
    let changes = CustomerUpdate {
        billing_address: None,
        email: None,
        external_id: None,
        locale: None,
        metadata: None,
        name: Some("Zoe".to_owned()),
        tax_id: None,
        r#type: None,
    };
    black_box(polar.customers().update(&id, &changes).await?);
    black_box(polar.customers().get_state(&id).await?);
    let session = json!({ "external_customer_id": "42" });
    black_box(polar.customer_sessions().create(&session).await?);

    let params = SubscriptionsListParams {
        active: Some("true".to_owned()),
        ..Default::default()
    };
    black_box(polar.subscriptions().list(&params).await?);
    let cancel = json!({ "cancel_at_period_end": true });
    black_box(polar.subscriptions().update(&id, &cancel).await?);
    let params = OrdersListParams {
        product_id: Some(id.clone()),
        ..Default::default()
    };
    black_box(polar.orders().list(&params).await?);
    let refund = RefundCreate {
        amount: 500,
        comment: None,
        metadata: None,
        order_id: id.clone(),
        reason: "customer_request".to_owned(),
        revoke_benefits: None,
    };
    black_box(polar.refunds().create(&refund).await?);

    let key = LicenseKeyActivate {
        conditions: None,
        key: "POLAR-1".to_owned(),
        label: "laptop".to_owned(),
        meta: None,
        organization_id: id.clone(),
    };
    black_box(polar.license_keys().activate(&key).await?);
    let key = LicenseKeyValidate {
        activation_id: None,
        benefit_id: None,
        conditions: None,
        customer_id: None,
        increment_usage: None,
        key: "POLAR-1".to_owned(),
        organization_id: id,
    };
    black_box(polar.license_keys().validate(&key).await?);
    let event = json!({ "name": "call", "external_customer_id": "42" });
    black_box(
        polar
            .events()
            .ingest(&EventsIngest {
                events: vec![event],
            })
            .await?,
    );
    Ok(())
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
