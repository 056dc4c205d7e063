//! Reads people from CSV files.

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

/// A CSV file with the lines of its rows.
pub(crate) struct CsvFile {
    header: Header,
    rows: Vec<Row>,
    delimiter: u8,
}

/// A row of the file.
pub(crate) struct Row {
    /// The line where the row begins, from 1.
    pub(crate) line: u64,
    pub(crate) cells: StringRecord,
}

impl CsvFile {
    /// Parses a file. `ignore` allows unknown columns.
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
            return Err(quoting_errors(&misquoted, &first, lines.of(&first)));
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

    /// Returns the people in valid rows, and the errors of the other rows.
    pub(crate) fn people(&self) -> (Vec<Person>, Vec<CsvError>) {
        let mut errors = Vec::new();
        let people = self.rows.iter().filter_map(|row| {
            let person = row::person(row, &self.header);
            person.map_err(|error| errors.push(error)).ok()
        });
        (people.collect(), errors)
    }

    /// Returns the error of a person who cannot be on a roster.
    pub(crate) fn invalid_person(&self, person: &polar_roster::InvalidPerson) -> CsvError {
        let column = self.header.position(person.field.as_str());
        CsvError::new(
            person.line,
            column.map(|at| self.header.place(at)),
            person.problem.to_string(),
        )
    }

    /// Returns the names of the columns as in the file.
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

/// Returns the errors of cells with broken quotes, with the names of their columns unless the header
/// has such a cell itself.
fn quoting_errors(
    misquoted: &[Misquoted],
    header: &StringRecord,
    header_line: u64,
) -> Vec<CsvError> {
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

/// The first part of the names of columns that are added to rejected rows.
pub(crate) const REJECTED_PREFIX: &str = "rejected.";

#[cfg(test)]
mod tests;
