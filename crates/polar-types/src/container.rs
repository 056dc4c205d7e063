use std::fmt;

use uuid::Uuid;

use crate::{CheckoutId, OrderId, SubscriptionId};

/// What seats are sold on: a subscription or a one-time order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// A subscription. Its seats go when it ends.
    Subscription(SubscriptionId),
    /// A one-time order, which must be paid before seats can be assigned.
    Order(OrderId),
}

impl Container {
    /// The name of the field or query parameter that the server expects the id in.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Subscription(_) => "subscription_id",
            Self::Order(_) => "order_id",
        }
    }

    /// The bare id.
    #[must_use]
    pub const fn as_uuid(&self) -> Uuid {
        match self {
            Self::Subscription(id) => id.as_uuid(),
            Self::Order(id) => id.as_uuid(),
        }
    }
}

impl From<SubscriptionId> for Container {
    fn from(id: SubscriptionId) -> Self {
        Self::Subscription(id)
    }
}

impl From<OrderId> for Container {
    fn from(id: OrderId) -> Self {
        Self::Order(id)
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subscription(id) => write!(f, "subscription {id}"),
            Self::Order(id) => write!(f, "order {id}"),
        }
    }
}

/// Where the customer portal assigns a seat. It knows a third way to say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PortalContainer {
    /// A subscription.
    Subscription(SubscriptionId),
    /// A one-time order.
    Order(OrderId),
    /// A checkout: the server takes the subscription it became, else the earliest order. An open
    /// checkout is refused (404, observed).
    Checkout(CheckoutId),
}

impl PortalContainer {
    /// The name of the field that the server expects the id in.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Subscription(_) => "subscription_id",
            Self::Order(_) => "order_id",
            Self::Checkout(_) => "checkout_id",
        }
    }
}

impl From<Container> for PortalContainer {
    fn from(container: Container) -> Self {
        match container {
            Container::Subscription(id) => Self::Subscription(id),
            Container::Order(id) => Self::Order(id),
        }
    }
}

impl From<SubscriptionId> for PortalContainer {
    fn from(id: SubscriptionId) -> Self {
        Self::Subscription(id)
    }
}

impl From<OrderId> for PortalContainer {
    fn from(id: OrderId) -> Self {
        Self::Order(id)
    }
}

impl From<CheckoutId> for PortalContainer {
    fn from(id: CheckoutId) -> Self {
        Self::Checkout(id)
    }
}

impl fmt::Display for PortalContainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subscription(id) => write!(f, "subscription {id}"),
            Self::Order(id) => write!(f, "order {id}"),
            Self::Checkout(id) => write!(f, "checkout {id}"),
        }
    }
}
