//! Decodes the bytes of a file, and counts its lines.

use std::borrow::Cow;

use csv::StringRecord;

use super::CsvError;

/// Decodes UTF-8, or UTF-16 with a byte order mark, as spreadsheets write it.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, CsvError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest)
            .map(Cow::Borrowed)
            .map_err(|error| {
                let good = rest.get(..error.valid_up_to()).unwrap_or_default();
                let line = newlines(&String::from_utf8_lossy(good)) + 1;
                CsvError::of_line(line, "not UTF-8; save the file as \"CSV UTF-8\"")
            }),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, CsvError> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.map(Cow::Owned)
        .map_err(|_| CsvError::of_line(1, "incomplete UTF-16; save the file as \"CSV UTF-8\""))
}

/// Counts the lines where records begin.
///
/// The count of the `csv` reader is not used: its records begin before preceding empty lines.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// The byte up to which lines have been counted.
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            counted: 0,
            line: 1,
        }
    }

    /// Returns the line where a record begins. Records must be passed in their order.
    pub(super) fn of(&mut self, record: &StringRecord) -> u64 {
        let start = self.start(record);
        let between = self.text.get(self.counted..start).unwrap_or_default();
        self.line += newlines(between);
        self.counted = start;
        self.line
    }

    fn start(&self, record: &StringRecord) -> usize {
        let at = record.position().map_or(0, csv::Position::byte);
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let rest = self.text.get(at..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        at.saturating_add(blank)
    }
}

/// Counts the line endings in a text: `\n`, `\r\n` or `\r`.
fn newlines(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends = bytes
        .iter()
        .enumerate()
        .filter(|&(index, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(index + 1) != Some(&b'\n'),
            _ => false,
        });
    ends.count().try_into().unwrap_or(u64::MAX)
}
