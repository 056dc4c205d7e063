#![doc = include_str!("../README.md")]

mod access;
mod database;
mod object;
mod service;
mod sync;
mod user;

pub use self::{
    access::{Access, require},
    database::{Applied, Database},
    object::Object,
    service::Service,
    sync::sync,
    user::User,
};
