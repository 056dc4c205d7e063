#![doc = include_str!("../README.md")]

mod aliases;
mod email;
mod identity;
mod invalid_person;
mod person;
mod plan;
mod roster;
pub mod run;

#[doc(no_inline)]
pub use polar_types as types;

pub use self::{
    aliases::{Aliases, holder_of},
    email::InvalidEmail,
    invalid_person::{Field, InvalidPerson, Problem},
    person::Person,
    plan::{Plan, Revocation, RevokeError, RevokeLimit, SeatedPerson},
    roster::{Roster, Validated},
};
