//! Operations on a team's seats, for its owner or billing manager.
//!
//! Each operation is a method of [`Seats`] and a value for
//! [`CustomerPortal::call`]: [`List`], [`Resend`], [`Revoke`], [`Subscriptions`], and
//! [`PortalAssignSeat`], which is an operation itself.

use http::Method;
use polar_types::{Page, PortalAssignSeat, Seat, SeatId, SeatSubscription, SeatsList};

use super::CustomerPortal;
use crate::{
    Auth, Client, Error, Operation, Paged, Spec, Target, blocking,
    client::{clients, copy_handle},
    customer_seats::{LIST_MAX_BODY, seat_operations},
    operation::OK_OR_CREATED,
};

/// The seat operations of a portal session.
///
/// `C` is the async [`Client`] or the [`blocking::Client`]. Both have the same methods; those of
/// the async client are `async fn`s.
///
/// The methods of one client are on the pages of [`Async`] and [`Blocking`].
#[derive(Debug)]
pub struct Seats<'a, C> {
    portal: CustomerPortal<'a, C>,
}

copy_handle!(Seats);
clients! { Seats }

impl<'a, C> Seats<'a, C> {
    pub(super) const fn new(portal: CustomerPortal<'a, C>) -> Self {
        Self { portal }
    }
}

/// Operations of the async client.
impl Seats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("assign.md"))]
    #[inline]
    pub async fn assign(&self, request: PortalAssignSeat) -> Result<Seat, Error> {
        self.portal.call(request).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    #[inline]
    pub async fn list(&self, request: impl Into<List>) -> Result<SeatsList, Error> {
        self.portal.call(request.into()).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("revoke.md"))]
    #[inline]
    pub async fn revoke(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.portal.call(Revoke::new(seat_id)).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("resend.md"))]
    #[inline]
    pub async fn resend(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.portal.call(Resend::new(seat_id)).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("subscriptions.md"))]
    #[inline]
    pub async fn subscriptions(
        &self,
        request: Subscriptions,
    ) -> Result<Page<SeatSubscription>, Error> {
        self.portal.call(request).await
    }
}

/// Operations of the blocking client.
impl Seats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("assign.md"))]
    #[inline]
    pub fn assign(&self, request: PortalAssignSeat) -> Result<Seat, Error> {
        self.portal.call(request)
    }

    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    #[inline]
    pub fn list(&self, request: impl Into<List>) -> Result<SeatsList, Error> {
        self.portal.call(request.into())
    }

    #[cfg_attr(not(doctest), doc = include_str!("revoke.md"))]
    #[inline]
    pub fn revoke(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.portal.call(Revoke::new(seat_id))
    }

    #[cfg_attr(not(doctest), doc = include_str!("resend.md"))]
    #[inline]
    pub fn resend(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.portal.call(Resend::new(seat_id))
    }

    #[cfg_attr(not(doctest), doc = include_str!("subscriptions.md"))]
    #[inline]
    pub fn subscriptions(&self, request: Subscriptions) -> Result<Page<SeatSubscription>, Error> {
        self.portal.call(request)
    }
}

seat_operations!(
    "customer_portal.seats",
    "/v1/customer-portal/seats",
    Auth::CustomerSession,
    PortalAssignSeat
);

/// Lists one page of the subscriptions in which the session's holder has a seat:
/// `GET /v1/customer-portal/seats/subscriptions`.
///
/// ```
/// use polar_core::customer_portal::seats::Subscriptions;
///
/// let second = Subscriptions::new().page(2).limit(50);
/// assert_eq!((second.page, second.limit), (Some(2), Some(50)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscriptions {
    /// The page number, starting at 1. Without it, Polar returns the first page.
    pub page: Option<u32>,
    /// The maximum number of items, from 1 to 100. Polar treats a larger limit as 100 (observed).
    /// Without it, Polar returns at most 10.
    pub limit: Option<u32>,
}

impl Subscriptions {
    /// Creates the operation for the first page, with a limit of 100 items.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            page: Some(1),
            limit: Some(100),
        }
    }

    /// Sets the page number, starting at 1. For 0, Polar returns 422 (observed).
    #[must_use]
    pub const fn page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }

    /// Sets the maximum number of items. For 0, Polar returns 422; a limit above 100 means 100
    /// (observed).
    #[must_use]
    pub const fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl Default for Subscriptions {
    fn default() -> Self {
        Self::new()
    }
}

impl Paged for Subscriptions {
    type Item = SeatSubscription;

    fn page_number(&self) -> Option<u32> {
        self.page
    }

    fn with_page(self, page: u32) -> Self {
        self.page(page)
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
    .max_body(LIST_MAX_BODY);

    #[inline]
    fn target(&self) -> Target {
        Target::new("/v1/customer-portal/seats/subscriptions")
            .query_all("page", self.page)
            .query_all("limit", self.limit)
    }
}
