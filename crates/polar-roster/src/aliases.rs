use std::collections::HashMap;

use polar_types::{Recipient, Seat};

/// Who people turned out to be whom a list does not show by the name they were given.
///
/// The response to an assignment shows it: [`learn`](Self::learn) from it, and the next
/// [plan](crate::Roster::plan_with) finds them. An alias that is not in the list proves nothing: the
/// person may have a seat under a newer name.
#[derive(Debug, Clone, Default)]
pub struct Aliases(HashMap<Recipient, Recipient>);

impl Aliases {
    /// Nothing learnt yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers that a recipient was given this seat. Seats that nobody holds teach nothing.
    pub fn learn(&mut self, recipient: Recipient, seat: &Seat) {
        if let Some(holder) = holder_of(seat) {
            self.insert(recipient, holder);
        }
    }

    /// Remembers that one name means the same person as another.
    pub fn insert(&mut self, recipient: Recipient, holder: Recipient) {
        self.0.insert(recipient, holder);
    }

    /// What to look for a person by: the alias if there is one, then the name they were given.
    pub(crate) fn names<'a>(&'a self, recipient: &'a Recipient) -> [&'a Recipient; 2] {
        [self.0.get(recipient).unwrap_or(recipient), recipient]
    }
}

/// How to name the holder of a seat so that a list shows them: as a member, else by e-mail, else as
/// a customer. `None` when nobody holds it.
#[must_use]
pub fn holder_of(seat: &Seat) -> Option<Recipient> {
    let person = seat.occupant()?;
    let member = person.member_id.map(Recipient::Member);
    member
        .or_else(|| person.email.map(Recipient::email))
        .or_else(|| person.customer_id.map(Recipient::Customer))
}

/// The holder of a seat, if not finding them in a later list proves that they have none.
pub(crate) fn searchable(seat: &Seat) -> Option<Recipient> {
    holder_of(seat).filter(|holder| !matches!(holder, Recipient::Customer(_)))
}
