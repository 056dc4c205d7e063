use std::{fmt::Write, time::Duration};

use bytes::Bytes;

/// One thing the server does on a connection.
///
/// After its last action a connection is closed as by [`Close`](Self::Close). If an action cannot
/// be carried out, because the client has disconnected or the time limit is reached, the
/// connection ends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Reads until one more request has arrived completely.
    Read,
    /// Reads exactly this many bytes, whatever they are.
    ReadBytes(usize),
    /// Writes these bytes.
    Write(Bytes),
    /// Writes these bytes one at a time, with a pause before each.
    WriteSlowly(Bytes, Duration),
    /// Writes these bytes again and again, until the client disconnects.
    WriteForever(Bytes),
    /// Does nothing for this long.
    Sleep(Duration),
    /// Neither reads nor writes any more, and leaves the connection open.
    KeepOpen,
    /// Closes the connection gracefully: what was written arrives, then the end of the stream.
    /// What the client sends afterwards is still read and recorded.
    Close,
    /// Resets the connection (RST). What was written may be lost.
    Reset,
}

/// What a server does with each connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerPlan {
    /// Nothing listens at the server's address.
    Refuse,
    /// The server's host name cannot be resolved; it is invalid, so no resolver is contacted.
    Unresolvable,
    /// A list of actions for each connection, in order. Further connections repeat the last list,
    /// so that a request that is sent again is recorded again.
    Connections(Vec<Vec<Action>>),
}

/// Every connection gets the same actions.
impl<const N: usize> From<[Action; N]> for ServerPlan {
    fn from(actions: [Action; N]) -> Self {
        Self::Connections(vec![actions.into()])
    }
}

/// One list of actions for each connection.
impl<const N: usize> From<[Vec<Action>; N]> for ServerPlan {
    fn from(connections: [Vec<Action>; N]) -> Self {
        Self::Connections(connections.into())
    }
}

/// Returns the bytes of a response with these headers, a `content-length` and this body.
///
/// For responses that a correct server would not send, write the bytes yourself.
#[must_use]
pub fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Bytes {
    let mut response = format!("HTTP/1.1 {status} Status\r\n");
    for (name, value) in headers {
        let _ = write!(response, "{name}: {value}\r\n");
    }
    let _ = write!(response, "content-length: {}\r\n\r\n{body}", body.len());
    response.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_adds_content_length() {
        assert_eq!(
            response(429, &[("retry-after", "60")], "wait"),
            "HTTP/1.1 429 Status\r\nretry-after: 60\r\ncontent-length: 4\r\n\r\nwait"
        );
    }
}
