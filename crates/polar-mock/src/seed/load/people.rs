use polar_types::{CustomerId, MemberId, MemberRole};

use super::{ExpiringSession, Loader};
use crate::{
    seed::{SeedError, document},
    state::{AccessRow, CustomerRow, Holder, MemberRow},
    token::Secret,
};

impl Loader<'_> {
    pub(super) fn token(&mut self, place: &str, entry: &document::Token) -> Result<(), SeedError> {
        let token = self.seen.token(&format!("{place}.token"), &entry.token)?;
        for (index, scope) in entry.scopes.iter().enumerate() {
            if let Some(problem) = scope_problem(scope) {
                return Err(SeedError::new(format!("{place}.scopes[{index}]"), problem));
            }
        }
        self.state.access.push(AccessRow {
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
        if let Some(conflicting_field) = self.conflicting_field(entry) {
            return Err(SeedError::new(
                format!("{place}.{conflicting_field}"),
                "another customer of the organization has the same value",
            ));
        }
        self.state.customers.push(CustomerRow {
            id,
            organization: self.organization,
            email: entry.email.clone(),
            external_id: entry.external_id.clone(),
            name: entry.name.clone(),
        });
        let holder = Holder::Customer(id);
        self.permanent_session(place, entry.session_token.as_ref(), holder)?;
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
                "another member of the customer has the same value",
            )
        };
        if self.state.member_by_email(customer, &entry.email).is_some() {
            return Err(taken("email"));
        }
        let mut siblings = self
            .state
            .members
            .iter()
            .filter(|row| row.customer == customer);
        if entry.external_id.is_some() && siblings.any(|row| row.external_id == entry.external_id) {
            return Err(taken("external_id"));
        }
        self.state.members.push(MemberRow {
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
        self.permanent_session(place, entry.session_token.as_ref(), holder)?;
        self.sessions(place, &entry.sessions, holder)
    }

    /// Returns the key whose value another customer of the organization has.
    fn conflicting_field(&self, entry: &document::Customer) -> Option<&'static str> {
        let lowered = |email: &Option<String>| email.as_ref().map(|email| email.to_lowercase());
        let own = self
            .state
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

    fn permanent_session(
        &mut self,
        place: &str,
        token: Option<&Secret>,
        holder: Holder,
    ) -> Result<(), SeedError> {
        if let Some(token) = token {
            let token = self.seen.token(&format!("{place}.session_token"), token)?;
            self.state.sessions.open_permanent(token, holder);
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
            let token = self.seen.token(&place, &entry.token)?;
            match entry.expires_at {
                Some(end) => self.expiring.push(ExpiringSession {
                    end: end.0,
                    nth: entry.nth,
                    holder,
                    token,
                }),
                None => self.state.sessions.open_permanent(token, holder),
            }
        }
        Ok(())
    }
}

/// Returns the problem with a scope that Polar cannot have. It is probably misspelled, and requests
/// with the token would fail without a visible reason.
///
/// Only the form of scopes for other resources is checked: no operation of the mock needs them, and
/// Polar may add more.
fn scope_problem(scope: &str) -> Option<&'static str> {
    let is_known = SEAT_SCOPES.contains(&scope)
        || ACCOUNT_SCOPES.contains(&scope)
        || !scope.contains("seat") && has_scope_form(scope);
    (!is_known).then_some(
        "unknown scope: the scopes for seats are `customer_seats:read` and \
         `customer_seats:write`; others have the same form, such as `products:read`",
    )
}

/// Returns whether a scope is words separated by colons, the last one `read` or `write`.
fn has_scope_form(scope: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    scope
        .rsplit_once(':')
        .is_some_and(|(of, right)| matches!(right, "read" | "write") && of.split(':').all(is_word))
}

const SEAT_SCOPES: [&str; 2] = ["customer_seats:read", "customer_seats:write"];
const ACCOUNT_SCOPES: [&str; 5] = ["openid", "profile", "email", "admin", "web_default"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_problem_accepts_possible_scopes() {
        for scope in [
            "customer_seats:read",
            "customer_seats:write",
            "products:read",
            "creator:products:write",
            "openid",
        ] {
            assert_eq!(scope_problem(scope), None, "{scope}");
        }
    }

    #[test]
    fn scope_problem_finds_misspelled_scopes() {
        for scope in [
            "",
            "read",
            "seats:read",
            "customer_seat:read",
            "customer_seats:delete",
            "customer_seats:read ",
            "Customer_Seats:read",
            "customer_seats:read customer_seats:write",
            "customer-seats:read",
            "products:admin",
            ":read",
        ] {
            assert!(scope_problem(scope).is_some(), "{scope}");
        }
    }
}
