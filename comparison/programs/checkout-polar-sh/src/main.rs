//! Creates a checkout: `checkout BASE_URL ACCESS_TOKEN PRODUCT_ID`.

use std::error::Error;

use polar_sh::{Polar, Resources, types::CheckoutCreate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base), Some(token), Some(product)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("expected a base URL, an access token and a product id".into());
    };
    let polar = Polar::builder(token).base_url(base).build();
    let checkout = polar.checkouts().create(&checkout(product)).await?;
    println!("{}", checkout.url);
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
