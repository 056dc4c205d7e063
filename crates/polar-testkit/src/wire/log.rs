use super::{Received, received};

/// What a server received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    connections: usize,
    requests: Vec<Received>,
}

impl Log {
    pub(super) fn new(connections: &[Vec<u8>]) -> Self {
        let requests = connections
            .iter()
            .enumerate()
            .flat_map(|(number, bytes)| received::requests(number, bytes))
            .collect();
        Self {
            connections: connections.len(),
            requests,
        }
    }

    /// How many connections were made.
    #[must_use]
    pub const fn connections(&self) -> usize {
        self.connections
    }

    /// Every request, whole or in part: connection by connection, and in order on each.
    #[must_use]
    pub fn requests(&self) -> &[Received] {
        &self.requests
    }

    /// The requests that arrived whole.
    pub fn whole(&self) -> impl Iterator<Item = &Received> {
        self.requests.iter().filter(|request| request.whole)
    }

    /// The requests of which something is missing.
    pub fn partial(&self) -> impl Iterator<Item = &Received> {
        self.requests.iter().filter(|request| !request.whole)
    }

    /// Whether a connection carried more than one request.
    #[must_use]
    pub fn keeps_connections(&self) -> bool {
        let connections = self.requests.iter().map(|request| request.connection);
        connections
            .clone()
            .zip(connections.skip(1))
            .any(|(one, next)| one == next)
    }
}
