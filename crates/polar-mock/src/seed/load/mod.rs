//! From a seed to a world.

mod people;
mod seats;

use polar_types::{
    CheckoutId, Container, CustomerId, OrderId, OrganizationId, ProductId, SubscriptionId,
    WebhookSecret,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    SeedError,
    document::{self, Document},
    ledger::{Keys, Ledger},
};
use crate::world::{CheckoutRow, OrganizationRow, Payment, ProductRow, SaleRow, WebhookRow, World};

/// Fills a world.
pub(super) fn load(
    document: &Document,
    world: &mut World,
    now: OffsetDateTime,
) -> Result<(), SeedError> {
    world.rates.set(document.rate_limits);
    let mut ledger = Ledger::default();
    for (index, entry) in document.organizations.iter().enumerate() {
        let id = OrganizationId::from(world.random.uuid());
        world.organizations.push(OrganizationRow {
            id,
            created_at: now,
            name: entry.name.clone(),
            slug: entry.slug.clone(),
            member_model: entry.member_model,
            seats_enabled: entry.seats_enabled,
        });
        Loader {
            world,
            ledger: &mut ledger,
            now,
            organization: id,
            customers: Keys::of("customer"),
            members: Keys::of("member"),
            products: Keys::of("product"),
            subscriptions: Keys::of("subscription"),
            orders: Keys::of("order"),
            checkouts: Keys::of("checkout"),
            seats: Keys::of("seat"),
        }
        .fill(&format!("organizations[{index}]"), entry)?;
    }
    Ok(())
}

struct Loader<'a> {
    world: &'a mut World,
    ledger: &'a mut Ledger,
    now: OffsetDateTime,
    organization: OrganizationId,
    customers: Keys<CustomerId>,
    members: Keys<()>,
    products: Keys<ProductId>,
    subscriptions: Keys<Container>,
    orders: Keys<Container>,
    checkouts: Keys<()>,
    seats: Keys<()>,
}

impl Loader<'_> {
    fn fill(&mut self, place: &str, entry: &document::Organization) -> Result<(), SeedError> {
        let at = |list: &str, index: usize| format!("{place}.{list}[{index}]");
        for (index, token) in entry.tokens.iter().enumerate() {
            self.token(&at("tokens", index), token)?;
        }
        for (index, customer) in entry.customers.iter().enumerate() {
            self.customer(&at("customers", index), customer)?;
        }
        for (index, product) in entry.products.iter().enumerate() {
            self.product(&at("products", index), product)?;
        }
        for (index, subscription) in entry.subscriptions.iter().enumerate() {
            self.subscription(&at("subscriptions", index), subscription)?;
        }
        for (index, order) in entry.orders.iter().enumerate() {
            self.order(&at("orders", index), order)?;
        }
        for (index, checkout) in entry.checkouts.iter().enumerate() {
            self.checkout(&at("checkouts", index), checkout)?;
        }
        for (index, seat) in entry.seats.iter().enumerate() {
            self.seat(&at("seats", index), seat)?;
        }
        for (index, webhook) in entry.webhooks.iter().enumerate() {
            let secret = WebhookSecret::new(webhook.secret.0.as_str()).map_err(|error| {
                SeedError::new(format!("{}.secret", at("webhooks", index)), error)
            })?;
            self.world.webhooks.push(WebhookRow {
                organization: self.organization,
                url: webhook.url.clone(),
                secret,
            });
        }
        Ok(())
    }

    fn id<T: From<Uuid>>(&mut self, place: &str, id: Option<Uuid>) -> Result<T, SeedError> {
        let id = self.ledger.id(place, id)?;
        Ok(T::from(id.unwrap_or_else(|| self.world.random.uuid())))
    }

    fn product(&mut self, place: &str, entry: &document::Product) -> Result<(), SeedError> {
        let id: ProductId = self.id(place, entry.id)?;
        self.products.add(place, &entry.key, id)?;
        self.world.products.push(ProductRow {
            id,
            created_at: self.now,
            organization: self.organization,
            name: entry.name.clone(),
        });
        Ok(())
    }

    fn subscription(
        &mut self,
        place: &str,
        entry: &document::Subscription,
    ) -> Result<(), SeedError> {
        let id: SubscriptionId = self.id(place, entry.id)?;
        self.subscriptions.add(place, &entry.key, id.into())?;
        let product = self
            .products
            .get(&format!("{place}.product"), &entry.product)?;
        self.sale(
            place,
            id.into(),
            &entry.customer,
            Some(product),
            entry.seats,
            Payment::Paid,
        )
    }

    fn order(&mut self, place: &str, entry: &document::Order) -> Result<(), SeedError> {
        let id: OrderId = self.id(place, entry.id)?;
        self.orders.add(place, &entry.key, id.into())?;
        let product = match &entry.product {
            Some(key) => Some(self.products.get(&format!("{place}.product"), key)?),
            None => None,
        };
        let payment = match entry.status {
            document::OrderStatus::Paid => Payment::Paid,
            document::OrderStatus::Pending => Payment::Pending,
            document::OrderStatus::Refunded => Payment::Refunded,
        };
        self.sale(
            place,
            id.into(),
            &entry.customer,
            product,
            entry.seats,
            payment,
        )
    }

    fn sale(
        &mut self,
        place: &str,
        id: Container,
        customer: &str,
        product: Option<ProductId>,
        seats: Option<u64>,
        payment: Payment,
    ) -> Result<(), SeedError> {
        let customer = self.customers.get(&format!("{place}.customer"), customer)?;
        self.world.sales.push(SaleRow {
            id,
            created_at: self.now,
            organization: self.organization,
            customer,
            product,
            seats,
            payment,
        });
        Ok(())
    }

    /// What a checkout or a seat belongs to: one of the two, or neither.
    fn container(
        &self,
        place: &str,
        subscription: Option<&String>,
        order: Option<&String>,
    ) -> Result<Option<Container>, SeedError> {
        match (subscription, order) {
            (Some(_), Some(_)) => Err(SeedError::new(
                place,
                "it names a subscription and an order; one of them must go",
            )),
            (Some(key), None) => self
                .subscriptions
                .get(&format!("{place}.subscription"), key)
                .map(Some),
            (None, Some(key)) => self.orders.get(&format!("{place}.order"), key).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn checkout(&mut self, place: &str, entry: &document::Checkout) -> Result<(), SeedError> {
        let id: CheckoutId = self.id(place, entry.id)?;
        self.checkouts.add(place, &entry.key, ())?;
        let produced = self.container(place, entry.subscription.as_ref(), entry.order.as_ref())?;
        self.world.checkouts.push(CheckoutRow { id, produced });
        Ok(())
    }
}
