#![doc = include_str!("../README.md")]

mod app;
mod claim;
pub mod offline;
mod pages;
mod settings;
mod team;
pub mod tour;
mod web;

pub use app::App;
pub use settings::{Clock, Contact, Settings};
pub use web::Secret;
