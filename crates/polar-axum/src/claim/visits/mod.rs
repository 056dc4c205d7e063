//! The state of each visitor, in memory, identified by a cookie.

mod form;
mod key;
mod store;
mod visitor;

pub(super) use self::{
    form::VerifiedForm,
    key::RandomKey,
    store::{CompletedClaim, PendingClaim, ShownInvitation, Visits},
    visitor::{Visitor, attach},
};
