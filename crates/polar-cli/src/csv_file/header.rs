use csv::{ReaderBuilder, StringRecord};
use strsim::osa_distance;

use super::{CsvError, error::Place, formula};
use crate::report::sanitize;

/// The columns of a file.
pub(crate) struct Header {
    columns: Vec<Column>,
    names: StringRecord,
}

/// The meaning of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// An email address or id, by its index in [`IDS`].
    Id(usize),
    /// A metadata value with this key.
    Metadata(String),
    /// All metadata, as a JSON object.
    MetadataJson,
    /// An unknown column, which is ignored.
    Other,
}

/// The columns that identify people, named as in Polar's API.
pub(crate) const IDS: [&str; 5] = [
    "email",
    "external_member_id",
    "external_customer_id",
    "customer_id",
    "member_id",
];

impl Header {
    pub(super) fn read(
        names: &StringRecord,
        line: u64,
        ignore: bool,
    ) -> Result<Self, Vec<CsvError>> {
        let columns: Vec<_> = names.iter().map(Column::of).collect();
        let header = Self {
            columns,
            names: names.clone(),
        };
        let is_data = |(at, column): (usize, &Column)| {
            *column == Column::Other && header.name(at).contains('@')
        };
        if header.columns.iter().enumerate().any(is_data) {
            return Err(vec![CsvError::of_line(line, NO_HEADER)]);
        }
        let mut errors = Vec::new();
        for (at, column) in header.columns.iter().enumerate() {
            let before = header.columns.iter().take(at);
            if *column == Column::Other {
                if !ignore && !is_rejected_column(header.name(at)) {
                    let problem = unknown(header.name(at));
                    errors.push(CsvError::new(line, Some(header.place(at)), problem));
                }
            } else if let Some(first) = before.clone().position(|other| other == column) {
                let problem = format!("repeats column {}", first + 1);
                errors.push(CsvError::new(line, Some(header.place(at)), problem));
            }
        }
        if !header
            .columns
            .iter()
            .any(|column| matches!(column, Column::Id(_)))
        {
            errors.push(CsvError::of_line(line, NO_ID_COLUMN));
        }
        if errors.is_empty() {
            Ok(header)
        } else {
            Err(errors)
        }
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(super) const fn names(&self) -> &StringRecord {
        &self.names
    }

    /// Returns a cell as it was before an export escaped it.
    pub(super) fn unescape<'a>(&self, at: usize, cell: &'a str) -> &'a str {
        match formula::column(self.name(at)) {
            (_, true) => formula::unescape(cell),
            (_, false) => cell,
        }
    }

    /// Returns the index of the column with a name of Polar's API.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|column| match column {
            Column::Id(which) => IDS.get(*which) == Some(&id),
            _ => false,
        })
    }

    /// Returns the number and name of a column, for errors.
    pub(super) fn place(&self, at: usize) -> Place {
        Place {
            number: at + 1,
            name: self.name(at).trim().to_owned(),
        }
    }

    fn name(&self, at: usize) -> &str {
        self.names.get(at).unwrap_or_default()
    }
}

impl Column {
    fn of(name: &str) -> Self {
        let (name, _) = formula::column(name);
        if let Some(key) = name.strip_prefix("metadata.").filter(|key| !key.is_empty()) {
            return Self::Metadata(key.to_owned());
        }
        let normalized = normalized(name);
        let normalized = match normalized.as_str() {
            "e_mail" | "email_address" | "e_mail_address" => "email",
            other => other,
        };
        match IDS.iter().position(|id| *id == normalized) {
            Some(which) => Self::Id(which),
            None if normalized == METADATA => Self::MetadataJson,
            None => Self::Other,
        }
    }
}

/// Returns a name in the spelling of Polar's API.
fn normalized(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn unknown(name: &str) -> String {
    let known = match similar(name) {
        Some(similar) => format!("did you mean `{}`?", sanitize(&similar)),
        None => KNOWN.to_owned(),
    };
    format!("unknown column; {known} (--ignore-columns ignores unknown columns)")
}

/// Returns the known column that is most similar to a misspelled name.
fn similar(name: &str) -> Option<String> {
    let closest = |name: &str| {
        let known = IDS.into_iter().chain([METADATA]);
        known
            .map(|known| (osa_distance(known, name), known))
            // At most one difference in three letters, like rustc.
            .filter(|(mistakes, known)| *mistakes <= known.len() / 3)
            .min()
            .map(|(_, known)| known)
    };
    match name.split_once('.') {
        Some((prefix, key))
            if closest(&normalized(prefix)) == Some(METADATA) && !key.is_empty() =>
        {
            Some(format!("{METADATA}.{}", key.trim()))
        }
        _ => closest(&normalized(name)).map(ToOwned::to_owned),
    }
}

/// Returns the delimiter with which the first line has the most known columns.
pub(super) fn delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let first = reader
            .records()
            .next()
            .and_then(Result::ok)
            .unwrap_or_default();
        let known = first
            .iter()
            .filter(|name| Column::of(name) != Column::Other)
            .count();
        (known, first.len())
    };
    let mut best = (b',', score(b','));
    for delimiter in *b";\t|" {
        let score = score(delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// Returns whether a column is one that this program adds to rejected rows.
fn is_rejected_column(name: &str) -> bool {
    name.starts_with(super::REJECTED_PREFIX)
}

const METADATA: &str = "metadata";
const KNOWN: &str = "known are `email`, `external_member_id`, `external_customer_id`, `customer_id`, \
    `member_id`, `metadata` and `metadata.KEY`";
const NO_HEADER: &str = "missing header row: this line looks like data; put a line above it that \
    names the columns, such as `email`";
const NO_ID_COLUMN: &str =
    "no column identifies a person; begin with a line such as `email,metadata.team`";
