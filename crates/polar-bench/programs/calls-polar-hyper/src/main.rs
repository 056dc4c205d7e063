//! Makes 20 different calls: `calls BASE_URL ACCESS_TOKEN ID`.
//!
//! `black_box` makes each result count as used, as a whole.

use std::{error::Error, hint::black_box};

use polar_hyper::{
    BaseUrl, Config, benefits, customers, orders, products, subscriptions,
    types::{
        AccessToken, BenefitId, CheckoutId, CustomerId, OrderId, OrganizationId, ProductId,
        SubscriptionId,
        checkouts::CheckoutCreate,
        customer_sessions::CustomerSessionCustomerExternalIdCreate,
        customers::{CustomerCreate, CustomerUpdate},
        events::{EventCreateExternalCustomer, EventsIngest},
        license_keys::{LicenseKeyActivate, LicenseKeyValidate},
        products::{ProductCreate, ProductPriceFixedCreate},
        refunds::RefundCreate,
        subscriptions::SubscriptionCancel,
    },
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base), Some(token), Some(id)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("expected a base URL, an access token and an id".into());
    };
    let config = Config::new()
        .base_url(base.parse::<BaseUrl>()?)
        .access_token(AccessToken::new(token)?);
    let client = polar_hyper::client(config);
    let product_id: ProductId = id.parse()?;
    let organization_id: OrganizationId = id.parse()?;

    let list = products::List::new().limit(10u32);
    black_box(client.products().list(list).await?);
    black_box(client.products().get(product_id).await?);
    let price = ProductPriceFixedCreate::new(2000);
    let product = ProductCreate::new("Pro plan", vec![price.into()]);
    black_box(client.products().create(product).await?);
    let list = benefits::List::new().limit(10u32);
    black_box(client.benefits().list(list).await?);
    let benefit_id: BenefitId = id.parse()?;
    black_box(client.benefits().get(benefit_id).await?);

    let checkout = CheckoutCreate::new(vec![product_id]);
    black_box(client.checkouts().create(checkout).await?);
    let checkout_id: CheckoutId = id.parse()?;
    black_box(client.checkouts().get(checkout_id).await?);

    let list = customers::List::new().email("zoe@acme.com");
    black_box(client.customers().list(list).await?);
    let customer = CustomerCreate::new()
        .email("zoe@acme.com")
        .external_id("42");
    black_box(client.customers().create(customer).await?);
    black_box(client.customers().get_external("42").await?);
    let customer_id: CustomerId = id.parse()?;
    let changes = CustomerUpdate::new().name("Zoe".to_owned());
    black_box(client.customers().update(customer_id, changes).await?);
    black_box(client.customers().get_state(customer_id).await?);
    let session = CustomerSessionCustomerExternalIdCreate::new("42");
    black_box(client.customer_sessions().create(session).await?);

    let list = subscriptions::List::new().active(true);
    black_box(client.subscriptions().list(list).await?);
    let subscription_id: SubscriptionId = id.parse()?;
    let cancel = SubscriptionCancel::new(true);
    black_box(
        client
            .subscriptions()
            .update(subscription_id, cancel)
            .await?,
    );
    let list = orders::List::new().product_id([product_id]);
    black_box(client.orders().list(list).await?);
    let order_id: OrderId = id.parse()?;
    let refund = RefundCreate::new(order_id, "customer_request", 500);
    black_box(client.refunds().create(refund).await?);

    let key = LicenseKeyActivate::new("POLAR-1", organization_id, "laptop");
    black_box(client.license_keys().activate(key).await?);
    let key = LicenseKeyValidate::new("POLAR-1", organization_id);
    black_box(client.license_keys().validate(key).await?);
    let event = EventCreateExternalCustomer::new("call", "42");
    let events = EventsIngest::new(vec![event.into()]);
    black_box(client.events().ingest(events).await?);
    Ok(())
}
