/// What became of an operation that brought no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Polar said no, and nothing was done. The same call will be refused again until something
    /// changes: see [`Error::remedy`](crate::Error::remedy).
    Refused,
    /// There were too many requests (429), and nothing was done. The same call may succeed after
    /// [`Error::retry_after`](crate::Error::retry_after).
    RateLimited,
    /// It certainly was not carried out, or it only reads.
    NotDone,
    /// It may have been carried out. Find out before doing it again; see
    /// [`Error::next_step`](crate::Error::next_step).
    Unknown,
}

/// Whether a request of the call reached Polar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Sent {
    /// No byte of any attempt left.
    No,
    /// At least one attempt left, and no answer to it came back.
    Unknown,
    /// At least one attempt was answered.
    Yes,
}
