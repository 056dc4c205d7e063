use std::collections::HashMap;

use polar_types::{CustomerId, MemberRole, OrganizationId};
use time::OffsetDateTime;

use super::keys::Keys;
use crate::{
    moment::Moment,
    seed::document::{Customer, Member, Role, Session},
    world::{CustomerRow, Holder, MemberRow, World},
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
        let endless = world.sessions.endless.iter().map(|row| (row, None));
        let ending = world.sessions.ending.iter();
        let ending = ending
            .filter(|row| now < row.expires_at)
            .map(|row| (row, Some(Moment(row.expires_at))));
        for (row, expires_at) in endless.chain(ending) {
            let session = Session {
                token: row.token.as_str().into(),
                expires_at,
            };
            sessions.entry(row.holder).or_default().push(session);
        }
        Self { members, sessions }
    }

    pub(super) fn members(&self, customer: CustomerId) -> impl Iterator<Item = &'a MemberRow> {
        self.members.get(&customer).into_iter().flatten().copied()
    }

    /// The customers of an organisation, with all that belongs to them.
    pub(super) fn save(
        &self,
        world: &World,
        keys: &Keys,
        organization: OrganizationId,
    ) -> Vec<Customer> {
        let own = world
            .customers
            .iter()
            .filter(|row| row.organization == organization);
        own.map(|row| self.customer(keys, row)).collect()
    }

    fn customer(&self, keys: &Keys, row: &CustomerRow) -> Customer {
        let members = self.members(row.id).map(|row| self.member(keys, row));
        Customer {
            key: keys.customer(row.id),
            id: Some(row.id.into()),
            email: row.email.clone(),
            external_id: row.external_id.clone(),
            name: row.name.clone(),
            session_token: None,
            sessions: self.sessions(Holder::Customer(row.id)),
            members: members.collect(),
        }
    }

    fn member(&self, keys: &Keys, row: &MemberRow) -> Member {
        Member {
            key: keys.member(row.id),
            id: Some(row.id.into()),
            email: row.email.clone(),
            external_id: row.external_id.clone(),
            name: row.name.clone(),
            role: match row.role {
                MemberRole::Owner => Role::Owner,
                MemberRole::BillingManager => Role::BillingManager,
                // A role that a test made up has the rights of this one.
                _ => Role::Member,
            },
            created_at: Some(Moment(row.created_at)),
            modified_at: row.modified_at.map(Moment),
            session_token: None,
            sessions: self.sessions(Holder::Member(row.id)),
        }
    }

    fn sessions(&self, holder: Holder) -> Vec<Session> {
        self.sessions.get(&holder).cloned().unwrap_or_default()
    }
}
