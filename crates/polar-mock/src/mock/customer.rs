use polar_types::{
    CheckoutId, Container, CustomerId, CustomerSessionToken, MemberId, MemberRole, OrderId,
    ProductId, SubscriptionId,
};

use super::{Mock, Organization, Purchase};
use crate::state::{CheckoutRow, CustomerRow, Holder, MemberRow, Payment, PurchaseRow, State};

/// A customer of an organization: a buyer, and on a legacy organization also a holder.
#[derive(Debug, Clone)]
pub struct Customer {
    mock: Mock,
    organization: Organization,
    id: CustomerId,
}

impl Customer {
    pub(super) const fn new(mock: Mock, organization: Organization, id: CustomerId) -> Self {
        Self {
            mock,
            organization,
            id,
        }
    }

    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> CustomerId {
        self.id
    }

    /// Sets the external id, and removes it from any other customer of the organization.
    #[must_use]
    pub fn with_external_id(self, external_id: &str) -> Self {
        self.mock.update(|state, _| {
            let own = |row: &&mut CustomerRow| row.organization == self.organization.id();
            for row in state.customers.iter_mut().filter(own) {
                row.external_id.take_if(|id| id == external_id);
            }
        });
        self.edit(|row| row.external_id = Some(external_id.to_owned()));
        self
    }

    /// Sets the name.
    #[must_use]
    pub fn with_name(self, name: &str) -> Self {
        self.edit(|row| row.name = Some(name.to_owned()));
        self
    }

    /// Opens a session of the customer (`polar_cst_`), which does not expire.
    #[must_use]
    pub fn session(&self) -> CustomerSessionToken {
        self.mock
            .update(|state, _| permanent_session(state, Holder::Customer(self.id)))
    }

    /// Opens a session of a member (`polar_mst_`), which does not expire.
    #[must_use]
    pub fn member_session(&self, member: MemberId) -> CustomerSessionToken {
        self.mock
            .update(|state, _| permanent_session(state, Holder::Member(member)))
    }

    /// Adds a member. If a member already has the address, it gets this role.
    #[must_use]
    pub fn member(&self, email: &str, role: MemberRole) -> MemberId {
        self.add_member(email, role, None)
    }

    /// Adds a member with an external id, which is removed from any other member of the customer.
    /// If a member already has the address, it gets this id and role.
    #[must_use]
    pub fn external_member(&self, external_id: &str, email: &str, role: MemberRole) -> MemberId {
        self.add_member(email, role, Some(external_id.to_owned()))
    }

    /// Returns the member with an address, ignoring case.
    #[must_use]
    pub fn member_by_email(&self, email: &str) -> Option<MemberId> {
        self.mock
            .update(|state, _| state.member_by_email(self.id, email).map(|row| row.id))
    }

    /// Adds a subscription with a number of seats, to the product with this name.
    #[must_use]
    pub fn subscription(&self, product: &str, seats: u64) -> Purchase<SubscriptionId> {
        let product = self.organization.product(product);
        self.sell(Some(product), seats)
    }

    /// Adds a paid one-time order with a number of seats, of the product with this name.
    #[must_use]
    pub fn order(&self, product: &str, seats: u64) -> Purchase<OrderId> {
        let product = self.organization.product(product);
        self.sell(Some(product), seats)
    }

    /// Adds an open checkout, which has produced nothing yet.
    #[must_use]
    pub fn open_checkout(&self) -> CheckoutId {
        self.mock.update(|state, _| {
            let id = CheckoutId::from(state.random.uuid());
            state.checkouts.push(CheckoutRow {
                id,
                organization: self.organization.id(),
                produced: None,
            });
            id
        })
    }

    pub(super) fn add_owner(&self, email: &str) {
        self.add_member(email, MemberRole::Owner, None);
    }

    fn add_member(&self, email: &str, role: MemberRole, external_id: Option<String>) -> MemberId {
        self.mock.update(|state, now| {
            let own = |row: &&mut MemberRow| row.customer == self.id;
            for row in state.members.iter_mut().filter(own) {
                row.external_id
                    .take_if(|id| Some(&*id) == external_id.as_ref());
            }
            let lowered = email.to_lowercase();
            let mut own = state.members.iter_mut().filter(own);
            if let Some(row) = own.find(|row| row.email.to_lowercase() == lowered) {
                row.role = role;
                row.external_id = external_id.or(row.external_id.take());
                return row.id;
            }
            let id = MemberId::from(state.random.uuid());
            state.members.push(MemberRow {
                id,
                created_at: now,
                modified_at: None,
                customer: self.id,
                email: email.to_owned(),
                name: None,
                external_id,
                role,
            });
            id
        })
    }

    fn sell<Id: From<uuid::Uuid> + Into<Container> + Copy>(
        &self,
        product: Option<ProductId>,
        seats: u64,
    ) -> Purchase<Id> {
        let id = self.mock.update(|state, now| {
            let id = Id::from(state.random.uuid());
            state.purchases.push(PurchaseRow {
                id: id.into(),
                created_at: now,
                organization: self.organization.id(),
                customer: self.id,
                product,
                seats: Some(seats),
                payment: Payment::Paid,
            });
            id
        });
        Purchase::new(self.mock.clone(), id)
    }

    fn edit(&self, edit: impl FnOnce(&mut CustomerRow)) {
        self.mock.update(|state, _| {
            state
                .customers
                .iter_mut()
                .find(|row| row.id == self.id)
                .map(edit)
        });
    }
}

fn permanent_session(state: &mut State, holder: Holder) -> CustomerSessionToken {
    let (token, secret) = state
        .random
        .typed_token(holder.prefix(), CustomerSessionToken::new);
    state.sessions.open_permanent(token, holder);
    secret
}
