use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use clap::{Args, ValueEnum};
use csv::Writer;
use polar_core::{
    customer_seats,
    types::{Seat, SeatMetadata},
};
use serde_json::Value;

use super::list::FilterArgs;
use crate::{
    args::{ApiOptions, ContainerArgs},
    context::Context,
    csv_file::formula,
    error::{CliError, Effect},
    report::{holder, json_line, sanitize},
};

/// Write the holders of seats as a CSV file for `import`
#[derive(Args)]
#[command(after_help = "\
Metadata with only text values has a column for each key; other metadata is in the column \
`metadata`.

Buyers choose the contents of cells, and a spreadsheet runs each cell that begins with =, +, - or @ \
as a formula. Before you open the file in a spreadsheet, create it with --spreadsheet-safe. This \
adds an apostrophe before such cells and before the name of their column; `import` and `sync` \
remove it again.

Examples:
  polar-seats export > team.csv \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711
  polar-seats export --spreadsheet-safe > team.csv \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711
  polar-seats export --format jsonl \\
    --order 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Export {
    #[command(flatten)]
    container: ContainerArgs,

    /// Format: CSV for `import`, or JSON Lines with complete seats [default: csv, or jsonl with --json]
    #[arg(long, value_name = "NAME")]
    format: Option<Format>,

    /// Escape cells that a spreadsheet would run as formulas
    #[arg(long)]
    spreadsheet_safe: bool,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    api: ApiOptions,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

impl Export {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.require(context.system.env)?;
        let default = if context.json {
            Format::Jsonl
        } else {
            Format::Csv
        };
        let format = self.format.unwrap_or(default);
        if self.spreadsheet_safe && format == Format::Jsonl {
            return Err(CliError::invalid(
                "--spreadsheet-safe is only for CSV; add --format csv",
            ));
        }
        let list = context
            .organization(&self.api)?
            .call(customer_seats::List::new(container))?;
        let now = context.clock.now();
        let wanted = list.live().filter(|seat| self.filter.matches(seat, now));
        let mut seats: Vec<_> = wanted.collect();
        seats.sort_by_cached_key(|seat| (holder(seat), seat.id));
        let reader = Reader {
            is_terminal: context.system.terminal.stdout,
            is_spreadsheet: self.spreadsheet_safe,
        };
        let text = match format {
            Format::Csv => csv(&seats, reader),
            Format::Jsonl => jsonl(&seats),
        };
        let text = text
            .map_err(|error| CliError::Local(format!("the export cannot be written: {error}")))?;
        context.print(&text, Effect::Read)
    }
}

fn jsonl(seats: &[&Seat]) -> io::Result<String> {
    let mut text = String::new();
    for seat in seats {
        text.push_str(&json_line(&serde_json::to_string(seat)?));
    }
    Ok(text)
}

/// Returns the seats as CSV.
fn csv(seats: &[&Seat], reader: Reader) -> io::Result<String> {
    let mut columns = columns(seats);
    for (name, cells) in &mut columns {
        if reader.is_spreadsheet {
            formula::escape(name, cells);
        }
        if reader.is_terminal {
            for text in cells.iter_mut().chain([name]) {
                *text = sanitize(text);
            }
        }
    }
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(columns.iter().map(|(name, _)| name))?;
    for row in 0..seats.len() {
        writer.write_record(columns.iter().filter_map(|(_, cells)| cells.get(row)))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// The reader of the file, besides `import`.
#[derive(Clone, Copy, Default)]
struct Reader {
    is_terminal: bool,
    is_spreadsheet: bool,
}

/// Returns the columns that are not empty, each with its name and a cell for each seat.
fn columns(seats: &[&Seat]) -> Vec<(String, Vec<String>)> {
    let people: Vec<_> = seats.iter().map(|seat| Person::of(seat)).collect();
    let column = |cell: fn(&Person) -> &String| people.iter().map(cell).cloned().collect();
    let fixed: [(&str, Vec<String>); 4] = [
        ("email", column(|one| &one.email)),
        ("external_member_id", column(|one| &one.external_id)),
        ("customer_id", column(|one| &one.customer_id)),
        ("metadata", column(|one| &one.json)),
    ];
    let fixed = fixed
        .into_iter()
        .filter(|(name, cells)| *name == "email" || cells.iter().any(|cell| !cell.is_empty()))
        .map(|(name, cells)| (name.to_owned(), cells));
    let keys: BTreeSet<_> = people.iter().flat_map(|one| one.texts.keys()).collect();
    let texts = keys.into_iter().map(|key| {
        let text = |one: &Person| one.texts.get(key).cloned().unwrap_or_default();
        (format!("metadata.{key}"), people.iter().map(text).collect())
    });
    fixed.chain(texts).collect()
}

/// The cells of a row: the name of a holder as for `import`, and the metadata.
struct Person {
    email: String,
    external_id: String,
    customer_id: String,
    texts: BTreeMap<String, String>,
    json: String,
}

impl Person {
    fn of(seat: &Seat) -> Self {
        let holder = seat.occupant();
        let email = holder.and_then(|holder| holder.email).unwrap_or_default();
        let external_id = holder
            .and_then(|holder| holder.external_id)
            .unwrap_or_default();
        let customer = holder.and_then(|holder| holder.customer_id);
        // The id is needed only if there is no email address or external id.
        let customer = customer.filter(|_| email.is_empty() && external_id.is_empty());
        let metadata = seat
            .seat_metadata
            .as_ref()
            .filter(|metadata| !metadata.is_empty());
        let texts = metadata.and_then(texts);
        let json = metadata.filter(|_| texts.is_none());
        Self {
            email: email.to_owned(),
            external_id: external_id.to_owned(),
            customer_id: customer.map(|id| id.to_string()).unwrap_or_default(),
            texts: texts.unwrap_or_default(),
            json: json
                .map(SeatMetadata::as_json)
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

/// Returns metadata with only text values by its keys. An empty text is not possible, because nothing
/// is stored for an empty cell.
fn texts(metadata: &SeatMetadata) -> Option<BTreeMap<String, String>> {
    let map = metadata.to_map().ok()?;
    let text = |(key, value): (String, Value)| match value {
        Value::String(text)
            if !text.trim().is_empty() && !key.trim().is_empty() && key == key.trim() =>
        {
            Some((key, text))
        }
        _ => None,
    };
    map.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests;
