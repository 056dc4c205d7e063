//! The license of a program, against the offline Polar.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test helpers are outside of #[test] functions"
)]

use std::{
    fs,
    process::{Command, Output, Stdio},
    time::{Duration, SystemTime},
};

use example_license_app::{App, GRACE, License, LicenseError, LicenseFile};
use polar_mock::{InjectedFault, Mock, Organization};
use polar_mock_server::MockServer;
use polar_ureq::{
    Client, Config, license_keys, subscriptions,
    types::{
        BenefitId, LicenseKeyId, Secret,
        benefits::{
            BenefitCreate, BenefitLicenseKeysCreateProperties, LicenseKeyActivationLimitCreate,
            LicenseKeyExpiration,
        },
        checkouts::{CheckoutConfirmStripe, CheckoutCreate},
        common::AddressInput,
        license_keys::{LicenseKeyStatus, LicenseKeyUpdate},
        products::{ProductBenefitsUpdate, ProductCreate, ProductPriceCreate},
        subscriptions::SubscriptionUpdate,
    },
};
use tempfile::TempDir;

/// An organization that sold a license key.
struct Sold {
    mock: Mock,
    acme: Organization,
    /// With the access token of the organization.
    seller: Client,
    benefit: BenefitId,
    id: LicenseKeyId,
    key: Secret,
    folder: TempDir,
}

impl Sold {
    fn new() -> Self {
        Self::with(|license| license.activations(LicenseKeyActivationLimitCreate::new(1, true)))
    }

