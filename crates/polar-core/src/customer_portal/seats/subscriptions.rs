use http::Method;
use polar_types::{Page, SeatSubscription};

use super::Seats;
use crate::{
    Auth, Client, DecodeError, Error, Operation, Reply, Spec, Target, blocking,
    customer_seats::list::LIST_BODY, json,
};

/// One page of the subscriptions in which the session's holder has a seat:
/// `GET /v1/customer-portal/seats/subscriptions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscriptions {
    /// The page, from 1.
    pub page: u32,
    /// How many a page, from 1; the server cuts above 100.
    pub limit: u32,
}

impl Operation for Subscriptions {
    type Output = Page<SeatSubscription>;
    const SPEC: Spec = Spec::read(
        "customer_portal.seats.subscriptions",
        Method::GET,
        Auth::CustomerSession,
    )
    .max_body(LIST_BODY);

    fn target(&self) -> Target {
        Target::new("/v1/customer-portal/seats/subscriptions")
            .query("page", self.page)
            .query("limit", self.limit)
    }

    fn decode(reply: &Reply) -> Result<Page<SeatSubscription>, DecodeError> {
        json(reply)
    }
}

impl Seats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("subscriptions.md"))]
    pub async fn subscriptions(
        &self,
        page: u32,
        limit: u32,
    ) -> Result<Page<SeatSubscription>, Error> {
        self.portal.call(Subscriptions { page, limit }).await
    }
}

impl Seats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("subscriptions.md"))]
    pub fn subscriptions(&self, page: u32, limit: u32) -> Result<Page<SeatSubscription>, Error> {
        self.portal.call(Subscriptions { page, limit })
    }
}
