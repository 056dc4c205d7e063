#![doc = include_str!("../README.md")]

mod app;
pub mod offline;
mod pages;
mod settings;
mod team;
pub mod tour;
mod web;

pub use app::App;
pub use polar_axum::{Clock, Contact};
pub use settings::Settings;
pub use web::Secret;
