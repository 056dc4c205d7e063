use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

use crate::{CheckoutId, OrderId, SubscriptionId};

/// What a seat belongs to: a subscription or a one-time order.
///
/// In JSON it is an object with the field of the API, so that you can store it, for example in a
/// job queue:
///
/// ```
/// use polar_types::Container;
///
/// let team = r#"{"subscription_id":"4663fc95-f630-47e4-8260-a644811e7711"}"#;
/// let container: Container = serde_json::from_str(team)?;
/// assert_eq!(serde_json::to_string(&container)?, team);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// When read, other fields are ignored and null counts as absent, as on the server. It is an error
/// if none or both of the fields are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum Container {
    /// A subscription. Its seats are revoked when it ends.
    #[serde(rename = "subscription_id")]
    Subscription(SubscriptionId),
    /// A one-time order, which must be paid before seats can be assigned.
    #[serde(rename = "order_id")]
    Order(OrderId),
}

impl Container {
    /// Returns the name of the field or query parameter of the API.
    #[must_use]
    #[inline]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Subscription(_) => "subscription_id",
            Self::Order(_) => "order_id",
        }
    }

    /// Returns the subscription id, if it is a subscription.
    #[must_use]
    #[inline]
    pub const fn subscription_id(&self) -> Option<SubscriptionId> {
        match self {
            Self::Subscription(id) => Some(*id),
            Self::Order(_) => None,
        }
    }

    /// Returns the order id, if it is an order.
    #[must_use]
    #[inline]
    pub const fn order_id(&self) -> Option<OrderId> {
        match self {
            Self::Order(id) => Some(*id),
            Self::Subscription(_) => None,
        }
    }

    /// Returns the id as a UUID.
    #[must_use]
    #[inline]
    pub const fn as_uuid(&self) -> Uuid {
        match self {
            Self::Subscription(id) => id.as_uuid(),
            Self::Order(id) => id.as_uuid(),
        }
    }
}

impl From<SubscriptionId> for Container {
    #[inline]
    fn from(id: SubscriptionId) -> Self {
        Self::Subscription(id)
    }
}

impl From<OrderId> for Container {
    #[inline]
    fn from(id: OrderId) -> Self {
        Self::Order(id)
    }
}

impl fmt::Display for Container {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subscription(id) => write!(f, "subscription {id}"),
            Self::Order(id) => write!(f, "order {id}"),
        }
    }
}

impl<'de> Deserialize<'de> for Container {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = ContainerFields::deserialize(deserializer)?;
        fields.container().map_err(de::Error::custom)
    }
}

/// What a seat belongs to, as named in the customer portal, which also accepts a checkout.
///
/// It has the same JSON form as a [`Container`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum PortalContainer {
    /// A subscription.
    #[serde(rename = "subscription_id")]
    Subscription(SubscriptionId),
    /// A one-time order.
    #[serde(rename = "order_id")]
    Order(OrderId),
    /// A checkout: the server uses the subscription created from it, or else the earliest order. An
    /// open checkout is an error (404, observed).
    #[serde(rename = "checkout_id")]
    Checkout(CheckoutId),
}

impl PortalContainer {
    /// Returns the name of the field of the API.
    #[must_use]
    #[inline]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Subscription(_) => "subscription_id",
            Self::Order(_) => "order_id",
            Self::Checkout(_) => "checkout_id",
        }
    }
}

impl From<Container> for PortalContainer {
    #[inline]
    fn from(container: Container) -> Self {
        match container {
            Container::Subscription(id) => Self::Subscription(id),
            Container::Order(id) => Self::Order(id),
        }
    }
}

impl From<SubscriptionId> for PortalContainer {
    #[inline]
    fn from(id: SubscriptionId) -> Self {
        Self::Subscription(id)
    }
}

impl From<OrderId> for PortalContainer {
    #[inline]
    fn from(id: OrderId) -> Self {
        Self::Order(id)
    }
}

impl From<CheckoutId> for PortalContainer {
    #[inline]
    fn from(id: CheckoutId) -> Self {
        Self::Checkout(id)
    }
}

impl fmt::Display for PortalContainer {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subscription(id) => write!(f, "subscription {id}"),
            Self::Order(id) => write!(f, "order {id}"),
            Self::Checkout(id) => write!(f, "checkout {id}"),
        }
    }
}

impl<'de> Deserialize<'de> for PortalContainer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = ContainerFields::deserialize(deserializer)?;
        fields.portal_container().map_err(de::Error::custom)
    }
}

/// The fields of a request that name a container, in any combination.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ContainerFields {
    /// A subscription.
    #[serde(rename = "subscription_id")]
    pub subscription: Option<SubscriptionId>,
    /// A one-time order.
    #[serde(rename = "order_id")]
    pub order: Option<OrderId>,
    /// A checkout.
    #[serde(rename = "checkout_id")]
    pub checkout: Option<CheckoutId>,
}

impl ContainerFields {
    /// Returns the container as an organization names it. Checkouts are ignored (observed).
    ///
    /// # Errors
    ///
    /// Returns the server's message if there is neither or both of the other fields (observed).
    #[inline]
    pub const fn container(&self) -> Result<Container, &'static str> {
        match (self.subscription, self.order) {
            (Some(id), None) => Ok(Container::Subscription(id)),
            (None, Some(id)) => Ok(Container::Order(id)),
            _ => Err("Exactly one of subscription_id or order_id must be provided"),
        }
    }

    /// Returns the container as the customer portal accepts it.
    ///
    /// # Errors
    ///
    /// Returns the server's message if there is not exactly one field (observed).
    #[inline]
    pub const fn portal_container(&self) -> Result<PortalContainer, &'static str> {
        match (self.subscription, self.order, self.checkout) {
            (Some(id), None, None) => Ok(PortalContainer::Subscription(id)),
            (None, Some(id), None) => Ok(PortalContainer::Order(id)),
            (None, None, Some(id)) => Ok(PortalContainer::Checkout(id)),
            _ => Err("Exactly one of subscription_id, order_id, or checkout_id must be provided"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0a28e782-c548-4f9e-8e6c-c2c65f83d231";

    #[test]
    fn container_is_an_object_with_the_field_of_the_api() {
        let [subscription, order] = ["subscription_id", "order_id"].map(|field| {
            let json = format!(r#"{{"{field}":"{ID}"}}"#);
            let container: Container = serde_json::from_str(&json).unwrap();
            assert_eq!(container.field(), field);
            let id = container.subscription_id().map(|id| id.as_uuid());
            let id = id.or_else(|| container.order_id().map(|id| id.as_uuid()));
            assert_eq!(id, Some(container.as_uuid()));
            assert_eq!(serde_json::to_string(&container).unwrap(), json);
            container
        });
        assert!(subscription < order);
        let json = format!(r#"{{"checkout_id":"{ID}"}}"#);
        let checkout: PortalContainer = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&checkout).unwrap(), json);
        assert!(serde_json::from_str::<Container>(&json).is_err());
    }

    #[test]
    fn container_is_read_among_other_fields() {
        let seat = format!(r#"{{"order_id":"{ID}","subscription_id":null,"email":"a@acme.com"}}"#);
        let container: Container = serde_json::from_str(&seat).unwrap();
        assert_eq!(container, Container::Order(ID.parse().unwrap()));
        let both = format!(r#"{{"order_id":"{ID}","subscription_id":"{ID}"}}"#);
        assert!(serde_json::from_str::<Container>(&both).is_err());
    }
}
