use http::Method;
use polar_types::{Container, OrderId, SeatsList, SubscriptionId};

use super::{COLLECTION, Seats};
use crate::{
    Auth, Client, Error, Operation, Spec, Target, blocking, customer_seats::list,
    operation::OK_OR_CREATED,
};

/// Lists the seats of a subscription or an order: `GET /v1/customer-portal/seats`.
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
    const SPEC: Spec = Spec::read(
        "customer_portal.seats.list",
        Method::GET,
        Auth::CustomerSession,
    )
    .expects(OK_OR_CREATED)
    .max_body(list::LIST_BODY);

    fn target(&self) -> Target {
        list::of(COLLECTION, self.container)
    }
}

impl Seats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    pub async fn list(&self, request: impl Into<List>) -> Result<SeatsList, Error> {
        self.portal.call(request.into()).await
    }
}

impl Seats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    pub fn list(&self, request: impl Into<List>) -> Result<SeatsList, Error> {
        self.portal.call(request.into())
    }
}
