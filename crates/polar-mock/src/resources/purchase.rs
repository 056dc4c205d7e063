//! What a confirmed checkout becomes: a customer, and an order or a subscription with its first order.

use polar_types::Container;
use uuid::Uuid;

use super::{
    Account, Kind,
    grants::Source,
    orders::{NewOrder, item},
    seat_price, subscriptions,
};
use crate::{
    http::HttpError,
    json::Json,
    state::{Payment, PurchaseRow},
};

impl Account<'_> {
    /// Confirms a checkout: its customer is known from here on.
    pub(super) fn begin_purchase(&mut self, id: Uuid) -> Result<(), HttpError> {
        let checkout = self.checkout(id)?;
        let known = self.known_buyer(&checkout);
        let customer = match known {
            Some(customer) => customer,
            None => self.add_buyer(&checkout),
        };
        // The event still shows the checkout without its customer (observed).
        let processor = self.processor_metadata(&checkout, customer);
        let confirmed = ("status", "confirmed".into());
        let processor = ("processor_metadata", processor);
        self.set(Kind::Checkout, id, [confirmed, processor]);
        let confirmed = self.checkout(id)?;
        self.raise("checkout.updated", &confirmed);
        self.set(Kind::Checkout, id, [("customer_id", customer.into())]);
        if known.is_none() {
            self.raise_customer("customer.created", customer).map(drop)
        } else {
            self.complete_customer(customer, &checkout)
        }
    }

    /// Returns the customer of a checkout, if there is one before it is confirmed.
    pub(super) fn known_buyer(&self, checkout: &Json) -> Option<Uuid> {
        checkout.id("customer_id").or_else(|| {
            let email = checkout.text("customer_email")?;
            let row = self.state.customer_by_email(self.organization, email)?;
            Some(row.id.into())
        })
    }

    /// Gives a customer that exists what the checkout has of its name and address.
    fn complete_customer(&mut self, customer: Uuid, checkout: &Json) -> Result<(), HttpError> {
        let before = self.customer(customer)?;
        self.ensure_document(customer);
        let keys =
            "billing_name=customer_billing_name billing_address=customer_billing_address locale";
        let mut more = checkout.only(keys).without_nulls();
        if before.text("locale").is_some() {
            more = more.without("locale");
        }
        self.change(Kind::Customer, customer, |fields| fields.set_all(&more))?;
        if let Some(row) = self.row_mut(customer) {
            let name = || checkout.text("customer_name").map(str::to_owned);
            row.name = row.name.take().or_else(name);
        }
        let after = self.customer(customer)?;
        if after == before {
            return Ok(());
        }
        self.raise_customer("customer.updated", customer).map(drop)
    }

    /// What a checkout shows of the payment processor.
    fn processor_metadata(&mut self, checkout: &Json, customer: Uuid) -> Json {
        let hex = customer.simple().to_string();
        let id = format!("cus_{}", hex.get(..24).unwrap_or_default());
        let mut metadata = Json::object([("customer_id", id.into())]);
        if checkout.flag("is_payment_form_required") {
            let intent = self.new_id().simple().to_string();
            metadata.set("intent_client_secret", format!("cs_{intent}"));
            metadata.set("intent_status", "succeeded");
        }
        metadata
    }

    fn add_buyer(&mut self, checkout: &Json) -> Uuid {
        let own = "email=customer_email external_id=external_customer_id name=customer_name";
        let keys = "metadata=customer_metadata billing_address=customer_billing_address locale";
        self.add_customer(&checkout.only(own), checkout.only(keys))
    }

    /// Does what Polar does in the background after a confirmation.
    pub(super) fn finish_purchase(&mut self, id: Uuid) -> Result<(), HttpError> {
        let checkout = self.checkout(id)?;
        let customer = checkout.id("customer_id").unwrap_or_default();
        let product = checkout.id("product_id").unwrap_or_default();
        if let Some(discount) = checkout.id("discount_id") {
            self.redeem(discount);
        }
        let is_recurring = checkout.value("product").flag("is_recurring");
        let subscription = is_recurring.then(|| {
            let subscription = self.add_subscription(&checkout, customer, product);
            self.raise_new_subscription(subscription);
            self.reset_meters(subscription);
            subscription
        });
        if checkout.get("seats") != Some(&Json::Null) {
            self.set(Kind::Customer, customer, [("type", "team".into())]);
        }
        if is_recurring && checkout.flag("is_payment_form_required") {
            self.add_payment_method(customer);
        }
        // Polar counts the invoices of a customer in its row.
        self.touch(Kind::Customer, customer);
        let order = self.first_order(&checkout, customer, product, subscription);
        if self.document(Kind::Order, order)?.number("total_amount") > 0 {
            self.touch(Kind::Order, order);
        }
        let source = Source::of_purchase(subscription, order, customer);
        self.raise_order("order.created", order);
        self.pay_order(order, &checkout);
        let has_seats = self.open_seats(&checkout, source);
        self.change(Kind::Checkout, id, |checkout| {
            checkout.set("status", "succeeded");
            if let Some(mut metadata) = checkout.get("processor_metadata").cloned() {
                metadata.set("intent_status", "succeeded");
                checkout.set("processor_metadata", metadata);
            }
        })?;
        let succeeded = self.checkout(id)?;
        self.raise("checkout.updated", &succeeded);
        if has_seats {
            let team = self.customer(customer)?;
            self.raise("customer.updated", &team);
        }
        self.grant_benefits(product, source, None);
        self.customer_changed(customer)?;
        self.settle_order(order);
        Ok(())
    }

    fn first_order(
        &mut self,
        checkout: &Json,
        customer: Uuid,
        product: Uuid,
        subscription: Option<Uuid>,
    ) -> Uuid {
        let sold = checkout.value("product");
        let name = sold.text("name").unwrap_or_default();
        let is_trial = checkout.get("trial_end") != Some(&Json::Null);
        let amount = checkout.number("amount");
        let amounts = if is_trial {
            let end = checkout.time("trial_end").unwrap_or(self.now);
            let (start, end) = (subscriptions::day(self.now), subscriptions::day(end));
            let label = format!("Trial period for {name} ({start} - {end})");
            Json::object([("items", vec![item(&label, 0, None)].into())])
        } else {
            let prices = sold.items("prices").iter();
            let fixed = prices.filter(|one| one.text("amount_type") != Some("metered_unit"));
            let items = fixed.map(|price| charge(name, price, checkout, amount));
            let items: Vec<Json> = items.collect();
            Json::object([
                ("subtotal_amount", amount.into()),
                ("discount_amount", checkout.value("discount_amount")),
                ("items", items.into()),
            ])
        };
        let mut source = checkout.clone();
        source.set("checkout_id", checkout.get("id").cloned());
        self.add_order(&NewOrder {
            reason: subscription.map_or("purchase", |_| "subscription_create"),
            customer,
            product,
            subscription,
            amounts,
            source: &source,
            is_paid: true,
        })
    }

    /// Adds the purchase whose seats can be assigned, and claims the buyer's own seat.
    fn open_seats(&mut self, checkout: &Json, source: Source) -> bool {
        let Some(seats) = checkout.integer("seats") else {
            return false;
        };
        let container = match (source.subscription, source.order) {
            (Some(id), _) => Container::Subscription(id.into()),
            (None, Some(id)) => Container::Order(id.into()),
            (None, None) => return false,
        };
        let purchase = PurchaseRow {
            id: container,
            created_at: self.now,
            organization: self.organization,
            customer: source.customer.into(),
            product: checkout.id("product_id").map(Into::into),
            seats: u64::try_from(seats).ok(),
            payment: Payment::Paid,
        };
        self.state.purchases.push(purchase.clone());
        self.state.claim_own_seat(&purchase, self.now);
        true
    }
}

/// The item of an order for a price of a product.
pub(super) fn charge(name: &str, price: &Json, source: &Json, amount: i64) -> Json {
    match price.text("amount_type") {
        Some("seat_based") => {
            let seats = source.integer("seats").unwrap_or(1);
            let label = format!("{name} ({seats} seats)");
            item(&label, seat_price(price, seats), Some(price))
        }
        Some("fixed") => item(name, price.number("price_amount"), Some(price)),
        _ => item(name, amount, Some(price)),
    }
}
