use std::error::Error;

use behavior::{ID, base_url, print};
use polar_hyper::{
    BaseUrl, Config, orders, products, subscriptions,
    types::{
        AccessToken, CheckoutId, CustomerId, OrganizationId, ProductId,
        checkouts::CheckoutCreate,
        events::{EventCreateExternalCustomer, EventsIngest},
        license_keys::LicenseKeyValidate,
    },
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::new()
        .base_url(base_url().parse::<BaseUrl>()?)
        .access_token(AccessToken::new("polar_oat_sample")?);
    let client = polar_hyper::client(config);
    let product_id: ProductId = ID.parse()?;
    let checkout_id: CheckoutId = ID.parse()?;
    let customer_id: CustomerId = ID.parse()?;
    let organization_id: OrganizationId = ID.parse()?;

    let list = products::List::new();
    print("products.list", client.products().list(list).await);
    print("products.get", client.products().get(product_id).await);
    let checkout = CheckoutCreate::new(vec![product_id]);
    print(
        "checkouts.create",
        client.checkouts().create(checkout).await,
    );
    print("checkouts.get", client.checkouts().get(checkout_id).await);
    print(
        "customers.get_external",
        client.customers().get_external("ext-1").await,
    );
    print(
        "customers.get_state",
        client.customers().get_state(customer_id).await,
    );
    let list = subscriptions::List::new();
    print(
        "subscriptions.list",
        client.subscriptions().list(list).await,
    );
    let list = orders::List::new();
    print("orders.list", client.orders().list(list).await);
    let key = LicenseKeyValidate::new("POLAR-1", organization_id);
    print(
        "license_keys.validate",
        client.license_keys().validate(key).await,
    );
    let event = EventCreateExternalCustomer::new("call", "42");
    let events = EventsIngest::new(vec![event.into()]);
    print("events.ingest", client.events().ingest(events).await);
    Ok(())
}
