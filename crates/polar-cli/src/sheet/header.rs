use csv::{ReaderBuilder, StringRecord};

use super::{Flaw, flaw::Place};

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
    pub(super) fn read(names: &StringRecord, line: u64, ignore: bool) -> Result<Self, Vec<Flaw>> {
        let columns: Vec<_> = names.iter().map(Column::of).collect();
        let header = Self {
            columns,
            names: names.clone(),
        };
        if names.iter().any(|name| name.contains('@')) {
            return Err(vec![Flaw::of_line(line, NO_HEADER)]);
        }
        let mut flaws = Vec::new();
        for (at, column) in header.columns.iter().enumerate() {
            let before = header.columns.iter().take(at);
            if *column == Column::Other {
                if !ignore && !is_ours(header.name(at)) {
                    flaws.push(Flaw::new(line, Some(header.place(at)), UNKNOWN));
                }
            } else if let Some(first) = before.clone().position(|other| other == column) {
                let problem = format!("this is column {} again", first + 1);
                flaws.push(Flaw::new(line, Some(header.place(at)), problem));
            }
        }
        if !header
            .columns
            .iter()
            .any(|column| matches!(column, Column::Id(_)))
        {
            flaws.push(Flaw::of_line(line, NOBODY));
        }
        if flaws.is_empty() {
            Ok(header)
        } else {
            Err(flaws)
        }
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(super) const fn names(&self) -> &StringRecord {
        &self.names
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
        let name = name.trim();
        if let Some(key) = name.strip_prefix("metadata.").filter(|key| !key.is_empty()) {
            return Self::Metadata(key.to_owned());
        }
        let plain = name.to_lowercase().replace([' ', '-'], "_");
        let plain = match plain.as_str() {
            "e_mail" | "email_address" | "e_mail_address" => "email",
            other => other,
        };
        match IDS.iter().position(|id| *id == plain) {
            Some(which) => Self::Id(which),
            None if plain == "metadata" => Self::MetadataJson,
            None => Self::Other,
        }
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

const UNKNOWN: &str = "this column means nothing here: name it `email`, `external_member_id`, \
    `external_customer_id`, `customer_id`, `member_id`, `metadata` or `metadata.KEY`, or pass over \
    such columns with --ignore-columns";
const NO_HEADER: &str = "this is somebody already: begin the file with a line that names the \
    columns, such as `email`";
const NOBODY: &str = "no column says who it is: begin with a line such as `email,metadata.team`";
