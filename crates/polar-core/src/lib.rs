#![doc = include_str!("../README.md")]

mod seam;

pub use polar_types as types;
pub use seam::{
    Attempt, BlockingTransport, Fault, Incoming, Reach, Reply, Transport, TransportError,
};
