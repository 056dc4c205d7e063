use std::collections::HashMap;

use polar_types::CustomerId;
use time::OffsetDateTime;

use crate::{
    moment::Moment,
    seed::document::Session,
    world::{Holder, MemberRow, World},
};

/// Members and sessions, by whom they belong to.
#[derive(Debug)]
pub(super) struct People<'a> {
    members: HashMap<CustomerId, Vec<&'a MemberRow>>,
    sessions: HashMap<Holder, Vec<Session>>,
}

impl<'a> People<'a> {
    /// Those of all organisations. Sessions that have ended are left out.
    pub(super) fn of(world: &'a World, now: OffsetDateTime) -> Self {
        let mut members: HashMap<_, Vec<_>> = HashMap::new();
        for row in &world.members {
            members.entry(row.customer).or_default().push(row);
        }
        let mut sessions: HashMap<_, Vec<_>> = HashMap::new();
        for row in &world.sessions.endless {
            let session = Session {
                token: row.token.as_str().into(),
                expires_at: None,
                nth: 0,
            };
            sessions.entry(row.holder).or_default().push(session);
        }
        let mut last = None;
        let mut nth = 0;
        let ending = world.sessions.ending.iter();
        for row in ending.filter(|row| now < row.expires_at) {
            // The oldest will go first, and of an end alone cannot be told which that is.
            nth = if last == Some(row.expires_at) {
                nth + 1
            } else {
                0
            };
            last = Some(row.expires_at);
            let session = Session {
                token: row.token.as_str().into(),
                expires_at: Some(Moment(row.expires_at)),
                nth,
            };
            sessions.entry(row.holder).or_default().push(session);
        }
        Self { members, sessions }
    }

    pub(super) fn members(&self, customer: CustomerId) -> impl Iterator<Item = &'a MemberRow> {
        self.members.get(&customer).into_iter().flatten().copied()
    }

    pub(super) fn sessions(&self, holder: Holder) -> Vec<Session> {
        self.sessions.get(&holder).cloned().unwrap_or_default()
    }
}
