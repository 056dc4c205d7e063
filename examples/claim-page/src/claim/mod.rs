//! The claim, as the person goes through it who was invited.

mod look;
mod open;
mod outcome;
mod seat;
mod take;
mod trouble;

pub(crate) use self::{
    open::{open, open_by_hand, start},
    outcome::{Outcome, outcome},
    seat::{Session, portal, seat},
    take::take,
    trouble::Trouble,
};
