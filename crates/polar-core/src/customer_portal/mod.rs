//! The customer portal, as the holder of a session sees it.

pub mod customer_session;
pub mod seats;

use polar_types::CustomerSessionToken;

pub use self::{customer_session::CustomerSession, seats::Seats};
use crate::{Client, Error, Operation, blocking};

/// The portal of one session, over a client `C`: the asynchronous client or the blocking one.
///
/// A session token comes from a claim, or from Polar's own sign-in. A session that a claim opened
/// belongs to the *member of the buyer* who holds the seat: it reads the team's seats, and assigns,
/// revokes and resends only when its role is owner or billing manager (observed).
#[derive(Debug)]
pub struct CustomerPortal<'a, C> {
    client: &'a C,
    session: &'a CustomerSessionToken,
}

// By hand: a derived one would ask the client for the same.
impl<C> Clone for CustomerPortal<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for CustomerPortal<'_, C> {}

impl<'a, C> CustomerPortal<'a, C> {
    pub(crate) const fn new(client: &'a C, session: &'a CustomerSessionToken) -> Self {
        Self { client, session }
    }

    /// The seats of the team.
    #[must_use]
    pub const fn seats(&self) -> Seats<'a, C> {
        Seats::new(*self)
    }

    /// The session itself: until when it lasts, and whose it is.
    #[must_use]
    pub const fn customer_session(&self) -> CustomerSession<'a, C> {
        CustomerSession::new(*self)
    }
}

impl CustomerPortal<'_, Client> {
    /// Carries out an operation of the portal: one of the library's as a value, or one of your own.
    ///
    /// # Errors
    ///
    /// Whatever ends the call without a result; see [`Error`].
    pub async fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.client.call_in(Some(self.session), operation).await
    }
}

impl CustomerPortal<'_, blocking::Client> {
    /// Carries out an operation of the portal: one of the library's as a value, or one of your own.
    ///
    /// # Errors
    ///
    /// Whatever ends the call without a result; see [`Error`].
    pub fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.client.call_in(Some(self.session), operation)
    }
}
