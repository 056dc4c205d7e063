use http::Method;
use polar_types::{Container, SeatsList};

use super::{COLLECTION, Seats};
use crate::{
    Auth, Client, DecodeError, Error, Operation, Reply, Spec, Target, blocking,
    customer_seats::list, json,
};

/// Lists the seats of a subscription or an order: `GET /v1/customer-portal/seats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    /// Whose seats.
    pub container: Container,
}

impl Operation for List {
    type Output = SeatsList;
    const SPEC: Spec = Spec::read(
        "customer_portal.seats.list",
        Method::GET,
        Auth::CustomerSession,
    )
    .max_body(list::LIST_BODY);

    fn target(&self) -> Target {
        list::of(COLLECTION, self.container)
    }

    fn decode(reply: &Reply) -> Result<SeatsList, DecodeError> {
        json(reply)
    }
}

impl Seats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    pub async fn list(&self, container: impl Into<Container>) -> Result<SeatsList, Error> {
        self.portal
            .call(List {
                container: container.into(),
            })
            .await
    }
}

impl Seats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    pub fn list(&self, container: impl Into<Container>) -> Result<SeatsList, Error> {
        self.portal.call(List {
            container: container.into(),
        })
    }
}
