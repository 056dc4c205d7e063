use csv::{ReaderBuilder, StringRecord};
use strsim::osa_distance;

use super::{CsvError, error::Place, formula};
use crate::report::sanitize;

/// The columns of a file.
pub(crate) struct Header {
    columns: Vec<Column>,
    names: StringRecord,
}

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// One of the ways to name a person, by its place among [`IDS`].
    Id(usize),
    /// A text of the metadata, under this key.
    Metadata(String),
    /// The whole metadata, as JSON.
    MetadataJson,
    /// Nothing that matters here.
    Other,
}

/// The columns that name people, by the API's own names.
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
                if !ignore && !is_ours(header.name(at)) {
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
            errors.push(CsvError::of_line(line, NOBODY));
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

    /// A cell as it was before an export escaped it.
    pub(super) fn unescape<'a>(&self, at: usize, cell: &'a str) -> &'a str {
        match formula::column(self.name(at)) {
            (_, true) => formula::unescape(cell),
            (_, false) => cell,
        }
    }

    /// The column with one of the API's names.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|column| match column {
            Column::Id(which) => IDS.get(*which) == Some(&id),
            _ => false,
        })
    }

    /// How a person finds a column.
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
        let plain = plain(name);
        let plain = match plain.as_str() {
            "e_mail" | "email_address" | "e_mail_address" => "email",
            other => other,
        };
        match IDS.iter().position(|id| *id == plain) {
            Some(which) => Self::Id(which),
            None if plain == METADATA => Self::MetadataJson,
            None => Self::Other,
        }
    }
}

/// A name in the API's way of writing names.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn unknown(name: &str) -> String {
    let known = match similar(name) {
        Some(similar) => format!("did you mean `{}`?", sanitize(&similar)),
        None => KNOWN.to_owned(),
    };
    format!("unknown column; {known} (--ignore-columns ignores unknown columns)")
}

/// The column that a misspelled name may stand for.
fn similar(name: &str) -> Option<String> {
    let closest = |name: &str| {
        let known = IDS.into_iter().chain([METADATA]);
        known
            .map(|known| (osa_distance(known, name), known))
            // One mistake in three letters, as rustc allows.
            .filter(|(mistakes, known)| *mistakes <= known.len() / 3)
            .min()
            .map(|(_, known)| known)
    };
    match name.split_once('.') {
        Some((prefix, key)) if closest(&plain(prefix)) == Some(METADATA) && !key.is_empty() => {
            Some(format!("{METADATA}.{}", key.trim()))
        }
        _ => closest(&plain(name)).map(ToOwned::to_owned),
    }
}

/// The character between the cells: the one that makes the first line name the most columns.
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

/// Whether a column is one that this program adds when it turns rows away.
fn is_ours(name: &str) -> bool {
    name.starts_with(super::REJECTED)
}

const METADATA: &str = "metadata";
const KNOWN: &str = "known are `email`, `external_member_id`, `external_customer_id`, `customer_id`, \
    `member_id`, `metadata` and `metadata.KEY`";
const NO_HEADER: &str = "missing header row: this line looks like data; put a line above it that \
    names the columns, such as `email`";
const NOBODY: &str =
    "no column identifies a person; begin with a line such as `email,metadata.team`";
