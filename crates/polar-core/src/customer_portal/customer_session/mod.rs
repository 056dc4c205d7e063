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

impl<'a, C> CustomerSession<'a, C> {
    pub(super) const fn new(portal: CustomerPortal<'a, C>) -> Self {
        Self { portal }
    }
}
