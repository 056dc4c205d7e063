//! Converts a row into a person.

use std::str::FromStr;

use polar_core::types::{CustomerId, InvalidId, MemberId, Recipient, SeatMetadata};
use polar_roster::Person;

use super::{
    CsvError, Row,
    header::{Column, Header},
};
use crate::report::counted;

pub(super) fn person(row: &Row, header: &Header) -> Result<Person, CsvError> {
    let place = |at: usize| Some(header.place(at));
    let (found, expected) = (row.cells.len(), header.columns().len());
    if found != expected {
        let found = counted(found as u64, "cell");
        let problem = format!("found {found}, but the header has {expected}");
        return Err(CsvError::of_line(row.line, problem));
    }
    let cells = Cells::gather(row, header);
    let recipient = cells.recipient().map_err(|(at, problem)| {
        let at = at.or_else(|| super::IDS.iter().find_map(|id| header.position(id)));
        CsvError::new(row.line, at.and_then(place), problem)
    })?;
    let metadata = cells
        .metadata()
        .map_err(|(at, problem)| CsvError::new(row.line, place(at), problem))?;
    let mut person = Person::new(row.line, recipient);
    person.metadata = metadata;
    Ok(person)
}

/// The non-empty cells of a row by their meaning, each with its column.
#[derive(Default)]
struct Cells<'a> {
    ids: [Option<(usize, &'a str)>; 5],
    texts: Vec<(usize, &'a str, &'a str)>,
    json: Option<(usize, &'a str)>,
}

impl<'a> Cells<'a> {
    fn gather(row: &'a Row, header: &'a Header) -> Self {
        let mut cells = Self::default();
        let filled = row
            .cells
            .iter()
            .enumerate()
            .map(|(at, cell)| (at, header.unescape(at, cell)))
            .filter(|(_, cell)| !cell.trim().is_empty());
        for (at, cell) in filled {
            match header.columns().get(at) {
                Some(Column::Id(which)) => {
                    if let Some(id) = cells.ids.get_mut(*which) {
                        *id = Some((at, cell));
                    }
                }
                Some(Column::Metadata(key)) => cells.texts.push((at, key, cell)),
                Some(Column::MetadataJson) => cells.json = Some((at, cell)),
                Some(Column::Other) | None => {}
            }
        }
        cells
    }

    /// Returns the recipient, in one of the six forms that Polar accepts. An error has the column, if there
    /// is one to name.
    fn recipient(&self) -> Result<Recipient, (Option<usize>, String)> {
        match self.ids {
            [Some((_, email)), None, None, None, None] => {
                Ok(Recipient::email(polar_email::canonical(email)))
            }
            [Some((_, email)), Some((_, id)), None, None, None] => Ok(
                Recipient::external_member_with_email(id, polar_email::canonical(email)),
            ),
            [None, Some((_, id)), None, None, None] => Ok(Recipient::external_member(id)),
            [None, None, Some((_, id)), None, None] => Ok(Recipient::external_customer(id)),
            [None, None, None, Some((at, id)), None] => id_of::<CustomerId>(id)
                .map(Recipient::Customer)
                .map_err(|p| (Some(at), p)),
            [None, None, None, None, Some((at, id))] => id_of::<MemberId>(id)
                .map(Recipient::Member)
                .map_err(|p| (Some(at), p)),
            [None, None, None, None, None] => Err((
                None,
                "no person is named in this row; fill in this cell, or remove the row".to_owned(),
            )),
            _ => {
                let last = self.ids.iter().flatten().map(|(at, _)| *at).max();
                Err((last, SEVERAL_IDS.to_owned()))
            }
        }
    }

    fn metadata(&self) -> Result<Option<SeatMetadata>, (usize, String)> {
        match (self.json, self.texts.first()) {
            (None, None) => Ok(None),
            (Some((at, json)), None) => {
                let metadata = SeatMetadata::from_json(json.trim());
                metadata.map(Some).map_err(|error| (at, error.to_string()))
            }
            (None, Some((at, ..))) => {
                let pairs = self.texts.iter().map(|(_, key, text)| (*key, *text));
                let metadata = SeatMetadata::try_from_pairs(pairs);
                metadata.map(Some).map_err(|error| (*at, error.to_string()))
            }
            (Some(_), Some((at, ..))) => Err((*at, METADATA_TWICE.to_owned())),
        }
    }
}

fn id_of<T: FromStr<Err = InvalidId>>(text: &str) -> Result<T, String> {
    text.trim()
        .parse()
        .map_err(|error: InvalidId| error.to_string())
}

const SEVERAL_IDS: &str = "a person is named by one cell, or by `external_member_id` and `email`; leave the \
    other cells empty";
const METADATA_TWICE: &str = "the row also has `metadata`; keep one of them";
