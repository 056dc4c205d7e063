use std::{collections::HashMap, hash::Hash};

use polar_types::{Container, CustomerId, MemberId, OrganizationId, ProductId};

use super::people::People;
use crate::world::World;

/// What the entries of an organisation are called: by their kind and a number.
#[derive(Debug)]
pub(super) struct Keys {
    customers: HashMap<CustomerId, String>,
    members: HashMap<MemberId, String>,
    products: HashMap<ProductId, String>,
    sales: HashMap<Container, String>,
}

impl Keys {
    pub(super) fn of(world: &World, people: &People<'_>, organization: OrganizationId) -> Self {
        let customers: Vec<CustomerId> = world
            .customers
            .iter()
            .filter(|row| row.organization == organization)
            .map(|row| row.id)
            .collect();
        let members = customers.iter().flat_map(|id| people.members(*id));
        let products = world
            .products
            .iter()
            .filter(|row| row.organization == organization);
        let sales: Vec<Container> = world
            .sales
            .iter()
            .filter(|row| row.organization == organization)
            .map(|row| row.id)
            .collect();
        let (subscriptions, orders): (Vec<_>, Vec<_>) = sales
            .into_iter()
            .partition(|id| id.subscription_id().is_some());
        let mut sales = numbered("subscription", subscriptions);
        sales.extend(numbered("order", orders));
        Self {
            members: numbered("member", members.map(|row| row.id)),
            customers: numbered("customer", customers),
            products: numbered("product", products.map(|row| row.id)),
            sales,
        }
    }

    pub(super) fn customer(&self, id: CustomerId) -> String {
        named(&self.customers, &id)
    }

    pub(super) fn member(&self, id: MemberId) -> String {
        named(&self.members, &id)
    }

    pub(super) fn product(&self, id: ProductId) -> String {
        named(&self.products, &id)
    }

    pub(super) fn sale(&self, id: Container) -> String {
        named(&self.sales, &id)
    }

    /// Whether it is a sale of this organisation.
    pub(super) fn has_sale(&self, id: Container) -> bool {
        self.sales.contains_key(&id)
    }
}

fn numbered<Id: Hash + Eq>(kind: &str, ids: impl IntoIterator<Item = Id>) -> HashMap<Id, String> {
    let ids = ids.into_iter().zip(1_u64..);
    ids.map(|(id, number)| (id, format!("{kind}-{number}")))
        .collect()
}

/// Rows refer to rows of their own organisation, which all have a name.
fn named<Id: Hash + Eq>(names: &HashMap<Id, String>, id: &Id) -> String {
    names.get(id).cloned().unwrap_or_default()
}