    fn with(
        settings: impl Fn(BenefitLicenseKeysCreateProperties) -> BenefitLicenseKeysCreateProperties,
    ) -> Self {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let config = Config::new().access_token(acme.access_token());
        let seller = Client::new(mock.blocking_transport(), config);
        let license = settings(BenefitLicenseKeysCreateProperties::new());
        let benefit = BenefitCreate::license_keys("A license", license.clone());
        let benefit = seller.benefits().create(benefit).unwrap().id;
        let price = ProductPriceCreate::fixed(4900);
        // Polar lets only the keys of products that are bought once expire.
        let product = if license.expires.is_some() {
            ProductCreate::one_time("Editor", [price])
        } else {
            ProductCreate::recurring("Editor", [price], "month")
        };
        let product = seller.products().create(product).unwrap().id;
        let benefits = ProductBenefitsUpdate::new([benefit]);
        seller
            .products()
            .update_benefits(product, benefits)
            .unwrap();
        let checkout = CheckoutCreate::new([product]);
        let checkout = seller.checkouts().create(checkout).unwrap();
        let payment = CheckoutConfirmStripe::new()
            .customer_email("ann@example.com")
            .customer_billing_address(AddressInput::new("DE"))
            .confirmation_token_id("ctoken_test");
        let secret = checkout.client_secret;
        seller.checkouts().confirm(secret, payment).unwrap();
        let keys = seller.license_keys().list(license_keys::List::new());
        let key = keys.unwrap().items.remove(0);
        Self {
            mock,
            acme,
            seller,
            benefit,
            id: key.id,
            key: key.key,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The program on a computer with this name.
    fn computer(&self, name: &str) -> App {
        App {
            polar: Client::new(self.mock.blocking_transport(), App::client_config()),
            organization: self.acme.id(),
            benefit: self.benefit,
            file: LicenseFile::new(self.folder.path().join(name)),
        }
    }

    /// The program on a computer on which it is activated.
    fn activated(&self) -> App {
        let laptop = self.computer("laptop");
        let license = laptop.activate(&self.key, "laptop", self.now()).unwrap();
        assert_eq!(license, License::Confirmed);
        laptop
    }

    fn now(&self) -> SystemTime {
        self.mock.now().into()
    }

    fn unplug(&self) {
        self.mock.fail_one_in(1, 1, InjectedFault::RequestLost);
    }

    fn plug(&self) {
        self.mock.clear_faults();
    }

    fn set_status(&self, status: LicenseKeyStatus) {
        let update = LicenseKeyUpdate::new().status(status);
        self.seller.license_keys().update(self.id, update).unwrap();
    }

    /// The labels of the activations.
    fn activations(&self) -> Vec<String> {
        let key = self.seller.license_keys().get(self.id).unwrap();
        key.activations.into_iter().map(|one| one.label).collect()
    }
}

fn message(result: Result<License, LicenseError>) -> String {
    match result {
        Ok(license) => panic!("{license:?}"),
        Err(error) => format!("{error}\n{}", error.help()),
    }
}

#[test]
fn activation_is_stored_and_repeated_without_another() {
    let sold = Sold::new();
    let laptop = sold.activated();
    laptop.activate(&sold.key, "laptop", sold.now()).unwrap();
    assert_eq!(sold.activations(), ["laptop"]);

    // The program starts again.
    let laptop = sold.computer("laptop");
    assert_eq!(laptop.validate(sold.now()).unwrap(), License::Confirmed);
    let stored = laptop.file.read().unwrap().unwrap();
    assert_eq!(stored.key, sold.key);
    assert!(stored.activation.is_some());
}

#[test]
fn program_without_a_license_is_not_activated() {
    let sold = Sold::new();
    let laptop = sold.computer("laptop");
    let error = laptop.validate(sold.now()).unwrap_err();
    assert!(matches!(error, LicenseError::NotActivated));
    assert!(matches!(
        laptop.deactivate(),
        Err(LicenseError::NotActivated)
    ));
}

#[test]
fn second_computer_has_to_wait_for_the_first() {
    let sold = Sold::new();
    let (laptop, desktop) = (sold.activated(), sold.computer("desktop"));
    let refused = message(desktop.activate(&sold.key, "desktop", sold.now()));
    assert!(
        refused.contains("on as many computers as it allows"),
        "{refused}"
    );
    assert!(desktop.file.read().unwrap().is_none());

    laptop.deactivate().unwrap();
    assert!(laptop.file.read().unwrap().is_none());
    desktop.activate(&sold.key, "desktop", sold.now()).unwrap();
    assert_eq!(sold.activations(), ["desktop"]);
}

#[test]
fn unknown_key_and_the_key_of_another_product_are_refused() {
    let sold = Sold::new();
    let mut laptop = sold.computer("laptop");
    let refused = message(laptop.activate(&"EDITOR-123".into(), "laptop", sold.now()));
    assert!(refused.contains("the license key is unknown"), "{refused}");
    assert!(!refused.contains("EDITOR-123"), "{refused}");

    let other = BenefitCreate::license_keys("Another", BenefitLicenseKeysCreateProperties::new());
    laptop.benefit = sold.seller.benefits().create(other).unwrap().id;
    let refused = message(laptop.activate(&sold.key, "laptop", sold.now()));
    assert!(refused.contains("for another product"), "{refused}");
    assert!(sold.activations().is_empty());
}

#[test]
fn another_key_does_not_replace_the_stored_one() {
    let sold = Sold::new();
    let laptop = sold.activated();
    let refused = message(laptop.activate(&"EDITOR-123".into(), "laptop", sold.now()));
    assert!(
        refused.contains("deactivate the other license key first"),
        "{refused}"
    );
    assert_eq!(laptop.file.read().unwrap().unwrap().key, sold.key);
}

#[test]
fn license_is_valid_without_a_network_until_the_grace_period_ends() {
    let sold = Sold::new();
    let laptop = sold.activated();
    let until = sold.now() + GRACE;
    sold.unplug();

    sold.mock.advance(HOUR * (14 * 24 - 1));
    let offline = laptop.validate(sold.now()).unwrap();
    let License::Offline { until: shown } = offline else {
        panic!("{offline:?}");
    };
    let difference = until.duration_since(shown).unwrap_or_default();
    assert!(difference < HOUR, "{difference:?}");

    sold.mock.advance(HOUR * 2);
    let refused = message(laptop.validate(sold.now()));
    assert!(
        refused.starts_with("the license was not confirmed in the last 14 days"),
        "{refused}"
    );

    // A network for a moment begins the next period.
    sold.plug();
    assert_eq!(laptop.validate(sold.now()).unwrap(), License::Confirmed);
    sold.unplug();
    sold.mock.advance(HOUR * (14 * 24 - 1));
    assert!(matches!(
        laptop.validate(sold.now()),
        Ok(License::Offline { .. })
    ));
}

#[test]
fn outage_and_rate_limit_are_no_refusal() {
    for fault in [
        InjectedFault::Unavailable,
        InjectedFault::RateLimited { retry_after: HOUR },
        InjectedFault::ResponseLost,
        InjectedFault::ResponseCut,
    ] {
        let sold = Sold::new();
        let laptop = sold.activated();
        sold.mock.fail_one_in(1, 1, fault);
        let license = laptop.validate(sold.now());
        assert!(
            matches!(license, Ok(License::Offline { .. })),
            "{fault:?}: {license:?}"
        );
    }
}

#[test]
fn clock_that_was_set_back_does_not_extend_the_grace_period() {
    let sold = Sold::new();
    let laptop = sold.activated();
    sold.unplug();
    let minute = Duration::from_secs(60);
    assert!(laptop.validate(sold.now() - minute).is_ok());
    let refused = laptop.validate(sold.now() - HOUR * 48).unwrap_err();
    assert!(
        matches!(refused, LicenseError::NotConfirmed(_)),
        "{refused}"
    );
}

#[test]
fn grace_period_ends_when_the_license_expires() {
    let sold = Sold::with(|license| {
        let limit = LicenseKeyActivationLimitCreate::new(1, true);
        let expires = LicenseKeyExpiration::new(3, "day");
        license.activations(limit).expires(expires)
    });
    let laptop = sold.activated();
    sold.unplug();
    sold.mock.advance(HOUR * 71);
    assert!(matches!(
        laptop.validate(sold.now()),
        Ok(License::Offline { .. })
    ));
    sold.mock.advance(HOUR * 2);
    assert!(laptop.validate(sold.now()).is_err());

    sold.plug();
    let refused = message(laptop.validate(sold.now()));
    assert!(
        refused.starts_with("the license key has expired"),
        "{refused}"
    );
    let refused = message(
        sold.computer("desktop")
            .activate(&sold.key, "desktop", sold.now()),
    );
    assert!(
        refused.starts_with("the license key has expired"),
        "{refused}"
    );
}

#[test]
fn disabled_key_is_refused_also_without_a_network_until_it_is_enabled() {
    let sold = Sold::new();
    let laptop = sold.activated();
    sold.set_status(LicenseKeyStatus::Disabled);
    let refused = message(laptop.validate(sold.now()));
    assert!(
        refused.starts_with("the license key is disabled"),
        "{refused}"
    );

    sold.unplug();
    let refused = laptop.validate(sold.now()).unwrap_err();
    assert!(
        matches!(refused, LicenseError::NotConfirmed(_)),
        "{refused}"
    );

    sold.plug();
    sold.set_status(LicenseKeyStatus::Granted);
    assert_eq!(laptop.validate(sold.now()).unwrap(), License::Confirmed);
    assert_eq!(sold.activations(), ["laptop"]);
}

#[test]
fn key_is_revoked_when_its_subscription_ends() {
    let sold = Sold::new();
    let laptop = sold.activated();
    let subscriptions = sold.seller.subscriptions();
    let subscription = subscriptions
        .list(subscriptions::List::new())
        .unwrap()
        .items
        .remove(0);
    let cancel = SubscriptionUpdate::cancel_at_period_end();
    subscriptions.update(subscription.id, cancel).unwrap();
    assert_eq!(laptop.validate(sold.now()).unwrap(), License::Confirmed);

    sold.mock.advance(HOUR * 24 * 32);
    let refused = laptop.validate(sold.now()).unwrap_err();
    assert!(matches!(refused, LicenseError::Disabled), "{refused}");
}

#[test]
fn computer_that_was_removed_in_the_portal_is_activated_again() {
    let sold = Sold::new();
    let laptop = sold.activated();
    fs::copy(
        sold.folder.path().join("laptop"),
        sold.folder.path().join("portal"),
    )
    .unwrap();
    sold.computer("portal").deactivate().unwrap();
    let refused = laptop.validate(sold.now()).unwrap_err();
    assert!(matches!(refused, LicenseError::UnknownKey), "{refused}");

    laptop.activate(&sold.key, "laptop", sold.now()).unwrap();
    assert_eq!(laptop.validate(sold.now()).unwrap(), License::Confirmed);
    assert_eq!(sold.activations(), ["laptop"]);
}

#[test]
fn key_without_a_limit_is_validated_only() {
    let sold = Sold::with(|license| license);
    let laptop = sold.activated();
    assert_eq!(laptop.validate(sold.now()).unwrap(), License::Confirmed);
    assert_eq!(laptop.file.read().unwrap().unwrap().activation, None);
    laptop.deactivate().unwrap();
    assert!(laptop.file.read().unwrap().is_none());
}

#[test]
fn failed_requests_change_nothing() {
    let sold = Sold::new();
    let laptop = sold.computer("laptop");
    sold.unplug();
    let refused = laptop
        .activate(&sold.key, "laptop", sold.now())
        .unwrap_err();
    assert!(matches!(refused, LicenseError::NoVerdict(_)), "{refused}");
    assert!(laptop.file.read().unwrap().is_none());

    sold.plug();
    let laptop = sold.activated();
    sold.unplug();
    let failed = laptop.deactivate().unwrap_err();
    assert!(matches!(failed, LicenseError::NoVerdict(_)), "{failed}");
    sold.plug();
    assert_eq!(laptop.validate(sold.now()).unwrap(), License::Confirmed);
}

#[test]
fn deactivation_succeeds_after_a_lost_response() {
    let sold = Sold::new();
    let laptop = sold.activated();
    sold.mock.fail_next(1, InjectedFault::ResponseLost);
    laptop.deactivate().unwrap();
    assert!(laptop.file.read().unwrap().is_none());
    assert!(sold.activations().is_empty());
}

#[test]
fn folder_that_is_not_writable_uses_no_activation() {
    let sold = Sold::new();
    let laptop = sold.computer("missing/laptop");
    let failed = laptop
        .activate(&sold.key, "laptop", sold.now())
        .unwrap_err();
    assert!(matches!(failed, LicenseError::File(_)), "{failed}");
    assert!(sold.activations().is_empty());
}

#[cfg(unix)]
#[test]
fn file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let sold = Sold::new();
    let laptop = sold.activated();
    let path = sold.folder.path().join("laptop");
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    laptop.validate(sold.now()).unwrap();
    assert_eq!(mode(), 0o600);

    for mode in [0o640, 0o604, 0o622] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let refused = message(laptop.validate(sold.now()));
        assert!(refused.contains("other users can access"), "{refused}");
        assert!(refused.contains("chmod 600"), "{refused}");
    }
}

