use polar_types::{Container, CustomerId, MemberId, OrganizationId, ProductId, SeatId};

use super::{
    AccessRow, CustomerRow, MemberRow, OrganizationRow, ProductRow, SaleRow, SeatRow, World,
};

impl World {
    pub(crate) fn organization(&self, id: OrganizationId) -> Option<&OrganizationRow> {
        self.organizations.iter().find(|row| row.id == id)
    }

    pub(crate) fn access_token(&self, token: &str) -> Option<&AccessRow> {
        self.access.iter().find(|row| row.token == token)
    }

    pub(crate) fn customer(&self, id: CustomerId) -> Option<&CustomerRow> {
        self.customers.iter().find(|row| row.id == id)
    }

    /// The customer of an organisation that has an address, in whatever case.
    pub(crate) fn customer_by_email(
        &self,
        organization: OrganizationId,
        email: &str,
    ) -> Option<&CustomerRow> {
        let lowered = email.to_lowercase();
        self.customers.iter().find(|row| {
            let own = row
                .email
                .as_ref()
                .filter(|_| row.organization == organization);
            own.is_some_and(|email| email.to_lowercase() == lowered)
        })
    }

    pub(crate) fn member(&self, id: MemberId) -> Option<&MemberRow> {
        self.members.iter().find(|row| row.id == id)
    }

    /// The member of a customer that has an address, in whatever case.
    pub(crate) fn member_by_email(&self, customer: CustomerId, email: &str) -> Option<&MemberRow> {
        let lowered = email.to_lowercase();
        self.members
            .iter()
            .find(|row| row.customer == customer && row.email.to_lowercase() == lowered)
    }

    pub(crate) fn product(&self, id: ProductId) -> Option<&ProductRow> {
        self.products.iter().find(|row| row.id == id)
    }

    pub(crate) fn sale(&self, id: Container) -> Option<&SaleRow> {
        self.sales.iter().find(|row| row.id == id)
    }

    pub(crate) fn seat(&self, id: SeatId) -> Option<&SeatRow> {
        self.seats.iter().find(|row| row.id == id)
    }

    pub(crate) fn seats_of(&self, container: Container) -> impl Iterator<Item = &SeatRow> {
        self.seats
            .iter()
            .filter(move |row| row.container == container)
    }

    /// How many seats of a sale are neither pending nor claimed; never below zero.
    pub(crate) fn available_seats(&self, sale: &SaleRow) -> u64 {
        let taken = self
            .seats_of(sale.id)
            .filter(|row| row.status.is_live())
            .count();
        sale.seats.unwrap_or_default().saturating_sub(taken as u64)
    }

    /// Whether an organisation may use seats at all.
    pub(crate) fn seats_enabled(&self, id: OrganizationId) -> bool {
        self.organization(id).is_some_and(|row| row.seats_enabled)
    }
}
