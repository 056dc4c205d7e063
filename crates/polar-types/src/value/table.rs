//! The tables of fields.

use super::Inner;

/// The fields of a struct. Their keys are in one text, because a pointer to each key would take more
/// space than most keys, and would be relocated when a program starts.
pub(crate) struct Table<F: ?Sized = [Field]> {
    /// The struct's name.
    pub(crate) name: &'static str,
    keys: &'static str,
    /// The fields that a document must have, as [`Seen`] marks those that were read.
    required: u128,
    /// The [marks](mark) of all keys.
    marks: u128,
    fields: F,
}

/// A field of a table, or a constant that is written with the fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// Where its key ends.
    end: u16,
    pub(crate) rule: Rule,
    is_raw: bool,
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
        reason = "evaluated at compile time, and the length is checked"
    )]
    pub(crate) const fn new(
        name: &'static str,
        keys: &'static str,
        from: [(&str, Rule, bool); N],
    ) -> Self {
        assert!(
            N <= 128 && keys.len() <= u16::MAX as usize,
            "a table has at most 128 fields and 65,535 bytes of keys"
        );
        let mut fields = [Field {
            end: 0,
            rule: Rule::constant,
            is_raw: false,
        }; N];
        let (mut index, mut end, mut required, mut marks) = (0, 0, 0, 0);
        while index < N {
            let (key, rule, is_raw) = from[index];
            end += key.len() as u16;
            fields[index] = Field { end, rule, is_raw };
            marks |= mark(key.as_bytes());
            required |= (matches!(rule, Rule::required) as u128) << index;
            index += 1;
        }
        Self {
            name,
            keys,
            required,
            marks,
            fields,
        }
    }
}

/// Maps a key to one of 128 bits. A key whose bit no key of a table has is not in the table, which
/// need not be searched for it.
const fn mark(key: &[u8]) -> u128 {
    match key {
        [first, .., last] => 1 << ((*first as usize * 29 + *last as usize * 31 + key.len()) % 128),
        _ => 1,
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

    /// Whether the field at a position is read from JSON text.
    pub(crate) fn is_raw(&self, index: usize) -> bool {
        self.fields.get(index).is_some_and(|field| field.is_raw)
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
        if self.marks & mark(key) == 0 {
            return None;
        }
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
pub(crate) struct Seen {
    table: &'static Table,
    fields: u128,
    /// Where to look first: documents have their fields in the order of the tables.
    next: usize,
    /// The key of that field, and where it ends.
    key: &'static [u8],
    end: usize,
}

impl Seen {
    pub(crate) fn new(table: &'static Table) -> Self {
        let mut seen = Self {
            table,
            fields: 0,
            next: 0,
            key: b"",
            end: 0,
        };
        seen.expect();
        seen
    }

    /// Finds the field of a key, which is then taken to have been read; returns whether there is one.
    #[inline]
    pub(crate) fn find(&mut self, key: &str) -> bool {
        // No key is empty but the one that is expected after the last field.
        let is_found = key.as_bytes() == self.key && !key.is_empty() || self.search(key);
        if is_found {
            self.fields |= 1 << self.next;
            self.next += 1;
            self.expect();
        }
        is_found
    }

    /// The position of the field that was found last.
    pub(crate) const fn last(&self) -> usize {
        self.next.wrapping_sub(1)
    }

    /// Searches for a key that is not the expected one. Documents leave fields out more often than they
    /// change the order.
    #[inline(never)]
    fn search(&mut self, key: &str) -> bool {
        let Some(index) = self.table.search(self.next, key) else {
            return false;
        };
        self.next = index;
        self.end = self
            .table
            .fields
            .get(index)
            .map_or(0, |field| field.end.into());
        true
    }

    /// Expects the next field, whose key begins where the one before ended.
    fn expect(&mut self) {
        let start = self.end;
        if let Some(field) = self.table.fields.get(self.next) {
            self.end = field.end.into();
        }
        self.key = self
            .table
            .keys
            .as_bytes()
            .get(start..self.end)
            .unwrap_or_default();
    }

    /// Checks that every field that must be there has been read.
    pub(crate) fn check(&self) -> Result<(), Inner> {
        let missing = self.table.required & !self.fields;
        if missing == 0 {
            return Ok(());
        }
        let first = self.table.key(missing.trailing_zeros() as usize);
        Err(Inner::missing(first.unwrap_or_default()))
    }
}
