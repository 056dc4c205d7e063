use polar_types::{MemberRole, OrganizationId};

use super::{keys::Keys, people::People};
use crate::{
    moment::Moment,
    seed::document::{Customer, Member, Role},
    world::{CustomerRow, Holder, MemberRow, World},
};

/// The customers of an organisation, with all that belongs to them.
pub(super) fn save(
    world: &World,
    people: &People<'_>,
    keys: &Keys,
    organization: OrganizationId,
) -> Vec<Customer> {
    let own = world
        .customers
        .iter()
        .filter(|row| row.organization == organization);
    own.map(|row| customer(people, keys, row)).collect()
}

fn customer(people: &People<'_>, keys: &Keys, row: &CustomerRow) -> Customer {
    let members = people.members(row.id).map(|row| member(people, keys, row));
    Customer {
        key: keys.customer(row.id),
        id: Some(row.id.into()),
        email: row.email.clone(),
        external_id: row.external_id.clone(),
        name: row.name.clone(),
        session_token: None,
        sessions: people.sessions(Holder::Customer(row.id)),
        members: members.collect(),
    }
}

fn member(people: &People<'_>, keys: &Keys, row: &MemberRow) -> Member {
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
        sessions: people.sessions(Holder::Member(row.id)),
    }
}
