//! The seats of a team, as its owner or billing manager manages them: one file per operation, each
//! the twin of the organisation's.

mod assign;
mod list;
mod resend;
mod revoke;
mod subscriptions;

pub use self::{
    assign::Assign, list::List, resend::Resend, revoke::Revoke, subscriptions::Subscriptions,
};
use super::CustomerPortal;

/// The seat operations of a portal session.
#[derive(Debug)]
pub struct Seats<'a, C> {
    portal: CustomerPortal<'a, C>,
}

// By hand: a derived one would ask the client for the same.
impl<C> Clone for Seats<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Seats<'_, C> {}

impl<'a, C> Seats<'a, C> {
    pub(super) const fn new(portal: CustomerPortal<'a, C>) -> Self {
        Self { portal }
    }
}

const COLLECTION: &str = "/v1/customer-portal/seats";
