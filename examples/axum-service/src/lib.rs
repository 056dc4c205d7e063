#![doc = include_str!("../README.md")]

mod billing;
mod seats;
mod user;

pub use self::{
    billing::billing,
    seats::{Team, seats},
    user::User,
};
