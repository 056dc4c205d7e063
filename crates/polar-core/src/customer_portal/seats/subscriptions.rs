use http::Method;
use polar_types::{Page, SeatSubscription};

use super::Seats;
use crate::{
    Auth, Client, Error, Operation, Spec, Target, blocking, customer_seats::list::LIST_BODY,
    operation::OK_OR_CREATED,
};

/// One page of the subscriptions in which the session's holder has a seat:
/// `GET /v1/customer-portal/seats/subscriptions`.
///
/// ```
/// use polar_core::customer_portal::seats::Subscriptions;
///
/// let second = Subscriptions::new().page(2).limit(50);
/// assert_eq!((second.page, second.limit), (2, 50));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscriptions {
    /// The page, from 1.
    pub page: u32,
    /// How many a page, from 1; the server cuts above 100 (observed).
    pub limit: u32,
}

impl Subscriptions {
    /// The first page, with the hundred that the server gives at most.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            page: 1,
            limit: 100,
        }
    }

    /// Sets the page. They count from 1; the server refuses 0 (observed).
    #[must_use]
    pub const fn page(mut self, page: u32) -> Self {
        self.page = page;
        self
    }

    /// Sets how many a page has at most. The server refuses 0, and gives no more than 100
    /// (observed).
    #[must_use]
    pub const fn limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }
}

impl Default for Subscriptions {
    fn default() -> Self {
        Self::new()
    }
}

impl Operation for Subscriptions {
    type Output = Page<SeatSubscription>;
    const SPEC: Spec = Spec::read(
        "customer_portal.seats.subscriptions",
        Method::GET,
        Auth::CustomerSession,
    )
    .expects(OK_OR_CREATED)
    .max_body(LIST_BODY);

    fn target(&self) -> Target {
        Target::new("/v1/customer-portal/seats/subscriptions")
            .query("page", self.page)
            .query("limit", self.limit)
    }
}

impl Seats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("subscriptions.md"))]
    pub async fn subscriptions(
        &self,
        request: Subscriptions,
    ) -> Result<Page<SeatSubscription>, Error> {
        self.portal.call(request).await
    }
}

impl Seats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("subscriptions.md"))]
    pub fn subscriptions(&self, request: Subscriptions) -> Result<Page<SeatSubscription>, Error> {
        self.portal.call(request)
    }
}
