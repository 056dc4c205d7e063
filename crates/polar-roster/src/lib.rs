#![doc = include_str!("../README.md")]

mod aliases;
mod email;
mod fault;
mod index;
mod key;
mod person;
mod plan;
mod roster;

#[doc(no_inline)]
pub use polar_types as types;

pub use self::{
    aliases::{Aliases, holder_of},
    email::EmailFlaw,
    fault::{Fault, Field, Problem},
    person::Person,
    plan::{Plan, Revocation, RevokeLimit, RevokeRefused, Seated},
    roster::{Roster, Sifted},
};
