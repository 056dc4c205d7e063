//! The payments that are to be declined.

use std::collections::BTreeMap;

use uuid::Uuid;

/// How many of the next payments of a customer or a subscription are declined.
#[derive(Debug, Default)]
pub(crate) struct Declines(BTreeMap<Uuid, u64>);

impl Declines {
    pub(crate) fn set(&mut self, payer: Uuid, count: u64) {
        if count == 0 {
            self.0.remove(&payer);
        } else {
            self.0.insert(payer, count);
        }
    }

    /// Returns whether a payment is declined, and counts it for the first payer that has declines.
    pub(crate) fn take(&mut self, payers: impl IntoIterator<Item = Uuid>) -> bool {
        for payer in payers {
            if let Some(&count) = self.0.get(&payer) {
                self.set(payer, count - 1);
                return true;
            }
        }
        false
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Uuid, u64)> {
        self.0.iter().map(|(payer, count)| (*payer, *count))
    }
}
