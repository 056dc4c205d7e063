use polar_types::{CustomerId, MemberId, MemberRole};

use super::{Ending, Loader, scope};
use crate::{
    secret::Secret,
    seed::{SeedError, document},
    world::{AccessRow, CustomerRow, Holder, MemberRow},
};

impl Loader<'_> {
    pub(super) fn token(&mut self, place: &str, entry: &document::Token) -> Result<(), SeedError> {
        let token = self.ledger.token(&format!("{place}.token"), &entry.token)?;
        for (index, scope) in entry.scopes.iter().enumerate() {
            if let Some(problem) = scope::problem(scope) {
                return Err(SeedError::new(format!("{place}.scopes[{index}]"), problem));
            }
        }
        self.world.access.push(AccessRow {
            token,
            organization: self.organization,
            scopes: entry.scopes.clone(),
        });
        Ok(())
    }

    pub(super) fn customer(
        &mut self,
        place: &str,
        entry: &document::Customer,
    ) -> Result<(), SeedError> {
        let id: CustomerId = self.id(place, entry.id)?;
        self.customers.add(place, &entry.key, id)?;
        if let Some(rivalry) = self.rivalry(entry) {
            return Err(SeedError::new(
                format!("{place}.{rivalry}"),
                "another customer of the organisation has it",
            ));
        }
        self.world.customers.push(CustomerRow {
            id,
            organization: self.organization,
            email: entry.email.clone(),
            external_id: entry.external_id.clone(),
            name: entry.name.clone(),
        });
        let holder = Holder::Customer(id);
        self.endless_session(place, entry.session_token.as_ref(), holder)?;
        self.sessions(place, &entry.sessions, holder)?;
        for (index, member) in entry.members.iter().enumerate() {
            self.member(&format!("{place}.members[{index}]"), id, member)?;
        }
        Ok(())
    }

    fn member(
        &mut self,
        place: &str,
        customer: CustomerId,
        entry: &document::Member,
    ) -> Result<(), SeedError> {
        let id: MemberId = self.id(place, entry.id)?;
        self.members.add(place, &entry.key, id)?;
        let taken = |key: &str| {
            SeedError::new(
                format!("{place}.{key}"),
                "another member of the customer has it",
            )
        };
        if self.world.member_by_email(customer, &entry.email).is_some() {
            return Err(taken("email"));
        }
        let mut siblings = self
            .world
            .members
            .iter()
            .filter(|row| row.customer == customer);
        if entry.external_id.is_some() && siblings.any(|row| row.external_id == entry.external_id) {
            return Err(taken("external_id"));
        }
        self.world.members.push(MemberRow {
            id,
            created_at: self.time(entry.created_at),
            modified_at: entry.modified_at.map(|moment| moment.0),
            customer,
            email: entry.email.clone(),
            name: entry.name.clone(),
            external_id: entry.external_id.clone(),
            role: match entry.role {
                document::Role::Owner => MemberRole::Owner,
                document::Role::BillingManager => MemberRole::BillingManager,
                document::Role::Member => MemberRole::Member,
            },
        });
        let holder = Holder::Member(id);
        self.endless_session(place, entry.session_token.as_ref(), holder)?;
        self.sessions(place, &entry.sessions, holder)
    }

    /// The key of a customer's that another one of the organisation has the same value for.
    fn rivalry(&self, entry: &document::Customer) -> Option<&'static str> {
        let lowered = |email: &Option<String>| email.as_ref().map(|email| email.to_lowercase());
        let own = self
            .world
            .customers
            .iter()
            .filter(|row| row.organization == self.organization);
        for row in own {
            if entry.email.is_some() && lowered(&row.email) == lowered(&entry.email) {
                return Some("email");
            }
            if entry.external_id.is_some() && row.external_id == entry.external_id {
                return Some("external_id");
            }
        }
        None
    }

    fn endless_session(
        &mut self,
        place: &str,
        token: Option<&Secret>,
        holder: Holder,
    ) -> Result<(), SeedError> {
        if let Some(token) = token {
            let token = self
                .ledger
                .token(&format!("{place}.session_token"), token)?;
            self.world.sessions.open_endless(token, holder);
        }
        Ok(())
    }

    fn sessions(
        &mut self,
        place: &str,
        entries: &[document::Session],
        holder: Holder,
    ) -> Result<(), SeedError> {
        for (index, entry) in entries.iter().enumerate() {
            let place = format!("{place}.sessions[{index}].token");
            let token = self.ledger.token(&place, &entry.token)?;
            match entry.expires_at {
                Some(end) => self.ending.push(Ending {
                    end: end.0,
                    nth: entry.nth,
                    holder,
                    token,
                }),
                None => self.world.sessions.open_endless(token, holder),
            }
        }
        Ok(())
    }
}
