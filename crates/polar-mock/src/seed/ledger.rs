use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::SeedError;
use crate::secret::Secret;

/// What must be unique in a whole seed: ids and tokens.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    ids: HashSet<Uuid>,
    tokens: HashSet<String>,
}

impl Ledger {
    pub(super) fn id(&mut self, place: &str, id: Option<Uuid>) -> Result<Option<Uuid>, SeedError> {
        match id {
            Some(id) if !self.ids.insert(id) => Err(SeedError::new(
                format!("{place}.id"),
                format!("{id} occurs twice"),
            )),
            id => Ok(id),
        }
    }

    pub(super) fn token(&mut self, place: &str, token: &Secret) -> Result<String, SeedError> {
        if token.0.is_empty() {
            return Err(SeedError::new(place, "a token cannot be empty"));
        }
        if !self.tokens.insert(token.0.clone()) {
            return Err(SeedError::new(place, "this token occurs twice"));
        }
        Ok(token.0.clone())
    }
}

/// The entries of one kind of an organisation, by their keys.
#[derive(Debug)]
pub(super) struct Keys<T> {
    kind: &'static str,
    known: HashMap<String, T>,
}

impl<T: Clone> Keys<T> {
    pub(super) fn of(kind: &'static str) -> Self {
        Self {
            kind,
            known: HashMap::new(),
        }
    }

    pub(super) fn add(&mut self, place: &str, key: &str, entry: T) -> Result<(), SeedError> {
        if self.known.insert(key.to_owned(), entry).is_some() {
            let problem = format!("there are two {}s with the key {key:?}", self.kind);
            return Err(SeedError::new(format!("{place}.key"), problem));
        }
        Ok(())
    }

    pub(super) fn get(&self, place: &str, key: &str) -> Result<T, SeedError> {
        self.known
            .get(key)
            .cloned()
            .ok_or_else(|| SeedError::new(place, format!("no {} has the key {key:?}", self.kind)))
    }
}
