//! The customer portal: what the holder of a session can do.

pub mod customer_session;
pub mod seats;

use polar_types::CustomerSessionToken;

#[cfg(feature = "full")]
pub use crate::generated::customer_portal::*;

pub use self::{customer_session::CustomerSession, seats::Seats};
use crate::{
    BlockingPages, Client, Error, Operation, Paged, Pages, blocking,
    client::{clients, copy_handle},
};

/// The customer portal operations of a client, for one session.
///
/// `C` is the async [`Client`] or the [`blocking::Client`]. A session token comes from a claim, from
/// `customer_sessions().create` (feature `full`), or from Polar's own sign-in.
///
/// One type of token is for both kinds of session, and Polar tells them apart by their beginning: the
/// session of a customer (`polar_cst_…`) and that of a member of a customer's team (`polar_mst_…`).
/// Nearly all operations accept both. With the session of a member, those on orders, payment methods,
/// wallets and changes of subscriptions require an owner or billing manager; those on members accept
/// no other. Each page says so.
///
/// A session from a claim belongs to the *member of the buyer* who holds the seat. It can read the
/// team's seats; it can assign, revoke and resend only if the member is an owner or billing manager
/// (observed).
///
/// The methods of one client are on the pages of [`Async`] and [`Blocking`].
#[derive(Debug)]
pub struct CustomerPortal<'a, C> {
    pub(crate) client: &'a C,
    session: &'a CustomerSessionToken,
}

copy_handle!(CustomerPortal);
clients! { CustomerPortal }

impl<'a, C> CustomerPortal<'a, C> {
    pub(crate) const fn new(client: &'a C, session: &'a CustomerSessionToken) -> Self {
        Self { client, session }
    }

    /// Returns the operations on the team's seats.
    #[must_use]
    pub const fn seats(&self) -> Seats<'a, C> {
        Seats::new(*self)
    }

    /// Returns the operations on the session itself.
    #[must_use]
    pub const fn customer_session(&self) -> CustomerSession<'a, C> {
        CustomerSession::new(*self)
    }
}

/// Operations of the async client.
impl CustomerPortal<'_, Client> {
    /// Calls an operation of the portal: one of this library, or one of your own.
    ///
    /// # Errors
    ///
    /// If the call returns no result; see [`Error`].
    pub async fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.client.call_in(Some(self.session), operation).await
    }

    /// Returns the items of a list of the portal, page by page.
    pub fn pages<O: Paged + Send + 'static>(&self, operation: O) -> Pages<O> {
        Pages::new(self.client.clone(), Some(self.session.clone()), operation)
    }
}

/// Operations of the blocking client.
impl CustomerPortal<'_, blocking::Client> {
    /// Calls an operation of the portal: one of this library, or one of your own.
    ///
    /// # Errors
    ///
    /// If the call returns no result; see [`Error`].
    pub fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.client.call_in(Some(self.session), operation)
    }

    /// Returns the items of a list of the portal, page by page.
    pub fn pages<O: Paged>(&self, operation: O) -> BlockingPages<O> {
        BlockingPages::new(self.client.clone(), Some(self.session.clone()), operation)
    }
}
