//! People in a file of comma-separated values.

mod error;
pub(crate) mod formula;
mod header;
mod quotes;
mod row;
mod text;

use csv::{ReaderBuilder, StringRecord};
use polar_roster::Person;

pub(crate) use self::{error::CsvError, header::IDS};
use self::{
    error::Place,
    header::{Header, delimiter},
    quotes::Misquoted,
    text::Lines,
};

/// A file as it was read: what each row says, and where it stands.
pub(crate) struct CsvFile {
    header: Header,
    rows: Vec<Row>,
    delimiter: u8,
}

/// One row, as it stands in the file.
pub(crate) struct Row {
    /// The line where it begins, from 1.
    pub(crate) line: u64,
    pub(crate) cells: StringRecord,
}

impl CsvFile {
    /// Reads a whole file. `ignore` says what to do with columns that mean nothing here.
    pub(crate) fn read(bytes: &[u8], ignore: bool) -> Result<Self, Vec<CsvError>> {
        let text = text::decode(bytes).map_err(|error| vec![error])?;
        let delimiter = delimiter(&text);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records = reader.records().map_while(Result::ok);
        let Some(first) = records.next() else {
            return Err(vec![CsvError::of_line(
                1,
                "the file is empty; it must begin with a line that names the columns",
            )]);
        };
        let mut lines = Lines::new(&text);
        let misquoted = quotes::misquoted(&text, delimiter);
        if !misquoted.is_empty() {
            return Err(quoting(&misquoted, &first, lines.of(&first)));
        }
        let header = Header::read(&first, lines.of(&first), ignore)?;
        let rows = records
            .map(|cells| Row {
                line: lines.of(&cells),
                cells,
            })
            .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
        let rows = rows.collect();
        Ok(Self {
            header,
            rows,
            delimiter,
        })
    }

    /// The people that the rows name, and what is wrong with the other rows.
    pub(crate) fn people(&self) -> (Vec<Person>, Vec<CsvError>) {
        let mut errors = Vec::new();
        let people = self.rows.iter().filter_map(|row| {
            let person = row::person(row, &self.header);
            person.map_err(|error| errors.push(error)).ok()
        });
        (people.collect(), errors)
    }

    /// The error of a person whom a roster refused.
    pub(crate) fn error(&self, person: &polar_roster::InvalidPerson) -> CsvError {
        let column = self.header.position(person.field.as_str());
        CsvError::new(
            person.line,
            column.map(|at| self.header.place(at)),
            person.problem.to_string(),
        )
    }

    /// The names of the columns, as they stand in the file.
    pub(crate) const fn names(&self) -> &StringRecord {
        self.header.names()
    }

    pub(crate) const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }
}

/// The errors of cells with broken quotes. The header names their columns, unless it has one, too.
fn quoting(misquoted: &[Misquoted], header: &StringRecord, header_line: u64) -> Vec<CsvError> {
    let is_header_sound = misquoted.first().is_some_and(|one| one.line > header_line);
    let error = |one: &Misquoted| {
        let name = header.get(one.column).filter(|_| is_header_sound);
        let place = Place {
            number: one.column + 1,
            name: name.unwrap_or_default().trim().to_owned(),
        };
        CsvError::new(one.line, Some(place), one.problem)
    };
    misquoted.iter().map(error).collect()
}

/// What the columns begin with that are added to rows which were turned away.
pub(crate) const REJECTED: &str = "rejected.";

#[cfg(test)]
mod tests;
