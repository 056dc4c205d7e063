//! Seats and webhooks in `SQLite`. This is the part to copy; it needs no HTTP client.
//!
//! Polar delivers an event again if a response was lost, and events can be out of order. So the id of an
//! event is stored in one transaction with its effect, and a seat is written only if the event has a
//! newer version of it.

use std::path::Path;

use polar_webhooks::{
    SeatVersion, Verified,
    types::{Seat, SeatEvent, SeatId, WebhookEvent},
};
use rusqlite::{
    Connection, Error, OptionalExtension, Result, Row, Transaction, TransactionBehavior,
    named_params, params, types::Type,
};
use serde::Serialize;

/// The current seats, and the webhooks that they come from.
#[derive(Debug)]
pub struct Seats {
    database: Connection,
}

/// The effect of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It changed a seat.
    Changed,
    /// It was applied before.
    Repeated,
    /// A newer version of the seat is stored.
    Outdated,
    /// It is not about a seat.
    Ignored,
}

impl Seats {
    /// Opens the database in this file, or creates it.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be opened, or is not such a database.
    pub fn open(file: impl AsRef<Path>) -> Result<Self> {
        Self::prepare(Connection::open(file)?)
    }

    /// Creates a database in memory.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be created.
    pub fn in_memory() -> Result<Self> {
        Self::prepare(Connection::open_in_memory()?)
    }

    /// Applies an event, at most once and never over a newer version.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails. Nothing has changed then: respond with an error, and
    /// Polar delivers the event again.
    pub fn apply(&mut self, webhook: &Verified) -> Result<Applied> {
        // Takes the write lock at the start, because two deliveries of one event may run concurrently.
        let change = self
            .database
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !insert_event(&change, webhook)? {
            return Ok(Applied::Repeated);
        }
        let applied = match webhook.event() {
            WebhookEvent::Seat(event) => write_seat(&change, event)?,
            _ => Applied::Ignored,
        };
        change.commit()?;
        Ok(applied)
    }

    /// Returns the email of the holder of a seat.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn holder(&self, seat: SeatId) -> Result<Option<String>> {
        let holder = self
            .database
            .query_row(
                "SELECT holder FROM seats WHERE id = ?1",
                [seat.to_string()],
                |row| row.get(0),
            )
            .optional()?;
        Ok(holder.flatten())
    }

    /// Returns the seat of the newest event.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn seat(&self, seat: SeatId) -> Result<Option<Seat>> {
        self.database
            .query_row(
                "SELECT seat FROM seats WHERE id = ?1",
                [seat.to_string()],
                |row| from_json(row, |text| serde_json::from_str(text)),
            )
            .optional()
    }

    /// Returns the events of the seat, oldest first.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn history(&self, seat: SeatId) -> Result<Vec<WebhookEvent>> {
        let mut events = self
            .database
            .prepare("SELECT event FROM webhooks WHERE seat = ?1 ORDER BY version")?;
        events
            .query_map([seat.to_string()], |row| {
                from_json(row, |text| WebhookEvent::from_json(text.as_bytes()))
            })?
            .collect()
    }

    /// Returns the number of stored events.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn events(&self) -> Result<u32> {
        self.database
            .query_row("SELECT count(*) FROM webhooks", [], |row| row.get(0))
    }

    /// Deletes the webhooks sent before this Unix time. Run it regularly, with a time about a month
    /// ago.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn delete_before(&self, unix_seconds: i64) -> Result<usize> {
        self.database
            .execute("DELETE FROM webhooks WHERE sent_at < ?1", [unix_seconds])
    }

    fn prepare(database: Connection) -> Result<Self> {
        database.execute_batch(TABLES)?;
        Ok(Self { database })
    }
}

/// Stores an event, and returns whether it is new.
fn insert_event(change: &Transaction<'_>, webhook: &Verified) -> Result<bool> {
    let event = webhook.event();
    let (seat, version) = match event {
        WebhookEvent::Seat(event) => (Some(&event.data), SeatVersion::of_event(event)),
        _ => (None, None),
    };
    let added = change.execute(
        "INSERT INTO webhooks (id, sent_at, seat, version, event) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
        params![
            webhook.id().as_str(),
            webhook.sent_at().unix_seconds(),
            seat.map(|seat| seat.id.to_string()),
            version.map(SeatVersion::as_micros),
            to_json(event)?,
        ],
    )?;
    Ok(added == 1)
}

fn write_seat(change: &Transaction<'_>, event: &SeatEvent) -> Result<Applied> {
    // A seat without timestamps has no version. The server always sends them.
    let Some(version) = SeatVersion::of_event(event) else {
        return Ok(Applied::Ignored);
    };
    let holder = event.data.occupant().and_then(|person| person.email);
    let written = change.execute(
        NEWER_ONLY,
        named_params! {
            ":id": event.data.id.to_string(),
            ":version": version.as_micros(),
            ":status": event.data.status.as_str(),
            ":holder": holder,
            ":seat": to_json(&event.data)?,
        },
    )?;
    Ok(if written == 1 {
        Applied::Changed
    } else {
        Applied::Outdated
    })
}

fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

fn from_json<T, E>(row: &Row<'_>, read: impl FnOnce(&str) -> std::result::Result<T, E>) -> Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(0)?;
    read(&text).map_err(|error| Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS webhooks (
        id TEXT PRIMARY KEY,
        sent_at INTEGER NOT NULL,
        seat TEXT,
        version INTEGER,
        event TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS webhooks_of_seats ON webhooks (seat, version);
    CREATE TABLE IF NOT EXISTS seats (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        status TEXT NOT NULL,
        holder TEXT,
        seat TEXT NOT NULL
    ) STRICT;
";

/// Compares and writes in one statement, so that nothing can happen in between.
const NEWER_ONLY: &str = "
    INSERT INTO seats (id, version, status, holder, seat)
        VALUES (:id, :version, :status, :holder, :seat)
    ON CONFLICT (id) DO UPDATE
        SET version = excluded.version, status = excluded.status, holder = excluded.holder,
            seat = excluded.seat
        WHERE excluded.version > seats.version
";

#[cfg(test)]
mod tests;
