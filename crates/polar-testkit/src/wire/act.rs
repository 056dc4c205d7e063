use std::time::Duration;

use bytes::Bytes;

/// One thing the server does on a connection.
///
/// After its last act a connection is closed as by [`Close`](Self::Close). An act that can't be
/// carried out, because the client is gone or the server's bound is reached, ends the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Act {
    /// Reads until one more request has arrived whole.
    Read,
    /// Reads exactly so many bytes, whatever they are.
    ReadBytes(usize),
    /// Writes these bytes.
    Write(Bytes),
    /// Writes these bytes one at a time, with a pause before each.
    Drip(Bytes, Duration),
    /// Writes these bytes again and again, until the client hangs up.
    Pour(Bytes),
    /// Does nothing for so long.
    Pause(Duration),
    /// Neither reads nor writes any more, and leaves the connection open.
    Hold,
    /// Ends the connection in order: what was written arrives, then the end. What the client goes
    /// on to send is read and recorded.
    Close,
    /// Breaks the connection off with a reset. What was written may be lost with it.
    Reset,
}

/// What a server does with everyone who connects.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plan {
    /// Nobody listens at its address.
    Refuse,
    /// Its host has a name that can't exist; no resolver need be asked for that.
    Nameless,
    /// It plays one list of acts for each connection, in order. Connections beyond the last get
    /// the last one again, so that whoever sends a request again has it recorded again.
    Connections(Vec<Vec<Act>>),
}

/// Every connection goes the same way.
impl<const N: usize> From<[Act; N]> for Plan {
    fn from(acts: [Act; N]) -> Self {
        Self::Connections(vec![acts.into()])
    }
}

/// One list for each connection.
impl<const N: usize> From<[Vec<Act>; N]> for Plan {
    fn from(connections: [Vec<Act>; N]) -> Self {
        Self::Connections(connections.into())
    }
}
