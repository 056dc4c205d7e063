//! The events and objects in `SQLite`: each event applied once, and no object replaced by an older
//! version.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::StatusCode;
use polar_webhooks::{Verified, types::WebhookEvent};
use rusqlite::{
    Connection, OptionalExtension, Result, Row, TransactionBehavior, named_params, params,
    types::Type,
};
use serde::de::DeserializeOwned;
use tokio::task::spawn_blocking;

use crate::{Access, Object};

/// The database. Clones share the connection.
///
/// Polar delivers an event again if a response was lost, and events can be out of order. So the id of an
/// event is stored in one transaction with its effect, and an object is written only if the event has a
/// newer version of it.
#[derive(Debug, Clone)]
pub struct Database(Arc<Mutex<Connection>>);

/// The effect of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It changed an object.
    Changed,
    /// It was applied before.
    Repeated,
    /// A newer version of the object is stored.
    Outdated,
    /// Only the event is stored, because objects of its kind are not.
    Ignored,
}

impl Database {
    /// Opens the database in this file, or creates it.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be opened, or is not a database of this service.
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
    pub fn apply(&self, webhook: &Verified) -> Result<Applied> {
        let object = Object::of(webhook);
        self.with(|database| {
            // Takes the write lock at the start, because two deliveries of one event may run
            // concurrently.
            let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let event = serde_json::to_string(webhook.event()).map_err(to_sql)?;
            let object_key = object.as_ref().map(|object| (object.kind, &object.id));
            let added = change.execute(
                "INSERT INTO webhooks (id, sent_at, kind, object, changed, at, event)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                params![
                    webhook.id().as_str(),
                    webhook.sent_at().unix_seconds(),
                    object_key.map(|(kind, _)| kind),
                    object_key.map(|(_, id)| id),
                    object.as_ref().map(|object| object.version.0),
                    object.as_ref().map(|object| object.version.1),
                    event,
                ],
            )?;
            let applied = match object {
                _ if added == 0 => Applied::Repeated,
                None => Applied::Ignored,
                Some(object) if write(&change, &object)? => Applied::Changed,
                Some(_) => Applied::Outdated,
            };
            change.commit()?;
            Ok(applied)
        })
    }

    /// Stores the objects of lists, each unless a newer version is stored. Returns how many were stored.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails. Nothing has changed then.
    pub fn put_all(&self, objects: &[Object]) -> Result<usize> {
        self.with(|database| {
            let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut stored = 0;
            for object in objects {
                stored += usize::from(write(&change, object)?);
            }
            change.commit()?;
            Ok(stored)
        })
    }

    /// Returns whether the user has access.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn has_access(&self, user: &str, access: Access) -> Result<bool> {
        let (kind, about, states) = match access {
            Access::Benefit(id) => ("benefit_grant", id.to_string(), ["granted"; 2]),
            Access::Subscription(id) => ("subscription", id.to_string(), ["active", "trialing"]),
        };
        self.with(|database| {
            database.query_row(
                "SELECT EXISTS (SELECT 1 FROM objects
                 WHERE user = ?1 AND kind = ?2 AND about = ?3 AND state IN (?4, ?5))",
                params![user, kind, about, states[0], states[1]],
                |row| row.get(0),
            )
        })
    }

    /// Returns all objects of a kind that a user has, such as subscriptions, with the newest change
    /// first.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails, or if the objects are not of this type.
    pub fn of_user<T: DeserializeOwned>(&self, kind: &str, user: &str) -> Result<Vec<T>> {
        self.with(|database| {
            let mut objects = database.prepare(
                "SELECT object FROM objects WHERE user = ?1 AND kind = ?2 ORDER BY changed DESC, at DESC",
            )?;
            objects.query_map([user, kind], from_json)?.collect()
        })
    }

    /// Returns the newest version of an object.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails, or if the object is not of this type.
    pub fn object<T: DeserializeOwned>(&self, kind: &str, id: &str) -> Result<Option<T>> {
        self.with(|database| {
            let query = "SELECT object FROM objects WHERE kind = ?1 AND id = ?2";
            database.query_row(query, [kind, id], from_json).optional()
        })
    }

    /// Returns the events of an object, oldest first.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn history(&self, kind: &str, id: &str) -> Result<Vec<WebhookEvent>> {
        self.with(|database| {
            let mut events = database.prepare(
                "SELECT event FROM webhooks WHERE kind = ?1 AND object = ?2 ORDER BY changed, at",
            )?;
            let events = events.query_map([kind, id], |row| {
                let text: String = row.get(0)?;
                WebhookEvent::from_json(text.as_bytes()).map_err(from_sql)
            })?;
            events.collect()
        })
    }

    /// Returns the number of stored events.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn events(&self) -> Result<u32> {
        self.with(|database| {
            database.query_row("SELECT count(*) FROM webhooks", [], |row| row.get(0))
        })
    }

    /// Deletes the events sent before this Unix time. Run it regularly, with a time about a month ago.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub fn delete_before(&self, unix_seconds: i64) -> Result<usize> {
        self.with(|database| {
            database.execute("DELETE FROM webhooks WHERE sent_at < ?1", [unix_seconds])
        })
    }

    /// Runs a function on the database in a thread that may block. If it fails, logs the error and
    /// returns the status of the response.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, StatusCode> {
        let database = self.clone();
        let error = match spawn_blocking(move || work(&database)).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        eprintln!("the database failed: {error}");
        Err(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn prepare(database: Connection) -> Result<Self> {
        database.execute_batch(TABLES)?;
        Ok(Self(Arc::new(Mutex::new(database))))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        // A transaction that was not committed was rolled back.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Compares and writes in one statement, so that nothing can happen in between.
fn write(database: &Connection, object: &Object) -> Result<bool> {
    let written = database.execute(
        NEWER_ONLY,
        named_params! {
            ":kind": object.kind,
            ":id": object.id,
            ":user": object.user,
            ":about": object.about,
            ":state": object.state,
            ":changed": object.version.0,
            ":at": object.version.1,
            ":object": object.json,
        },
    )?;
    Ok(written == 1)
}

fn from_json<T: DeserializeOwned>(row: &Row<'_>) -> Result<T> {
    let text: String = row.get(0)?;
    serde_json::from_str(&text).map_err(from_sql)
}

fn to_sql(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

fn from_sql(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS webhooks (
        id TEXT PRIMARY KEY,
        sent_at INTEGER NOT NULL,
        kind TEXT,
        object TEXT,
        changed INTEGER,
        at INTEGER,
        event TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS webhooks_of_objects ON webhooks (kind, object, changed, at);
    CREATE TABLE IF NOT EXISTS objects (
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        user TEXT,
        about TEXT,
        state TEXT NOT NULL,
        changed INTEGER NOT NULL,
        at INTEGER NOT NULL,
        object TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS objects_of_users ON objects (user, kind, about, state);
";

const NEWER_ONLY: &str = "
    INSERT INTO objects (kind, id, user, about, state, changed, at, object)
        VALUES (:kind, :id, :user, :about, :state, :changed, :at, :object)
    ON CONFLICT (kind, id) DO UPDATE
        SET user = excluded.user, about = excluded.about, state = excluded.state,
            changed = excluded.changed, at = excluded.at, object = excluded.object
        WHERE (excluded.changed, excluded.at) > (objects.changed, objects.at)
";
