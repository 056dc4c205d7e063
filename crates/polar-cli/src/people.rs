//! The people of a file, checked before anything is sent.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use clap::Args;
use polar_roster::{Roster, Validated};

use crate::{
    bulk::RowResults,
    context::Context,
    csv_file::{CsvError, CsvFile},
    error::CliError,
    report::{counted, file_name},
};

/// A file of people.
#[derive(Args)]
pub(crate) struct FileArgs {
    /// The file of people; `-` is the standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Pass over columns that mean nothing here
    #[arg(long)]
    ignore_columns: bool,

    /// Pass over invalid and repeated rows, rather than doing nothing at all
    #[arg(long)]
    skip_invalid: bool,
}

/// A roster, the file that it comes from, and the rows that are not in it.
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
        errors.extend(invalid.iter().map(|person| csv_file.error(person)));
        errors.sort_by_key(|error| error.line);
        if !errors.is_empty() && !self.skip_invalid {
            return Err(invalid_file(&self.file, errors, Some(SKIP)));
        }
        if roster.is_empty() {
            let file = shown(&self.file);
            return Err(CliError::invalid(format!("{file} names nobody")));
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
    /// All rows that were turned away, here and by Polar.
    pub(crate) fn rejected(&self, results: &RowResults) -> Vec<CsvError> {
        let refused = results
            .rejected()
            .map(|(line, reason)| CsvError::of_line(line, reason));
        let mut errors: Vec<_> = self.errors.iter().cloned().chain(refused).collect();
        errors.sort_by_key(|error| error.line);
        errors
    }
}

fn read(file: &Path, context: &mut Context<'_>) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        (&mut context.system.stdin)
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
    } else {
        fs::File::open(file).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    let shown = shown(file);
    match read {
        Err(error) => Err(CliError::invalid(format!(
            "{shown} cannot be read: {error}"
        ))),
        Ok(length) if length as u64 > LARGEST => Err(CliError::invalid(format!(
            "{shown} is larger than {} MiB, which no list of people is",
            LARGEST >> 20
        ))),
        Ok(_) => Ok(bytes),
    }
}

fn invalid_file(file: &Path, errors: Vec<CsvError>, hint: Option<&'static str>) -> CliError {
    let count = counted(errors.len() as u64, "error");
    let head = format!("nothing was sent: {} has {count}", shown(file));
    let mut lines = vec![head];
    lines.extend(errors.iter().take(SHOWN).map(|error| format!("  {error}")));
    let more = errors.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    CliError::InvalidFile {
        message: lines.join("\n"),
        errors,
        hint,
    }
}

fn shown(file: &Path) -> String {
    if file == Path::new("-") {
        "the standard input".to_owned()
    } else {
        file_name(file)
    }
}

const SKIP: &str = "Correct these rows, or skip them with --skip-invalid.";
const SHOWN: usize = 20;
const LARGEST: u64 = 16 << 20;
