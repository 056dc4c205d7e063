use std::time::{Duration, SystemTime};

use example_saas::Access;
use polar_mock::{Delivery, Mock, Organization};
use polar_ureq::{
    Client, Config, checkouts, subscriptions,
    types::{
        BenefitId, ProductId, SubscriptionId, WebhookSecret,
        benefits::BenefitCreate,
        checkouts::{CheckoutConfirmStripe, CheckoutCreate},
        common::AddressInput,
        products::{
            ProductBenefitsUpdate, ProductCreate, ProductPriceCreate, ProductPriceSeatTier,
            ProductPriceSeatTiersCreate,
        },
        subscriptions::SubscriptionUpdate,
    },
};
use polar_webhooks::{Verified, Verifier};

/// An organization that sells one product with one benefit.
pub(crate) struct Shop {
    pub(crate) mock: Mock,
    pub(crate) acme: Organization,
    pub(crate) polar: Client,
    pub(crate) product: ProductId,
    pub(crate) benefit: BenefitId,
}

impl Shop {
    /// Delivers events to this URL.
    pub(crate) fn new(webhooks: &str) -> Self {
        Self::selling(webhooks, ProductPriceCreate::fixed(1900))
    }

    pub(crate) fn with_seats() -> Self {
        let tiers = ProductPriceSeatTiersCreate::new([ProductPriceSeatTier::new(1, 1900)]);
        Self::selling(WEBHOOKS, ProductPriceCreate::seat_based(tiers))
    }

    fn selling(webhooks: &str, price: ProductPriceCreate) -> Self {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        acme.webhook(webhooks, secret());
        let config = Config::new().access_token(acme.access_token());
        let polar = Client::new(mock.blocking_transport(), config);
        let product = ProductCreate::recurring("Reports", [price], "month");
        let product = polar.products().create(product).unwrap().id;
        let benefit = BenefitCreate::feature_flag("Access to the reports");
        let benefit = polar.benefits().create(benefit).unwrap().id;
        let benefits = ProductBenefitsUpdate::new([benefit]);
        polar.products().update_benefits(product, benefits).unwrap();
        Self {
            mock,
            acme,
            polar,
            product,
            benefit,
        }
    }

    pub(crate) fn by_benefit(&self) -> Access {
        Access::Benefit(self.benefit)
    }

    pub(crate) fn by_subscription(&self) -> Access {
        Access::Subscription(self.product)
    }

    /// Buys the product for a user.
    pub(crate) fn buy(&self, user: &str) {
        self.check_out(CheckoutCreate::new([self.product]).external_customer_id(user));
    }

    pub(crate) fn check_out(&self, checkout: CheckoutCreate) {
        self.polar.checkouts().create(checkout).unwrap();
        self.pay();
    }

    /// Pays the newest checkout, as the customer does on its page.
    pub(crate) fn pay(&self) {
        let open = self.polar.checkouts().list(checkouts::List::new()).unwrap();
        let secret = open.items[0].client_secret.clone();
        let payment = CheckoutConfirmStripe::new()
            .customer_email("kim@example.com")
            .customer_billing_address(AddressInput::new("DE"))
            .confirmation_token_id("ctoken_test");
        self.polar.checkouts().confirm(secret, payment).unwrap();
    }

    /// Lets a month pass, in which the subscription renews or ends.
    pub(crate) fn next_month(&self) {
        self.mock.advance(Duration::from_secs(32 * 24 * 60 * 60));
        self.polar
            .subscriptions()
            .list(subscriptions::List::new())
            .unwrap();
    }

    pub(crate) fn subscription(&self) -> SubscriptionId {
        let list = self.polar.subscriptions().list(subscriptions::List::new());
        list.unwrap().items[0].id
    }

    pub(crate) fn cancel(&self) {
        let cancel = SubscriptionUpdate::cancel_at_period_end();
        self.polar
            .subscriptions()
            .update(self.subscription(), cancel)
            .unwrap();
    }

    /// A purchase, a renewal, a cancellation and its end, and the events of that.
    pub(crate) fn whole_purchase(&self, user: &str) -> Vec<Delivery> {
        self.buy(user);
        self.next_month();
        self.cancel();
        self.next_month();
        self.mock.take_deliveries()
    }
}

pub(crate) fn secret() -> WebhookSecret {
    WebhookSecret::new("whsec_for_the_test").unwrap()
}

pub(crate) fn verified(delivery: &Delivery, now: SystemTime) -> Verified {
    let request = delivery.request(now).unwrap();
    let verifier = Verifier::new(&secret());
    verifier
        .verify(request.headers(), request.body(), now)
        .unwrap()
}

pub(crate) const WEBHOOKS: &str = "http://localhost/webhooks/polar";
