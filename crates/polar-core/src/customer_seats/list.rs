use http::Method;
use polar_types::{Container, OrderId, SeatsList, SubscriptionId};

use super::{COLLECTION, CustomerSeats};
use crate::{Auth, Client, Error, Operation, Spec, Target, blocking, operation::OK_OR_CREATED};

/// Lists the seats of a subscription or an order: `GET /v1/customer-seats`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct List {
    /// Whose seats.
    pub container: Container,
}

impl List {
    /// Lists all seats of a subscription or an order.
    #[must_use]
    pub fn new(container: impl Into<Container>) -> Self {
        Self {
            container: container.into(),
        }
    }
}

impl From<Container> for List {
    fn from(container: Container) -> Self {
        Self::new(container)
    }
}

impl From<SubscriptionId> for List {
    fn from(id: SubscriptionId) -> Self {
        Self::new(id)
    }
}

impl From<OrderId> for List {
    fn from(id: OrderId) -> Self {
        Self::new(id)
    }
}

impl Operation for List {
    type Output = SeatsList;
    const SPEC: Spec = Spec::read("customer_seats.list", Method::GET, Auth::AccessToken)
        .expects(OK_OR_CREATED)
        .max_body(LIST_BODY);

    fn target(&self) -> Target {
        of(COLLECTION, self.container)
    }
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    pub async fn list(&self, request: impl Into<List>) -> Result<SeatsList, Error> {
        self.client.call(request.into()).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    pub fn list(&self, request: impl Into<List>) -> Result<SeatsList, Error> {
        self.client.call(request.into())
    }
}

/// The list of a collection, for both sides.
pub(crate) fn of(collection: &'static str, container: Container) -> Target {
    Target::new(collection).query(container.field(), container.as_uuid())
}

/// A list is not paged, and a seat takes up to about 2.5 KB: room for all that Polar sells at once.
pub(crate) const LIST_BODY: usize = 16 * 1024 * 1024;
