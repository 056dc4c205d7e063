use polar_types::{AssignSeat, Container, Recipient, SeatMetadata};

/// A person who needs a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// The line of a file, the row of a table, or any other number that identifies this person.
    /// Errors and results refer to it, so it must be unique within a roster.
    pub line: u64,
    /// The email address or id that Polar identifies the person by.
    pub recipient: Recipient,
    /// The metadata to store with the seat. It applies to new seats only: Polar cannot change it
    /// later.
    pub metadata: Option<SeatMetadata>,
}

impl Person {
    /// Creates a person without metadata.
    #[must_use]
    pub fn new(line: u64, recipient: impl Into<Recipient>) -> Self {
        Self {
            line,
            recipient: recipient.into(),
            metadata: None,
        }
    }

    /// Sets the metadata to store with the seat.
    #[must_use]
    pub fn metadata(mut self, metadata: SeatMetadata) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Returns the request that assigns a seat to this person, with an invitation.
    #[must_use]
    pub fn request(&self, container: impl Into<Container>) -> AssignSeat {
        let mut request = AssignSeat::new(container, self.recipient.clone());
        request.metadata.clone_from(&self.metadata);
        request
    }
}
