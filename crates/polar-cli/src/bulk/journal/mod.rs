//! The journal of a bulk command.

mod entry;
mod file;

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use polar_core::BaseUrl;

use self::entry::JournalLine;
pub(crate) use self::entry::{
    JournalEntry, RENEWING, REVOKING, UNKNOWN, aliases, last_entries, revoking_since,
};
use crate::{error::CliError, report::file_name};

/// An append-only file with a line of JSON for each result.
///
/// A command reads only what a list of seats cannot show: the holders that were assigned a seat by a
/// customer's id, and the people whom an unfinished renewal left without a seat. A killed program
/// loses at most the line that it was writing.
pub(crate) struct Journal {
    path: Option<PathBuf>,
    server: BaseUrl,
    file: Option<File>,
}

impl Journal {
    /// Creates a journal of requests to a server. The file need not exist; without a path nothing is
    /// written.
    pub(crate) const fn new(path: Option<PathBuf>, server: BaseUrl) -> Self {
        Self {
            path,
            server,
            file: None,
        }
    }

    pub(crate) const fn server(&self) -> &BaseUrl {
        &self.server
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Reads the entries of earlier runs. Lines that cannot be read, such as an incomplete one, are
    /// skipped.
    ///
    /// `immediate_claim` is false in every entry: only the command line can set it.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or another user may have written to it.
    pub(crate) fn read(&self) -> Result<Vec<JournalEntry>, CliError> {
        let Some(path) = &self.path else {
            return Ok(Vec::new());
        };
        let file = match file::open_to_read(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unusable(path, &error)),
        };
        let lines = BufReader::new(file).split(b'\n').map_while(Result::ok);
        Ok(lines
            .filter_map(|line| serde_json::from_slice(&line).ok())
            .map(|mut entry: JournalEntry| {
                entry.request.immediate_claim = false;
                entry
            })
            .collect())
    }

    /// Opens the file for appending, before the first request that must be recorded.
    ///
    /// # Errors
    ///
    /// If the file cannot be written, or another user may have written to it.
    pub(crate) fn open(&mut self) -> Result<(), CliError> {
        match (&self.path, &self.file) {
            (Some(path), None) => {
                let file = file::open_to_append(path).map_err(|error| unusable(path, &error))?;
                self.file = Some(file);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Appends a line.
    pub(crate) fn write(&mut self, entry: &JournalEntry) -> io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(file::open_to_append(path)?),
        };
        let server = self.server.to_string();
        let mut line = serde_json::to_vec(&JournalLine { entry, server })?;
        line.push(b'\n');
        file.write_all(&line)
    }
}

fn unusable(path: &Path, error: &io::Error) -> CliError {
    CliError::invalid(format!(
        "the journal {} cannot be used: {error}; choose another with --journal FILE",
        file_name(path)
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use polar_core::types::{AssignSeat, Recipient, Seat, SubscriptionId};

    use super::*;

    fn request(name: &str) -> AssignSeat {
        let id: SubscriptionId = "4663fc95-f630-47e4-8260-a644811e7711".parse().unwrap();
        AssignSeat::new(id, Recipient::external_customer(name))
    }

    fn journal(path: &Path) -> Journal {
        Journal::new(Some(path.to_owned()), BaseUrl::sandbox())
    }

    fn seat() -> Seat {
        let json = r#"{"id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2","status":"claimed",
            "customer_id":"92129a26-cd38-4258-acba-5045d1137722"}"#;
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_incomplete_line_is_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.journal.jsonl");
        let mut journal = journal(&path);
        assert!(journal.read().ok().unwrap().is_empty());
        journal
            .write(
                &JournalEntry::new("assigned", request("a"))
                    .line(2)
                    .seat(&seat()),
            )
            .unwrap();
        journal
            .write(&JournalEntry::new("rejected", request("b")).reason(Some("no")))
            .unwrap();
        let text = fs::read(&path).unwrap();
        fs::write(&path, &text[..text.len() - 9]).unwrap();

        let mut again = self::journal(&path);
        again
            .write(&JournalEntry::new("assigned", request("c")))
            .unwrap();
        let entries = again.read().ok().unwrap();
        let names: Vec<_> = entries
            .iter()
            .map(|entry| &entry.request.recipient)
            .collect();
        assert_eq!(names, [&request("a").recipient, &request("c").recipient]);
    }

    #[test]
    fn no_entry_has_immediate_claim() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = journal(&folder.path().join("x.jsonl"));
        let mut asked = request("a");
        asked.immediate_claim = true;
        journal
            .write(&JournalEntry::new("without_seat", asked))
            .unwrap();
        let entries = journal.read().ok().unwrap();
        assert_eq!(entries[0].request, request("a"));
    }
}
