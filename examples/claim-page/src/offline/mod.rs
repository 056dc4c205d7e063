//! The application against a Polar in this process: no network, no account.

mod mail;
mod portal;
mod world;

pub use world::World;