#[test]
fn debug_output_contains_no_key() {
    let sold = Sold::new();
    let laptop = sold.activated();
    let text = format!("{:?} {:?}", laptop.file, laptop.file.read().unwrap());
    assert!(!text.contains(sold.key.expose()), "{text}");
}

#[test]
fn commands_run_over_a_socket() {
    let sold = Sold::new();
    let server = MockServer::start(sold.mock.clone()).unwrap();
    let file = sold.folder.path().join("license.json");
    let run = |arguments: &[&str], input: &str| -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_example-license-app"));
        let mut child = command
            .args(arguments)
            .env("POLAR_BASE_URL", server.url())
            .env("POLAR_ORGANIZATION", sold.acme.id().to_string())
            .env("POLAR_BENEFIT", sold.benefit.to_string())
            .env("LICENSE_FILE", &file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that does not read it closes it.
        drop(std::io::Write::write_all(&mut stdin, input.as_bytes()));
        drop(stdin);
        child.wait_with_output().unwrap()
    };
    let text = |output: &Output| {
        let both = [output.stdout.as_slice(), &output.stderr].concat();
        String::from_utf8(both).unwrap()
    };

    let refused = run(&["status"], "");
    assert!(!refused.status.success());
    let expected = "error: the program is not activated\n\
                    help: enter the license key from your purchase\n";
    assert_eq!(text(&refused), expected);
    let key = format!("{}\n", sold.key.expose());
    assert_eq!(text(&run(&["activate"], &key)), "The license is valid.\n");
    assert_eq!(text(&run(&["status"], "")), "The license is valid.\n");
    let done = run(&["deactivate"], "");
    assert!(done.status.success());
    assert_eq!(text(&done), "This computer is no longer activated.\n");
    assert!(!file.exists());
    assert!(sold.activations().is_empty());
}

#[test]
fn demo_prints_each_step() {
    let demo = Command::new(env!("CARGO_BIN_EXE_example-license-app")).output();
    let demo = demo.unwrap();
    assert!(demo.status.success(), "{demo:?}");
    let text = String::from_utf8(demo.stdout).unwrap();
    for line in [
        "on the laptop: valid\n",
        "on the desktop: the license key is in use on as many computers as it allows\n",
        "without a network: valid for now\n",
        "after two weeks: the license was not confirmed in the last 14 days",
        "with a network again: valid\n",
        "on the desktop: valid\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

const HOUR: Duration = Duration::from_secs(60 * 60);
