use std::io;

use polar_core::Error;

use super::Exit;

/// Why something for many people is not done.
#[derive(Debug)]
pub(crate) struct Incomplete {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    /// What made everything stop.
    pub(crate) cause: Option<Halt>,
    /// What to do now.
    pub(crate) next_step: String,
}

/// Why everything came to a stop.
#[derive(Debug)]
pub(crate) enum Halt {
    /// Polar refuses everything, or cannot be reached.
    Call(Error),
    /// The journal cannot be written.
    Journal(io::Error),
    /// The rejected rows cannot be written.
    Rejects(io::Error),
}
