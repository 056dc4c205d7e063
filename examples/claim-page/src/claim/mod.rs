//! Claiming a seat, from the link in the email to the customer portal.

mod error;
mod open;
mod seat;
mod submit;

pub(crate) use self::{
    error::InvitationError,
    open::{open, open_by_hand, start},
    seat::{Session, portal, seat},
    submit::{Outcome, outcome, submit},
};
