use polar_types::{CheckoutId, Container, CustomerId, OrderId, ProductId, SubscriptionId};

use super::Loader;
use crate::{
    seed::{SeedError, document},
    state::{CheckoutRow, Payment, ProductRow, PurchaseRow},
};

impl Loader<'_> {
    pub(super) fn product(
        &mut self,
        place: &str,
        entry: &document::Product,
    ) -> Result<(), SeedError> {
        let id: ProductId = self.id(place, entry.id)?;
        self.products.add(place, &entry.key, id)?;
        self.state.products.push(ProductRow {
            id,
            created_at: self.time(entry.created_at),
            organization: self.organization,
            name: entry.name.clone(),
        });
        Ok(())
    }

    pub(super) fn subscription(
        &mut self,
        place: &str,
        entry: &document::Subscription,
    ) -> Result<(), SeedError> {
        let id: SubscriptionId = self.id(place, entry.id)?;
        self.subscriptions.add(place, &entry.key, id.into())?;
        let product = self
            .products
            .get(&format!("{place}.product"), &entry.product)?;
        self.state.purchases.push(PurchaseRow {
            id: id.into(),
            created_at: self.time(entry.created_at),
            organization: self.organization,
            customer: self.buyer(place, &entry.customer)?,
            product: Some(product),
            seats: entry.seats,
            payment: Payment::Paid,
        });
        Ok(())
    }

    pub(super) fn order(&mut self, place: &str, entry: &document::Order) -> Result<(), SeedError> {
        let id: OrderId = self.id(place, entry.id)?;
        self.orders.add(place, &entry.key, id.into())?;
        let product = match &entry.product {
            Some(key) => Some(self.products.get(&format!("{place}.product"), key)?),
            None => None,
        };
        self.state.purchases.push(PurchaseRow {
            id: id.into(),
            created_at: self.time(entry.created_at),
            organization: self.organization,
            customer: self.buyer(place, &entry.customer)?,
            product,
            seats: entry.seats,
            payment: entry.status,
        });
        Ok(())
    }

    pub(super) fn checkout(
        &mut self,
        place: &str,
        entry: &document::Checkout,
    ) -> Result<(), SeedError> {
        let id: CheckoutId = self.id(place, entry.id)?;
        self.checkouts.add(place, &entry.key, ())?;
        let produced = self.container(place, entry.subscription.as_ref(), entry.order.as_ref())?;
        self.state.checkouts.push(CheckoutRow {
            id,
            organization: self.organization,
            produced,
        });
        Ok(())
    }

    /// Returns the subscription or order of a checkout or a seat, which can have neither.
    pub(super) fn container(
        &self,
        place: &str,
        subscription: Option<&String>,
        order: Option<&String>,
    ) -> Result<Option<Container>, SeedError> {
        match (subscription, order) {
            (Some(_), Some(_)) => Err(SeedError::new(
                place,
                "both `subscription` and `order` are set; remove one of them",
            )),
            (Some(key), None) => self
                .subscriptions
                .get(&format!("{place}.subscription"), key)
                .map(Some),
            (None, Some(key)) => self.orders.get(&format!("{place}.order"), key).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn buyer(&self, place: &str, key: &str) -> Result<CustomerId, SeedError> {
        self.customers.id(&format!("{place}.customer"), key)
    }
}
