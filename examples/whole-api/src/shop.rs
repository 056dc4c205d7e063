//! What a shop does with Polar. This is the part to copy.
//!
//! Each function can be called again after any error: it finds what an earlier call has created.

use std::error::Error;

use polar_hyper::{
    Client, license_keys, orders,
    recipes::{Ensured, IngestReport, Ingestion},
    types::{
        CustomerId, Metadata, ProductId, RawJson,
        checkouts::{Checkout, CheckoutCreate},
        customers::{Customer, CustomerCreate},
        events::EventCreateCustomer,
        license_keys::{LicenseKeyActivate, LicenseKeyActivationSummary},
    },
};
use serde::Serialize;

/// Returns the customer of a user of the shop.
pub(crate) async fn customer(
    polar: &Client,
    user: &str,
    email: &str,
) -> Result<Customer, BoxError> {
    let request = CustomerCreate::individual(email);
    let ensured = polar.customers().get_or_create(user, request).await?;
    Ok(ensured.into_inner())
}

/// Returns the checkout of a cart. The customer pays at its `url`.
pub(crate) async fn checkout(
    polar: &Client,
    customer: CustomerId,
    cart: &str,
    product: ProductId,
) -> Result<Ensured<Checkout>, BoxError> {
    let request = CheckoutCreate::product(product)
        .customer_id(customer)
        .metadata(Metadata::try_from_pairs([("cart", cart)])?);
    Ok(polar.checkouts().create_once(request, "cart").await?)
}

/// Returns the number of the customer's orders, and their sum before taxes in minor units.
pub(crate) async fn orders(polar: &Client, customer: CustomerId) -> Result<(usize, i64), BoxError> {
    let mut orders = polar.pages(orders::List::new().customer_id([customer]));
    let (mut count, mut sum) = (0, 0);
    while let Some(order) = orders.next().await {
        count += 1;
        sum += order?.net_amount.minor_units();
    }
    Ok((count, sum))
}

/// Activates the customer's license key on a computer. Returns `None` if the customer has none.
pub(crate) async fn activate(
    polar: &Client,
    customer: CustomerId,
    computer: &str,
) -> Result<Option<LicenseKeyActivationSummary>, BoxError> {
    // The list cannot be filtered by customer. Store the id of the license key to find it sooner.
    let mut keys = polar.pages(license_keys::List::new());
    while let Some(key) = keys.next().await {
        let key = key?;
        if key.customer_id == customer {
            let request = LicenseKeyActivate::new(key.key, key.organization_id, computer);
            let ensured = polar
                .license_keys()
                .ensure_activated(key.id, request)
                .await?;
            return Ok(Some(ensured.into_inner()));
        }
    }
    Ok(None)
}

/// A call of the shop's own API, as the customer's meter counts it.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Call {
    pub(crate) tokens: u32,
}

/// Reports the calls of a customer.
pub(crate) async fn report_usage(
    polar: &Client,
    customer: CustomerId,
    calls: &[Call],
) -> Result<IngestReport, BoxError> {
    let mut events = Vec::new();
    for call in calls {
        let metadata = RawJson::from_serialize(call)?;
        events.push(EventCreateCustomer::new("api.call", customer).metadata(metadata));
    }
    let mut ingestion = Ingestion::new(events);
    Ok(polar.events().ingest_once(&mut ingestion).await?)
}

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
