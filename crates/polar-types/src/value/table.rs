//! The tables of fields.

use super::Inner;

/// The fields of a struct. Their keys are in one text: a pointer to each would be two thirds of the
/// table, and be relocated when a program starts.
pub(crate) struct Table<F: ?Sized = [Field]> {
    /// The struct's name.
    pub(crate) name: &'static str,
    keys: &'static str,
    /// The fields that a document must have, as [`Seen`] marks those that were read.
    required: u128,
    fields: F,
}

/// A field of a table, or a constant that is written with the fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// Where its key ends.
    end: u16,
    pub(crate) rule: Rule,
    pub(crate) is_raw: bool,
}

/// What a field is where a document does not have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(non_camel_case_types, reason = "as the tables write them")]
pub(crate) enum Rule {
    required,
    lenient,
    optional,
    nullable,
    patch,
    constant,
}

impl<const N: usize> Table<[Field; N]> {
    /// A table of fields: their keys, rules, and whether they are read as JSON text. The keys are
    /// given once more, in one text.
    #[expect(
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "evaluated when compiled, and checked"
    )]
    pub(crate) const fn new(
        name: &'static str,
        keys: &'static str,
        from: [(&str, Rule, bool); N],
    ) -> Self {
        assert!(
            N <= 128 && keys.len() <= u16::MAX as usize,
            "it is too long"
        );
        let mut fields = [Field {
            end: 0,
            rule: Rule::constant,
            is_raw: false,
        }; N];
        let (mut index, mut end, mut required) = (0, 0, 0);
        while index < N {
            let (key, rule, is_raw) = from[index];
            end += key.len() as u16;
            fields[index] = Field { end, rule, is_raw };
            required |= (matches!(rule, Rule::required) as u128) << index;
            index += 1;
        }
        Self {
            name,
            keys,
            required,
            fields,
        }
    }
}

impl Table {
    /// The fields in their order, with their keys.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, Field)> {
        let mut start = 0;
        self.fields.iter().map(move |field| {
            let key = self.keys.get(start..field.end.into()).unwrap_or_default();
            start = field.end.into();
            (key, *field)
        })
    }

    /// The key of the field at a position.
    pub(crate) fn key(&self, index: usize) -> Option<&'static str> {
        let (key, _) = self.fields().nth(index)?;
        Some(key)
    }

    /// Searches for a key from a position on, and then before it.
    #[inline(never)]
    fn search(&self, from: usize, key: &str) -> Option<usize> {
        let (keys, key) = (self.keys.as_bytes(), key.as_bytes());
        let (before, after) = self.fields.split_at_checked(from)?;
        let position = |fields: &[Field], mut start: usize| {
            fields.iter().position(|field| {
                let end = usize::from(field.end);
                let is_found = end - start == key.len() && keys.get(start..end) == Some(key);
                start = end;
                is_found
            })
        };
        let middle = before.last().map_or(0, |field| field.end.into());
        position(after, middle)
            .map(|index| from + index)
            .or_else(|| position(before, 0))
    }
}

/// Which fields of an object have been read.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    fields: u128,
    /// Where to look first: documents have their fields in the order of the tables.
    next: usize,
    /// Where the key of that field begins.
    start: usize,
}

impl Seen {
    /// Finds the field of a key, which is then taken to have been read; returns whether there is one.
    pub(crate) fn find(&mut self, table: &Table, key: &str) -> bool {
        let (keys, key_bytes) = (table.keys.as_bytes(), key.as_bytes());
        let mut next = table.fields.get(self.next);
        if next.and_then(|next| keys.get(self.start..next.end.into())) != Some(key_bytes) {
            // Documents leave fields out more often than they change the order.
            let Some(index) = table.search(self.next, key) else {
                return false;
            };
            self.next = index;
            next = table.fields.get(index);
        }
        self.fields |= 1 << self.next;
        self.start = next.map_or(0, |field| field.end.into());
        self.next += 1;
        true
    }

    /// The field that was found last, and its position.
    pub(crate) fn last(&self, table: &Table) -> Option<(usize, Field)> {
        let index = self.next.checked_sub(1)?;
        Some((index, *table.fields.get(index)?))
    }

    /// Checks that every field that must be there has been read.
    pub(crate) fn check(&self, table: &Table) -> Result<(), Inner> {
        let missing = table.required & !self.fields;
        if missing == 0 {
            return Ok(());
        }
        let first = table.key(missing.trailing_zeros() as usize);
        Err(Inner::missing(first.unwrap_or_default()))
    }
}
