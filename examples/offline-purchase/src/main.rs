//! Sells a product offline, from the checkout to the renewal: no account, no network.
//!
//! With `POLAR_BASE_URL` and `POLAR_ACCESS_TOKEN` the calls go to the real API instead. There a person
//! pays on the page of the checkout, time passes by itself, and webhooks arrive at an endpoint of yours.

use std::{env, error::Error, time};

use polar_mock::Mock;
use polar_ureq::types::{AccessToken, WebhookSecret, benefits, checkouts, common, products};
use polar_ureq::{Client, Config, license_keys, orders, subscriptions, types};
use polar_webhooks::Verifier;

fn main() -> Result<(), Box<dyn Error>> {
    let (mock, secret) = (Mock::new(), WebhookSecret::new("whsec_of_the_endpoint")?);
    let acme = mock.organization("Acme");
    acme.webhook("http://localhost/webhooks", secret.clone());
    let mut config = Config::new().access_token(acme.access_token());
    let polar = if let Ok(url) = env::var("POLAR_BASE_URL") {
        let token = AccessToken::new(env::var("POLAR_ACCESS_TOKEN")?)?;
        config = config.base_url(url.parse()?).access_token(token);
        polar_ureq::client(config)
    } else {
        Client::new(mock.blocking_transport(), config)
    };

    // A product with a license key.
    let price = products::ProductPriceCreate::fixed(2000);
    let product = products::ProductCreate::recurring("Editor", [price], "month");
    let product = polar.products().create(product)?;
    let license = benefits::BenefitLicenseKeysCreateProperties::new();
    let license = benefits::BenefitCreate::license_keys("A license", license);
    let license = polar.benefits().create(license)?;
    let license = products::ProductBenefitsUpdate::new([license.id]);
    polar.products().update_benefits(product.id, license)?;

    // A customer buys it.
    let checkout = polar
        .checkouts()
        .create(checkouts::CheckoutCreate::new([product.id]))?;
    let payment = checkouts::CheckoutConfirmStripe::new()
        .customer_email("ann@example.com")
        .customer_billing_address(common::AddressInput::new("DE"))
        .confirmation_token_id("ctoken_test");
    polar.checkouts().confirm(checkout.client_secret, payment)?;

    // The signed webhooks of that.
    for delivery in mock.take_deliveries() {
        let request = delivery.request(time::SystemTime::now())?;
        Verifier::new(&secret).verify_now(request.headers(), request.body())?;
        println!("  webhook {}", delivery.event.kind);
    }

    // The subscription is active, and its license key is valid.
    let active = subscriptions::List::new().active(true);
    let active = polar.subscriptions().list(active)?.items.pop();
    let subscription = active.ok_or("no subscription")?;
    let keys = polar.license_keys().list(license_keys::List::new())?;
    let key = keys.items.into_iter().next().ok_or("no key")?.key;
    let valid = polar
        .license_keys()
        .validate(types::license_keys::LicenseKeyValidate::new(key, acme.id()))?;
    println!(
        "subscription {}, license key {}",
        subscription.status, valid.status
    );

    // A month later it renews; then it is canceled.
    mock.advance(time::Duration::from_secs(32 * 24 * 60 * 60));
    let orders = polar.orders().list(orders::List::new())?.items.len();
    println!("{orders} orders after the renewal");
    let cancel = types::subscriptions::SubscriptionUpdate::cancel_at_period_end();
    let canceled = polar.subscriptions().update(subscription.id, cancel)?;
    println!("canceled, ends at {}", canceled.ends_at.ok_or("no end")?);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn program_takes_at_most_sixty_lines() {
        let program = include_str!("main.rs").split("#[cfg(test)]").next();
        let code = program.unwrap_or_default().lines().map(str::trim);
        let count = code
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .count();
        assert!(count <= 60, "{count}");
    }

    #[test]
    fn purchase_runs_to_its_end() {
        assert!(super::main().is_ok());
    }
}
