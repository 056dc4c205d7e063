//! The file of rejected rows, to correct and import again.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use csv::WriterBuilder;

use crate::csv_file::{CsvError, CsvFile, REJECTED_PREFIX};

/// The rejected rows of a file, with the reasons.
pub(crate) struct RejectsFile<'a> {
    csv_file: &'a CsvFile,
    errors: Vec<CsvError>,
}

impl<'a> RejectsFile<'a> {
    pub(crate) const fn new(csv_file: &'a CsvFile, errors: Vec<CsvError>) -> Self {
        Self { csv_file, errors }
    }

    /// Writes the rows to `path`, or to a new file next to the source. The new file never replaces one
    /// that may have been corrected already.
    pub(crate) fn write(&self, path: Option<&Path>, source: &Path) -> io::Result<PathBuf> {
        let text = self.text()?;
        let Some(path) = path else {
            return write_sibling(source, &text);
        };
        fs::write(path, text)?;
        Ok(path.to_owned())
    }

    fn text(&self) -> io::Result<Vec<u8>> {
        let mut writer = WriterBuilder::new()
            .delimiter(self.csv_file.delimiter())
            .flexible(true)
            .from_writer(Vec::new());
        let names = self.csv_file.names();
        let is_added = |at: usize| {
            names
                .get(at)
                .is_some_and(|name| name.starts_with(REJECTED_PREFIX))
        };
        let kept: Vec<_> = (0..names.len()).filter(|at| !is_added(*at)).collect();
        let cells = kept
            .iter()
            .filter_map(|at| names.get(*at))
            .map(ToOwned::to_owned);
        writer.write_record(cells.chain(COLUMNS.map(|name| format!("{REJECTED_PREFIX}{name}"))))?;
        for error in &self.errors {
            let Some(row) = self.row(error.line) else {
                continue;
            };
            let cells = kept
                .iter()
                .map(|at| row.get(*at).unwrap_or_default().to_owned());
            let column = error.column.as_ref().map(|place| place.name.clone());
            let added = [
                error.line.to_string(),
                column.unwrap_or_default(),
                error.problem.clone(),
            ];
            writer.write_record(cells.chain(added))?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    fn row(&self, line: u64) -> Option<&csv::StringRecord> {
        let rows = self.csv_file.rows();
        let at = rows.binary_search_by_key(&line, |row| row.line).ok()?;
        rows.get(at).map(|row| &row.cells)
    }
}

/// Writes `people.rejects.csv`, or `people.rejects-2.csv` if that exists with another content.
fn write_sibling(source: &Path, text: &[u8]) -> io::Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let extension = match number {
            1 => "rejects.csv".to_owned(),
            _ => format!("rejects-{number}.csv"),
        };
        let path = if source == Path::new("-") {
            PathBuf::from("people").with_extension(extension)
        } else {
            source.with_extension(extension)
        };
        match File::create_new(&path) {
            Ok(mut file) => {
                file.write_all(text)?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if fs::read(&path)? == text {
                    return Ok(path);
                }
                number += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

const COLUMNS: [&str; 3] = ["line", "column", "reason"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_rows_can_be_imported() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("people.csv");
        let text = "metadata.team;email\n\"a;b\";ann\n;bob@acme.com\n;bob@acme.com\n";
        let csv_file = CsvFile::read(text.as_bytes(), false).ok().unwrap();
        let sifted = polar_roster::Roster::validate(csv_file.people().0);
        let errors: Vec<_> = sifted
            .invalid
            .iter()
            .map(|person| csv_file.invalid_person(person))
            .collect();
        let rejects = RejectsFile::new(&csv_file, errors);
        let first = rejects.write(None, &source).unwrap();
        assert_eq!(rejects.write(None, &source).unwrap(), first);
        let other = RejectsFile::new(&csv_file, Vec::new())
            .write(None, &source)
            .unwrap();
        assert_eq!(other.file_name().unwrap(), "people.rejects-2.csv");
        let written = fs::read_to_string(&first).unwrap();
        assert!(
            written.starts_with(
                "metadata.team;email;rejected.line;rejected.column;rejected.reason\n\
                 \"a;b\";ann;2;email;not an email address"
            ),
            "{written}"
        );

        let corrected = CsvFile::read(written.as_bytes(), false).ok().unwrap();
        assert_eq!(corrected.people().0.len(), 2);
        let errors = vec![CsvError::of_line(3, "rejected again")];
        let path = RejectsFile::new(&corrected, errors)
            .write(None, &first)
            .unwrap();
        assert_eq!(path.file_name().unwrap(), "people.rejects.rejects.csv");
        let columns = fs::read_to_string(path).unwrap();
        assert_eq!(
            columns
                .lines()
                .next()
                .unwrap()
                .matches("rejected.line")
                .count(),
            1
        );
    }
}
