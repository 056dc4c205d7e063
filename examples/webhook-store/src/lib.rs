//! Who holds which seat, kept in `SQLite` from webhooks. This is the part to copy.
//!
//! Polar delivers an event again when an answer was lost, and events overtake each other. Two
//! things make it come out right: the id of an event is stored in one transaction with its effect,
//! and a seat is written only when the event has a newer version of it.

use std::path::Path;

use polar_webhooks::{
    SeatVersion, Verified,
    types::{SeatEvent, SeatId, WebhookEvent},
};
use rusqlite::{
    Connection, OptionalExtension, Result, Transaction, TransactionBehavior, named_params, params,
};

/// The seats, and the ids of the webhooks that they were learnt from.
#[derive(Debug)]
pub struct Seats {
    database: Connection,
}

/// What an event did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It told something new of a seat.
    Changed,
    /// It was applied before.
    Repeated,
    /// The seat is known as it was later.
    Overtaken,
    /// It is not about a seat.
    Ignored,
}

impl Seats {
    /// Opens the database in this file, and makes it if there is none.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, or is no such database.
    pub fn open(file: impl AsRef<Path>) -> Result<Self> {
        Self::prepare(Connection::open(file)?)
    }

    /// Makes a database that is gone with the process.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn in_memory() -> Result<Self> {
        Self::prepare(Connection::open_in_memory()?)
    }

    /// Does what the event says: at most once, and never back in time.
    ///
    /// # Errors
    ///
    /// When the database fails. Nothing has changed then: answer with an error, and Polar delivers
    /// the event again.
    pub fn apply(&mut self, webhook: &Verified) -> Result<Applied> {
        // The write lock from the start: two deliveries of one event may run side by side.
        let change = self
            .database
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !remember(&change, webhook)? {
            return Ok(Applied::Repeated);
        }
        let applied = match webhook.event() {
            WebhookEvent::Seat(event) => write(&change, event)?,
            _ => Applied::Ignored,
        };
        change.commit()?;
        Ok(applied)
    }

    /// The e-mail of whoever holds the seat, as far as webhooks told.
    ///
    /// # Errors
    ///
    /// When the database fails.
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

    /// How many events there have been.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn events(&self) -> Result<u32> {
        self.database
            .query_row("SELECT count(*) FROM webhooks", [], |row| row.get(0))
    }

    /// Forgets the ids of webhooks sent before this time, in seconds since 1970. Run it now and
    /// then, with a time about a month ago.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn forget_before(&self, unix_seconds: i64) -> Result<usize> {
        self.database
            .execute("DELETE FROM webhooks WHERE sent_at < ?1", [unix_seconds])
    }

    fn prepare(database: Connection) -> Result<Self> {
        database.execute_batch(TABLES)?;
        Ok(Self { database })
    }
}

/// Whether the event is new.
fn remember(change: &Transaction<'_>, webhook: &Verified) -> Result<bool> {
    let added = change.execute(
        "INSERT INTO webhooks (id, sent_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![webhook.id().as_str(), webhook.sent_at()],
    )?;
    Ok(added == 1)
}

fn write(change: &Transaction<'_>, event: &SeatEvent) -> Result<Applied> {
    // A seat without any time cannot be put in order. No answer of the server had such a one.
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
        },
    )?;
    Ok(if written == 1 {
        Applied::Changed
    } else {
        Applied::Overtaken
    })
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS webhooks (
        id TEXT PRIMARY KEY,
        sent_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS seats (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        status TEXT NOT NULL,
        holder TEXT
    ) STRICT;
";

/// The comparison stands in the statement that writes, so nothing can come between the two.
const NEWER_ONLY: &str = "
    INSERT INTO seats (id, version, status, holder) VALUES (:id, :version, :status, :holder)
    ON CONFLICT (id) DO UPDATE
        SET version = excluded.version, status = excluded.status, holder = excluded.holder
        WHERE excluded.version > seats.version
";

#[cfg(test)]
mod tests;
