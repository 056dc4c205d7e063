//! The seats of an organisation, and the public claim: one file per operation.
//!
//! An operation is a value ([`Claim`], [`List`], …) for [`Client::call`](crate::Client::call), and
//! a method of the same name on [`CustomerSeats`], for both clients.

pub(crate) mod assign;
mod claim;
mod claim_info;
pub(crate) mod list;
pub(crate) mod resend;
pub(crate) mod revoke;

pub use self::{
    assign::Assign, claim::Claim, claim_info::ClaimInfo, list::List, resend::Resend, revoke::Revoke,
};

/// The seat operations of a client `C`: [`Client`](crate::Client) or
/// [`blocking::Client`](crate::blocking::Client).
#[derive(Debug)]
pub struct CustomerSeats<'a, C> {
    pub(crate) client: &'a C,
}

impl<'a, C> CustomerSeats<'a, C> {
    pub(crate) const fn new(client: &'a C) -> Self {
        Self { client }
    }
}

pub(crate) const COLLECTION: &str = "/v1/customer-seats";
