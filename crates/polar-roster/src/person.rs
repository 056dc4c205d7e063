use polar_types::{AssignSeat, Container, Recipient, SeatMetadata};

/// Somebody who shall have a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// Where they come from: the line of a file, the row of a table, or any other number by which
    /// to find them again. Faults name it.
    pub line: u64,
    /// Who it is, in one of the six ways that Polar knows.
    pub recipient: Recipient,
    /// What to store with the seat. It counts for new seats only: nothing can change it later.
    pub metadata: Option<SeatMetadata>,
}

impl Person {
    /// Somebody, without metadata.
    #[must_use]
    pub fn new(line: u64, recipient: impl Into<Recipient>) -> Self {
        Self {
            line,
            recipient: recipient.into(),
            metadata: None,
        }
    }

    /// Stores something with the seat.
    #[must_use]
    pub fn metadata(mut self, metadata: SeatMetadata) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// The assignment that gives them a seat, as an invitation.
    #[must_use]
    pub fn request(&self, container: impl Into<Container>) -> AssignSeat {
        let mut request = AssignSeat::new(container, self.recipient.clone());
        request.metadata.clone_from(&self.metadata);
        request
    }
}
