//! The session itself.

mod introspect;
mod user;

pub use self::{introspect::Introspect, user::User};
use super::CustomerPortal;

/// The operations on a portal session.
#[derive(Debug)]
pub struct CustomerSession<'a, C> {
    portal: CustomerPortal<'a, C>,
}

// By hand: a derived one would ask the client for the same.
impl<C> Clone for CustomerSession<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for CustomerSession<'_, C> {}

impl<'a, C> CustomerSession<'a, C> {
    pub(super) const fn new(portal: CustomerPortal<'a, C>) -> Self {
        Self { portal }
    }
}
