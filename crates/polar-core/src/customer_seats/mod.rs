//! The seats of an organisation, and the public claim.
//!
//! Each operation is a method of [`CustomerSeats`], once for each client, and a value of the same name
//! ([`Claim`], [`List`], …) for `client.call(..)`.

pub(crate) mod assign;
mod claim;
mod claim_info;
pub(crate) mod list;
pub(crate) mod resend;
pub(crate) mod revoke;

pub use self::{
    assign::Assign, claim::Claim, claim_info::GetClaimInfo, list::List, resend::Resend,
    revoke::Revoke,
};

/// The seat operations of a client `C`: the asynchronous client or the blocking one. Each method
/// stands here twice, once for either.
#[derive(Debug)]
pub struct CustomerSeats<'a, C> {
    pub(crate) client: &'a C,
}

// By hand: a derived one would ask the client for the same.
impl<C> Clone for CustomerSeats<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for CustomerSeats<'_, C> {}

impl<'a, C> CustomerSeats<'a, C> {
    pub(crate) const fn new(client: &'a C) -> Self {
        Self { client }
    }
}

pub(crate) const COLLECTION: &str = "/v1/customer-seats";
