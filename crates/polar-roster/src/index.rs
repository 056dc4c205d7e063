use std::collections::HashMap;

use polar_types::{EmailKey, Recipient, Seat, SeatsList};

use crate::key::Key;

/// The live seats of a list by their holders: [`SeatsList::find`], for many people at once.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    seats: HashMap<Key, &'a Seat>,
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
        Self {
            seats,
            certain,
            uncertain,
        }
    }

    pub(crate) fn find(&self, recipient: &Recipient) -> Option<&'a Seat> {
        Key::of_recipient(recipient).find_map(|key| self.seats.get(&key).copied())
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
