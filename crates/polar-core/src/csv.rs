use std::{borrow::Cow, fmt};

use bytes::Bytes;

use crate::{DecodeError, FromResponse, Response};

/// A CSV export: a header row and one record for each item, as RFC 4180 describes them.
///
/// The whole export is in memory, at most 64 MiB. To store it, write [`as_bytes`](Self::as_bytes).
/// To read it, use [`records`](Self::records), or pass the bytes to a CSV library that
/// deserializes.
///
/// ```
/// use polar_core::Csv;
///
/// let export = Csv::new("Email,Product\r\nann@acme.com,\"Team plan, yearly\"\r\n");
/// let header = export.header().ok_or("the export is empty")?;
/// let product = header.fields().position(|name| name == "Product").ok_or("no such column")?;
/// for record in export.records() {
///     assert_eq!(record.get(product).as_deref(), Some("Team plan, yearly"));
/// }
/// # Ok::<(), &str>(())
/// ```
///
/// `Debug` shows only the size.
#[derive(Clone, PartialEq, Eq)]
pub struct Csv(Bytes);

/// A row of a CSV export.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CsvRecord<'a>(&'a [u8]);

impl Csv {
    /// Creates an export from its bytes, for example from a file.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// Returns the bytes as Polar sent them.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Returns the bytes as Polar sent them.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Returns the header row: the names of the columns. `None` if the export is empty.
    #[must_use]
    #[inline]
    pub fn header(&self) -> Option<CsvRecord<'_>> {
        self.rows().next()
    }

    /// Returns the records after the header row.
    pub fn records(&self) -> impl Iterator<Item = CsvRecord<'_>> {
        self.rows().skip(1)
    }

    /// Returns the lines, each with one row and without its line ending. The first one is the header
    /// row.
    ///
    /// A quoted field can contain line breaks. They do not end the line, so it can consist of several
    /// lines of text.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.rows().map(|row| row.0)
    }

    #[inline]
    fn rows(&self) -> Rows<'_> {
        Rows(&self.0)
    }
}

impl<'a> CsvRecord<'a> {
    /// Returns the fields without their quotes. Bytes that are not UTF-8 are replaced.
    pub fn fields(self) -> impl Iterator<Item = Cow<'a, str>> {
        let mut rest = Some(self.0);
        std::iter::from_fn(move || {
            let (field, after) = split_field(rest?);
            rest = after.strip_prefix(b",");
            Some(unquote(field))
        })
    }

    /// Returns the field of a column, counted from 0. `None` if the record has fewer fields.
    #[must_use]
    #[inline]
    pub fn get(self, column: usize) -> Option<Cow<'a, str>> {
        self.fields().nth(column)
    }

    /// Returns the record as Polar sent it, without its line ending.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

impl FromResponse for Csv {
    #[inline]
    fn from_response(response: &Response) -> Result<Self, DecodeError> {
        Ok(Self(response.body().clone()))
    }
}

impl fmt::Debug for Csv {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Csv({} bytes)", self.0.len())
    }
}

impl fmt::Debug for CsvRecord<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.fields()).finish()
    }
}

/// The rows in the rest of an export. Empty lines are skipped.
struct Rows<'a>(&'a [u8]);

impl<'a> Iterator for Rows<'a> {
    type Item = CsvRecord<'a>;

    #[inline]
    fn next(&mut self) -> Option<CsvRecord<'a>> {
        let start = self.0.iter().position(|byte| !is_line_break(*byte))?;
        let (_, row) = self.0.split_at(start);
        let (_, mut rest) = split_field(row);
        while let Some(field) = rest.strip_prefix(b",") {
            (_, rest) = split_field(field);
        }
        self.0 = rest;
        let (row, _) = row.split_at(row.len() - rest.len());
        Some(CsvRecord(row))
    }
}

/// Splits off the first field, with its quotes. The rest begins with the comma or line break after
/// it.
#[inline]
fn split_field(text: &[u8]) -> (&[u8], &[u8]) {
    #[derive(Clone, Copy)]
    enum State {
        Start,
        Unquoted,
        Quoted,
        /// After a quote in a quoted field: the end of the quoted part, or the first of two quotes.
        Quote,
    }

    let mut state = State::Start;
    let end = text.iter().position(|byte| {
        state = match (state, byte) {
            (State::Quoted, b'"') => State::Quote,
            (State::Start | State::Quote, b'"') | (State::Quoted, _) => State::Quoted,
            (_, b',' | b'\r' | b'\n') => return true,
            _ => State::Unquoted,
        };
        false
    });
    text.split_at(end.unwrap_or(text.len()))
}

#[inline]
fn unquote(field: &[u8]) -> Cow<'_, str> {
    let Some(quoted) = field.strip_prefix(b"\"") else {
        return String::from_utf8_lossy(field);
    };
    match quoted.strip_suffix(b"\"") {
        Some(inside) if !inside.contains(&b'"') => String::from_utf8_lossy(inside),
        _ => Cow::Owned(unescape(&String::from_utf8_lossy(quoted))),
    }
}

/// Replaces two quotes by one, and removes the quote that ends the quoted part.
#[inline]
fn unescape(mut quoted: &str) -> String {
    let mut text = String::with_capacity(quoted.len());
    while let Some((inside, after)) = quoted.split_once('"') {
        text += inside;
        let Some(rest) = after.strip_prefix('"') else {
            return text + after;
        };
        text.push('"');
        quoted = rest;
    }
    text + quoted
}

const fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
