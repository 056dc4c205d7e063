use std::collections::HashMap;

use polar_types::{Recipient, Seat, SeatsList};

use crate::key::Key;

/// The live seats of a list by their holders: [`SeatsList::find`], for many people at once.
#[derive(Debug)]
pub(crate) struct Index<'a>(HashMap<Key, &'a Seat>);

impl<'a> Index<'a> {
    pub(crate) fn new(list: &'a SeatsList) -> Self {
        let mut seats = HashMap::new();
        for seat in list.live() {
            for key in Key::of_holder(seat) {
                seats.entry(key).or_insert(seat);
            }
        }
        Self(seats)
    }

    pub(crate) fn find(&self, recipient: &Recipient) -> Option<&'a Seat> {
        Key::of_recipient(recipient).find_map(|key| self.0.get(&key).copied())
    }
}
