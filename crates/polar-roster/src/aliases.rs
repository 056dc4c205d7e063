use std::collections::HashMap;

use polar_types::{Recipient, Seat};

/// Names that a list of seats shows for people whom it does not show by their own name.
///
/// The response to an assignment has such a name. After [`learn`](Self::learn), the next
/// [plan](crate::Roster::plan_with) finds the person. If the list does not have the alias, that
/// proves nothing: the person may have a seat under a newer name.
#[derive(Debug, Clone, Default)]
pub struct Aliases(HashMap<Recipient, Recipient>);

impl Aliases {
    /// Creates an empty set of aliases.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records that this seat was assigned to a recipient. Does nothing if the seat has no holder.
    pub fn learn(&mut self, recipient: Recipient, seat: &Seat) {
        if let Some(holder) = holder_of(seat) {
            self.insert(recipient, holder);
        }
    }

    /// Records that a recipient and the holder of a seat are the same person.
    pub fn insert(&mut self, recipient: Recipient, holder: Recipient) {
        self.0.insert(recipient, holder);
    }

    /// Returns the names to search a list for: the alias if there is one, then the recipient.
    pub(crate) fn names<'a>(&'a self, recipient: &'a Recipient) -> [&'a Recipient; 2] {
        [self.0.get(recipient).unwrap_or(recipient), recipient]
    }
}

/// Returns the holder of a seat by a name that a list shows: the member, otherwise the email
/// address, otherwise the customer. Returns `None` if the seat has no holder.
#[must_use]
pub fn holder_of(seat: &Seat) -> Option<Recipient> {
    let person = seat.occupant()?;
    let member = person.member_id.map(Recipient::Member);
    member
        .or_else(|| person.email.map(Recipient::email))
        .or_else(|| person.customer_id.map(Recipient::Customer))
}

/// Returns the holder of a seat, if a later list without them proves that they have no seat.
pub(crate) fn searchable_holder(seat: &Seat) -> Option<Recipient> {
    holder_of(seat).filter(|holder| !matches!(holder, Recipient::Customer(_)))
}
