#![doc = include_str!("../README.md")]

pub mod script;
pub mod wire;
