//! The people in a CSV file, validated before anything is sent.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use clap::Args;
use polar_roster::{Roster, Validated, run::RowResults};

use crate::{
    bulk::rejection,
    context::Context,
    csv_file::{CsvError, CsvFile},
    error::CliError,
    report::{counted, file_name},
};

/// The file of people, and how to read it.
#[derive(Args)]
pub(crate) struct FileArgs {
    /// CSV file of people, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Ignore unknown columns
    #[arg(long)]
    ignore_columns: bool,

    /// Skip invalid and duplicate rows instead of stopping
    #[arg(long)]
    skip_invalid: bool,
}

/// A roster, its file, and the errors of the rows that are not in it.
pub(crate) struct People {
    pub(crate) roster: Roster,
    pub(crate) csv_file: CsvFile,
    pub(crate) source: PathBuf,
    pub(crate) errors: Vec<CsvError>,
}

impl FileArgs {
    pub(crate) fn read(&self, context: &mut Context<'_>) -> Result<People, CliError> {
        let bytes = read(&self.file, context)?;
        let csv_file = CsvFile::read(&bytes, self.ignore_columns)
            .map_err(|errors| invalid_file(&self.file, errors, None))?;
        let (people, mut errors) = csv_file.people();
        let Validated {
            roster, invalid, ..
        } = Roster::validate(people);
        let roster = roster.with_unidentified(errors.iter().map(|error| error.line));
        errors.extend(invalid.iter().map(|person| csv_file.invalid_person(person)));
        errors.sort_by_key(|error| error.line);
        if !errors.is_empty() && !self.skip_invalid {
            return Err(invalid_file(&self.file, errors, Some(SKIP)));
        }
        if roster.is_empty() {
            let file = display_name(&self.file);
            return Err(CliError::invalid(format!("{file} contains no people")));
        }
        Ok(People {
            roster,
            csv_file,
            source: self.file.clone(),
            errors,
        })
    }
}

impl People {
    /// Returns the errors of all rejected rows: the invalid ones, and those that Polar rejected.
    pub(crate) fn rejected(&self, results: &RowResults) -> Vec<CsvError> {
        let rejected = results
            .iter()
            .filter_map(|(line, result)| Some(CsvError::of_line(line, rejection(result)?)));
        let mut errors: Vec<_> = self.errors.iter().cloned().chain(rejected).collect();
        errors.sort_by_key(|error| error.line);
        errors
    }
}

fn read(file: &Path, context: &mut Context<'_>) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        (&mut context.system.stdin)
            .take(MAX_SIZE + 1)
            .read_to_end(&mut bytes)
    } else {
        fs::File::open(file).and_then(|file| file.take(MAX_SIZE + 1).read_to_end(&mut bytes))
    };
    let name = display_name(file);
    match read {
        Err(error) => Err(CliError::invalid(format!("{name} cannot be read: {error}"))),
        Ok(length) if length as u64 > MAX_SIZE => Err(CliError::invalid(format!(
            "{name} exceeds the limit of {} MiB",
            MAX_SIZE >> 20
        ))),
        Ok(_) => Ok(bytes),
    }
}

fn invalid_file(file: &Path, errors: Vec<CsvError>, hint: Option<&'static str>) -> CliError {
    let count = counted(errors.len() as u64, "error");
    let head = format!("nothing was sent: {} has {count}", display_name(file));
    let mut lines = vec![head];
    lines.extend(
        errors
            .iter()
            .take(MAX_ERRORS)
            .map(|error| format!("  {error}")),
    );
    let more = errors.len().saturating_sub(MAX_ERRORS);
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    CliError::InvalidFile {
        message: lines.join("\n"),
        errors,
        hint,
    }
}

fn display_name(file: &Path) -> String {
    if file == Path::new("-") {
        "standard input".to_owned()
    } else {
        file_name(file)
    }
}

const SKIP: &str = "Correct these rows, or skip them with --skip-invalid.";
const MAX_ERRORS: usize = 20;
const MAX_SIZE: u64 = 16 << 20;
