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
    args::ContainerArgs,
    failure::{Effect, Failure},
    report::{holder, json_line},
    session::Session,
};

/// Write the people who have a seat as a file that `import` takes
#[derive(Args)]
#[command(after_help = "\
Metadata that is plain text has a column for each key; other metadata is in the column \
`metadata`.

Examples:
  polar-seats export > team.csv \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711
  polar-seats export --format jsonl \\
    --order 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Export {
    #[command(flatten)]
    container: ContainerArgs,

    /// `csv` can be imported; `jsonl` has the seats as Polar tells them, an object a line [default:
    /// csv, or jsonl with --json]
    #[arg(long, value_name = "NAME")]
    format: Option<Format>,

    #[command(flatten)]
    filter: FilterArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

impl Export {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let container = self.container.get()?;
        let list = session
            .organisation()?
            .call(customer_seats::List::new(container))?;
        let now = session.clock.now();
        let wanted = list.live().filter(|seat| self.filter.lets(seat, now));
        let mut seats: Vec<_> = wanted.collect();
        seats.sort_by_cached_key(|seat| (holder(seat), seat.id));
        let default = if session.options.json {
            Format::Jsonl
        } else {
            Format::Csv
        };
        let text = match self.format.unwrap_or(default) {
            Format::Csv => csv(&seats),
            Format::Jsonl => jsonl(&seats),
        };
        let text =
            text.map_err(|error| Failure::Local(format!("this cannot be written: {error}")))?;
        session.say(&text, Effect::Read)
    }
}

fn jsonl(seats: &[&Seat]) -> io::Result<String> {
    let mut text = String::new();
    for seat in seats {
        text.push_str(&json_line(&serde_json::to_string(seat)?));
    }
    Ok(text)
}

fn csv(seats: &[&Seat]) -> io::Result<String> {
    let people: Vec<_> = seats.iter().map(|seat| Person::of(seat)).collect();
    let keys: BTreeSet<_> = people.iter().flat_map(|one| one.texts.keys()).collect();
    let is_used = |cell: fn(&Person) -> &str| people.iter().any(|one| !cell(one).is_empty());
    let fixed: [(&str, Cell); 4] = [
        ("email", |one| &one.email),
        ("external_member_id", |one| &one.external_id),
        ("customer_id", |one| &one.customer_id),
        ("metadata", |one| &one.json),
    ];
    let fixed: Vec<_> = fixed
        .into_iter()
        .filter(|(name, cell)| *name == "email" || is_used(*cell))
        .collect();

    let mut writer = Writer::from_writer(Vec::new());
    let names = fixed.iter().map(|(name, _)| (*name).to_owned());
    writer.write_record(names.chain(keys.iter().map(|key| format!("metadata.{key}"))))?;
    for person in &people {
        let cells = fixed.iter().map(|(_, cell)| cell(person));
        let texts = keys
            .iter()
            .map(|key| person.texts.get(*key).map_or("", String::as_str));
        writer.write_record(cells.chain(texts))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

type Cell = fn(&Person) -> &str;

/// Somebody as a row: named as `import` will name them, with what is stored with the seat.
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
        // Only somebody without a better name.
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

/// The metadata as texts by their keys, if that is all they are. An empty cell says nothing, and so
/// could not say an empty text.
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
mod tests {
    use super::*;

    fn seat(fields: &str) -> Seat {
        let json = format!(
            r#"{{"id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2","status":"claimed"{fields}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn what_is_exported_can_be_imported() {
        let seats = [
            seat(
                r#","email":"a@b.co","seat_metadata":{"team":"Lab, 4"},
                "member":{"id":"302ed440-a3c2-444c-81cd-b55e6c3d34ba","external_id":"u1","email":"a@b.co"}"#,
            ),
            seat(r#","email":"c@d.co","seat_metadata":{"team":"x","seats":5}"#),
            seat(r#","customer_id":"92129a26-cd38-4258-acba-5045d1137722","seat_metadata":{}"#),
        ];
        let text = csv(&seats.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(
            text,
            "email,external_member_id,customer_id,metadata,metadata.team\n\
             a@b.co,u1,,,\"Lab, 4\"\n\
             c@d.co,,,\"{\"\"team\"\":\"\"x\"\",\"\"seats\"\":5}\",\n\
             ,,92129a26-cd38-4258-acba-5045d1137722,,\n"
        );
        let (people, flaws) = crate::sheet::Sheet::read(text.as_bytes(), false)
            .ok()
            .unwrap()
            .people();
        assert!(flaws.is_empty());
        let list = polar_core::types::SeatsList::new(seats.into(), 9);
        let roster = polar_roster::Roster::sift(people).roster;
        let plan = roster.plan(&list);
        assert_eq!((plan.already_there.len(), plan.others.len()), (3, 0));
        for seated in plan.already_there {
            let given = seated
                .person
                .metadata
                .as_ref()
                .map(|given| given.to_map().unwrap());
            let kept = seated
                .seat
                .seat_metadata
                .as_ref()
                .map(|kept| kept.to_map().unwrap());
            assert_eq!(given.unwrap_or_default(), kept.unwrap_or_default());
        }
    }
}
