//! Sells a license through a mock of Polar, and uses it on a computer whose clock and network change.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use example_license_app::{App, License, LicenseError, LicenseFile};
use polar_mock::{InjectedFault, Mock, Organization};
use polar_ureq::{
    Client, Config, license_keys,
    types::{
        BenefitId, Secret,
        benefits::{
            BenefitCreate, BenefitLicenseKeysCreateProperties, LicenseKeyActivationLimitCreate,
        },
        checkouts::{CheckoutConfirmStripe, CheckoutCreate},
        common::AddressInput,
        products::{ProductBenefitsUpdate, ProductCreate, ProductPriceCreate},
    },
};

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let (benefit, key) = sell(&mock, &acme)?;
    println!("A license key for one computer was sold.");

    let folder = tempfile::tempdir()?;
    let computer = |name: &str| App {
        polar: Client::new(mock.blocking_transport(), App::client_config()),
        organization: acme.id(),
        benefit,
        file: LicenseFile::new(folder.path().join(name)),
    };
    let now = || SystemTime::from(mock.now());
    let (laptop, desktop) = (computer("laptop"), computer("desktop"));

    print("on the laptop", laptop.activate(&key, "laptop", now()));
    print("on the desktop", desktop.activate(&key, "desktop", now()));

    mock.fail_one_in(1, 1, InjectedFault::RequestLost);
    mock.advance(DAY);
    print("without a network", laptop.validate(now()));
    mock.advance(14 * DAY);
    print("after two weeks", laptop.validate(now()));
    mock.clear_faults();
    print("with a network again", laptop.validate(now()));

    laptop.deactivate()?;
    println!("The laptop was deactivated.");
    print("on the desktop", desktop.activate(&key, "desktop", now()));
    Ok(())
}

fn print(step: &str, result: Result<License, LicenseError>) {
    match result {
        Ok(License::Confirmed) => println!("{step}: valid"),
        Ok(License::Offline { .. }) => println!("{step}: valid for now"),
        Err(error) => println!("{step}: {error}\n  help: {}", error.help()),
    }
}

/// Sells a product with a license key, and returns its benefit and the key.
fn sell(mock: &Mock, acme: &Organization) -> Result<(BenefitId, Secret), Box<dyn Error>> {
    let config = Config::new().access_token(acme.access_token());
    let polar = Client::new(mock.blocking_transport(), config);
    let price = ProductPriceCreate::fixed(4900);
    let product = polar
        .products()
        .create(ProductCreate::one_time("Editor", [price]))?;
    let license = BenefitLicenseKeysCreateProperties::new()
        .activations(LicenseKeyActivationLimitCreate::new(1, true));
    let benefit = BenefitCreate::license_keys("A license", license);
    let benefit = polar.benefits().create(benefit)?.id;
    let benefits = ProductBenefitsUpdate::new([benefit]);
    polar.products().update_benefits(product.id, benefits)?;

    let checkout = CheckoutCreate::new([product.id]);
    let checkout = polar.checkouts().create(checkout)?;
    let payment = CheckoutConfirmStripe::new()
        .customer_email("ann@example.com")
        .customer_billing_address(AddressInput::new("DE"))
        .confirmation_token_id("ctoken_test");
    polar.checkouts().confirm(checkout.client_secret, payment)?;
    let keys = polar.license_keys().list(license_keys::List::new())?;
    let key = keys.items.into_iter().next().ok_or("no license key")?;
    Ok((benefit, key.key))
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
