use polar_types::{
    Container, CustomerId, CustomerSessionToken, MemberId, MemberRole, OrderId, ProductId,
    SubscriptionId,
};

use super::{Mock, Organization, Sold};
use crate::world::{CustomerRow, Holder, MemberRow, Payment, SaleRow, World};

/// A customer of an organisation of a mock: who buys, and on a legacy organisation also who holds.
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

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> CustomerId {
        self.id
    }

    /// Gives it an id of the application's own.
    #[must_use]
    pub fn with_external_id(self, external_id: &str) -> Self {
        self.edit(|row| row.external_id = Some(external_id.to_owned()));
        self
    }

    /// Gives it a name.
    #[must_use]
    pub fn with_name(self, name: &str) -> Self {
        self.edit(|row| row.name = Some(name.to_owned()));
        self
    }

    /// A session of the customer itself (`polar_cst_`), which does not end.
    #[must_use]
    pub fn session(&self) -> CustomerSessionToken {
        self.mock
            .change(|world, _| endless_session(world, Holder::Customer(self.id)))
    }

    /// A session of one of its members (`polar_mst_`), which does not end.
    #[must_use]
    pub fn member_session(&self, member: MemberId) -> CustomerSessionToken {
        self.mock
            .change(|world, _| endless_session(world, Holder::Member(member)))
    }

    /// Adds a member.
    #[must_use]
    pub fn member(&self, email: &str, role: MemberRole) -> MemberId {
        self.add_member(email, role, None)
    }

    /// Adds a member with an id of the application's own.
    #[must_use]
    pub fn external_member(&self, external_id: &str, email: &str, role: MemberRole) -> MemberId {
        self.add_member(email, role, Some(external_id.to_owned()))
    }

    /// Its member with an address, in whatever case.
    #[must_use]
    pub fn member_by_email(&self, email: &str) -> Option<MemberId> {
        self.mock
            .change(|world, _| world.member_by_email(self.id, email).map(|row| row.id))
    }

    /// Sells it a subscription with so many seats, of the product with this name.
    #[must_use]
    pub fn subscription(&self, product: &str, seats: u64) -> Sold<SubscriptionId> {
        let product = self.organization.product(product);
        self.sell(Some(product), seats)
    }

    /// Sells it a one-time order with so many seats, paid, of the product with this name.
    #[must_use]
    pub fn order(&self, product: &str, seats: u64) -> Sold<OrderId> {
        let product = self.organization.product(product);
        self.sell(Some(product), seats)
    }

    /// Adds a checkout that is still open and has produced nothing.
    #[must_use]
    pub fn open_checkout(&self) -> polar_types::CheckoutId {
        super::sold::add_checkout(&self.mock, None)
    }

    pub(super) fn add_owner(&self, email: &str) {
        self.add_member(email, MemberRole::Owner, None);
    }

    fn add_member(&self, email: &str, role: MemberRole, external_id: Option<String>) -> MemberId {
        self.mock.change(|world, now| {
            let id = MemberId::from(world.random.uuid());
            world.members.push(MemberRow {
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
    ) -> Sold<Id> {
        let id = self.mock.change(|world, now| {
            let id = Id::from(world.random.uuid());
            world.sales.push(SaleRow {
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
        Sold::new(self.mock.clone(), id)
    }

    fn edit(&self, edit: impl FnOnce(&mut CustomerRow)) {
        self.mock.change(|world, _| {
            world
                .customers
                .iter_mut()
                .find(|row| row.id == self.id)
                .map(edit)
        });
    }
}

fn endless_session(world: &mut World, holder: Holder) -> CustomerSessionToken {
    let (token, secret) = world
        .random
        .secret(holder.prefix(), CustomerSessionToken::new);
    world.open_endless_session(holder, token);
    secret
}
