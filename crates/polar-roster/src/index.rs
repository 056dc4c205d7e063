use std::collections::HashMap;

use polar_types::{EmailKey, Recipient, Seat, SeatsList};

use crate::{aliases::searchable, key::Key};

/// The live seats of a list by their holders: [`SeatsList::find`], for many people at once and by
/// every address that a seat shows.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    seats: HashMap<Key, &'a Seat>,
    /// Whether each seat that can be revoked shows its holder as a member.
    shows_members: bool,
    /// Whose address has no other spelling.
    certain: Vec<(EmailKey, &'a Seat)>,
    uncertain: Vec<(EmailKey, &'a Seat)>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(list: &'a SeatsList) -> Self {
        let mut seats = HashMap::new();
        let (mut certain, mut uncertain) = (Vec::new(), Vec::new());
        for seat in list.live() {
            for key in Key::of_holder(seat) {
                match &key {
                    Key::Email(email) if email.is_certain() => certain.push((email.clone(), seat)),
                    Key::Email(email) => uncertain.push((email.clone(), seat)),
                    _ => {}
                }
                seats.entry(key).or_insert(seat);
            }
        }
        let is_shown = |seat: &Seat| seat.member.is_some() || searchable(seat).is_none();
        Self {
            seats,
            shows_members: list.live().all(is_shown),
            certain,
            uncertain,
        }
    }

    pub(crate) fn find(&self, recipient: &Recipient) -> Option<&'a Seat> {
        Key::of_recipient(recipient).find_map(|key| self.seats.get(&key).copied())
    }

    /// The first of these names by which there is a seat, and the seat.
    pub(crate) fn find_any<'n>(
        &self,
        names: [&'n Recipient; 2],
    ) -> Option<(&'n Recipient, &'a Seat)> {
        let mut names = names.into_iter();
        names.find_map(|name| Some((name, self.find(name)?)))
    }

    /// Whether the list shows everyone who holds a seat and is named so. If it does not, a person
    /// who is not found may have any of the seats.
    pub(crate) const fn shows(&self, recipient: &Recipient) -> bool {
        match recipient {
            Recipient::Email(_) | Recipient::ExternalMember { email: Some(_), .. } => true,
            Recipient::Member(_) | Recipient::ExternalMember { email: None, .. } => {
                self.shows_members
            }
            _ => false,
        }
    }

    /// The seats that may be theirs under another spelling of their address, when it is not there
    /// as it is.
    pub(crate) fn lookalikes(&self, recipient: &Recipient) -> Vec<&'a Seat> {
        let mut alike = Vec::new();
        for key in Key::of_recipient(recipient) {
            if let (Key::Email(email), false) = (&key, self.seats.contains_key(&key)) {
                // Not looked through for each of thousands who have no other spelling either.
                let certain = if email.is_certain() {
                    &[][..]
                } else {
                    &self.certain
                };
                let all = self.uncertain.iter().chain(certain);
                let all = all.filter(|(listed, _)| email.could_be(listed));
                alike.extend(all.map(|(_, seat)| *seat));
            }
        }
        alike
    }
}
