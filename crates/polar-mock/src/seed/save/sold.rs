use polar_types::{Container, OrganizationId};

use super::keys::Keys;
use crate::{
    moment::Moment,
    seed::document::{Checkout, Order, OrderStatus, Product, Subscription},
    world::{Payment, World},
};

pub(super) fn products(world: &World, keys: &Keys, organization: OrganizationId) -> Vec<Product> {
    let own = world
        .products
        .iter()
        .filter(|row| row.organization == organization);
    own.map(|row| Product {
        key: keys.product(row.id),
        id: Some(row.id.into()),
        name: row.name.clone(),
        created_at: Some(Moment(row.created_at)),
    })
    .collect()
}

pub(super) fn subscriptions(
    world: &World,
    keys: &Keys,
    organization: OrganizationId,
) -> Vec<Subscription> {
    let own = world
        .sales
        .iter()
        .filter(|row| row.organization == organization);
    own.filter_map(|row| {
        row.id.subscription_id().map(|id| Subscription {
            key: keys.sale(row.id),
            id: Some(id.into()),
            // A subscription always has one.
            product: row.product.map(|id| keys.product(id)).unwrap_or_default(),
            customer: keys.customer(row.customer),
            seats: row.seats,
            created_at: Some(Moment(row.created_at)),
        })
    })
    .collect()
}

pub(super) fn orders(world: &World, keys: &Keys, organization: OrganizationId) -> Vec<Order> {
    let own = world
        .sales
        .iter()
        .filter(|row| row.organization == organization);
    own.filter_map(|row| {
        row.id.order_id().map(|id| Order {
            key: keys.sale(row.id),
            id: Some(id.into()),
            product: row.product.map(|id| keys.product(id)),
            customer: keys.customer(row.customer),
            seats: row.seats,
            status: match row.payment {
                Payment::Paid => OrderStatus::Paid,
                Payment::Pending => OrderStatus::Pending,
                Payment::Refunded => OrderStatus::Refunded,
            },
            created_at: Some(Moment(row.created_at)),
        })
    })
    .collect()
}

pub(super) fn checkouts(world: &World, keys: &Keys, organization: OrganizationId) -> Vec<Checkout> {
    let own = world
        .checkouts
        .iter()
        .filter(|row| row.organization == organization);
    own.zip(1_u64..)
        .map(|(row, number)| {
            let (subscription, order) = container(keys, row.produced);
            Checkout {
                key: format!("checkout-{number}"),
                id: Some(row.id.into()),
                subscription,
                order,
            }
        })
        .collect()
}

/// The two keys that name a subscription or an order, of which one at most is there.
pub(super) fn container(keys: &Keys, id: Option<Container>) -> (Option<String>, Option<String>) {
    let subscription = id.filter(|id| id.subscription_id().is_some());
    let order = id.filter(|id| id.order_id().is_some());
    (
        subscription.map(|id| keys.sale(id)),
        order.map(|id| keys.sale(id)),
    )
}
