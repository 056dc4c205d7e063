//! The pages: plain HTML that needs no script. Whatever was put in is escaped by `maud`.

mod invitation;
mod layout;
mod outcome;
mod seat;
mod sign_in;
mod start;
mod team;
pub(crate) mod trouble;
mod words;

pub(crate) use self::{
    invitation::invitation,
    layout::layout,
    outcome::outcome,
    seat::{no_seat, seat},
    sign_in::sign_in,
    start::start,
    team::{Team, confirm_revoke, team},
};
