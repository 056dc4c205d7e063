//! The usage of customers in a database, with what Polar has ingested.

use std::{path::Path, time::SystemTime};

use polar_ureq::types::Timestamp;
use rusqlite::{Connection, Result, Row, params};

/// One use of the service by a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Identifies it, here and at Polar, which counts it once: the id of the request or of the job that
    /// it comes from, or a random one that is stored before the first attempt.
    pub id: String,
    /// The external id of the customer.
    pub customer: String,
    /// How much was used. The meter adds it up.
    pub units: u32,
    /// When it was used, in seconds since 1970. Polar bills it in the period of this time.
    pub used_at: i64,
}

/// Usage that Polar did not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The usage.
    pub usage: Usage,
    /// The reason that Polar returned.
    pub reason: String,
}

/// The usage in a database, and which of it was ingested.
#[derive(Debug)]
pub struct UsageLog(Connection);

impl Usage {
    /// Creates a use at this time.
    #[must_use]
    pub fn new(id: &str, customer: &str, units: u32, used_at: impl Into<SystemTime>) -> Self {
        let used_at = used_at.into().duration_since(SystemTime::UNIX_EPOCH);
        let used_at = used_at.map_or(0, |time| time.as_secs());
        Self {
            id: id.to_owned(),
            customer: customer.to_owned(),
            units,
            used_at: i64::try_from(used_at).unwrap_or(i64::MAX),
        }
    }

    /// Returns when it was used, in the form of the API.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        let time = std::time::Duration::from_secs(u64::try_from(self.used_at).ok()?);
        Timestamp::try_from(SystemTime::UNIX_EPOCH + time).ok()
    }
}

impl UsageLog {
    /// Opens the database in this file, or creates it.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be opened, or is not a database of this job.
    pub fn open(file: impl AsRef<Path>) -> Result<Self> {
        let database = Connection::open(file)?;
        // The service writes and the job reads, each in a process of its own.
        database.busy_timeout(std::time::Duration::from_secs(10))?;
        database.execute_batch(TABLES)?;
        Ok(Self(database))
    }

    /// Stores usage. Call it in the same transaction as the work that is billed, if both use one database. Usage
    /// with the same id is stored once.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn record(&self, usage: &Usage) -> Result<()> {
        self.0.execute(
            "INSERT INTO usage (id, customer, units, used_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![usage.id, usage.customer, usage.units, usage.used_at],
        )?;
        Ok(())
    }

    /// Returns the oldest usage that is not known to be ingested.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn pending(&self, limit: u32) -> Result<Vec<Usage>> {
        let mut pending = self.0.prepare(
            "SELECT id, customer, units, used_at FROM usage WHERE state = 'pending'
             ORDER BY used_at, id LIMIT ?1",
        )?;
        pending.query_map([limit], usage)?.collect()
    }

    /// Marks usage as ingested.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails. Nothing has changed then.
    pub fn mark_ingested(&mut self, ids: &[String]) -> Result<()> {
        let change = self.0.transaction()?;
        for id in ids {
            change.execute("UPDATE usage SET state = 'ingested' WHERE id = ?1", [id])?;
        }
        change.commit()
    }

    /// Marks usage as rejected, so that it does not block other usage.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn mark_rejected(&self, id: &str, reason: &str) -> Result<()> {
        let update = "UPDATE usage SET state = 'rejected', reason = ?2 WHERE id = ?1";
        self.0.execute(update, [id, reason])?;
        Ok(())
    }

    /// Returns the rejected usage. After you have fixed the cause, [`retry`](Self::retry) it.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn rejected(&self) -> Result<Vec<Rejected>> {
        let mut rejected = self.0.prepare(
            "SELECT id, customer, units, used_at, reason FROM usage WHERE state = 'rejected'
             ORDER BY used_at, id",
        )?;
        let rejected = rejected.query_map([], |row| {
            Ok(Rejected {
                usage: usage(row)?,
                reason: row.get(4)?,
            })
        })?;
        rejected.collect()
    }

    /// Marks rejected usage as pending, so that the next run of the job sends it again.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn retry(&self, id: &str) -> Result<()> {
        let update = "UPDATE usage SET state = 'pending', reason = NULL WHERE id = ?1";
        self.0.execute(update, [id])?;
        Ok(())
    }

    /// Returns how many ingested units a customer used in this period.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn ingested(&self, customer: &str, from: i64, to: i64) -> Result<i64> {
        self.0.query_row(
            "SELECT coalesce(sum(units), 0) FROM usage
             WHERE state = 'ingested' AND customer = ?1 AND used_at >= ?2 AND used_at < ?3",
            params![customer, from, to],
            |row| row.get(0),
        )
    }
}

fn usage(row: &Row<'_>) -> Result<Usage> {
    Ok(Usage {
        id: row.get(0)?,
        customer: row.get(1)?,
        units: row.get(2)?,
        used_at: row.get(3)?,
    })
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS usage (
        id TEXT PRIMARY KEY,
        customer TEXT NOT NULL,
        units INTEGER NOT NULL,
        used_at INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending',
        reason TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS usage_by_state ON usage (state, used_at, id);
";
