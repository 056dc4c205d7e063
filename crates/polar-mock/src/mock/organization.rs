use polar_types::{AccessToken, OrganizationId, ProductId, WebhookSecret};

use super::{Customer, Mock};
use crate::state::{AccessRow, CustomerRow, OrganizationRow, ProductRow, WebhookRow};

/// An organization of a mock: what sells.
#[derive(Debug, Clone)]
pub struct Organization {
    mock: Mock,
    id: OrganizationId,
}

impl Organization {
    pub(super) fn add(mock: &Mock, name: &str, member_model: bool) -> Self {
        let id = mock.update(|state, now| {
            let id = OrganizationId::from(state.random.uuid());
            state.organizations.push(OrganizationRow {
                id,
                created_at: now,
                name: name.to_owned(),
                slug: slug(name),
                member_model,
                seats_enabled: true,
            });
            id
        });
        Self {
            mock: mock.clone(),
            id,
        }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> OrganizationId {
        self.id
    }

    /// A new access token with both scopes for seats.
    #[must_use]
    pub fn access_token(&self) -> AccessToken {
        self.access_token_with(&["customer_seats:read", "customer_seats:write"])
    }

    /// A new access token with these scopes and no others.
    #[must_use]
    pub fn access_token_with(&self, scopes: &[&str]) -> AccessToken {
        self.mock.update(|state, _| {
            let (token, secret) = state.random.secret("polar_oat_", AccessToken::new);
            state.access.push(AccessRow {
                token,
                organization: self.id,
                scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            });
            secret
        })
    }

    /// Switches seats on or off. Where they are off, nearly everything is `FeatureNotEnabled`.
    pub fn set_seats_enabled(&self, enabled: bool) {
        self.mock.update(|state, _| {
            if let Some(row) = state.organizations.iter_mut().find(|row| row.id == self.id) {
                row.seats_enabled = enabled;
            }
        });
    }

    /// The customer with this address, who is also its own first member, the owner, as a buyer is;
    /// added when there is none.
    #[must_use]
    pub fn buyer(&self, email: &str) -> Customer {
        let customer = self.customer(email);
        customer.add_owner(email);
        customer
    }

    /// The customer with this address, in whatever case; added without a member when there is none.
    #[must_use]
    pub fn customer(&self, email: &str) -> Customer {
        self.add_customer(Some(email.to_owned()))
    }

    /// Adds a customer that has no address, as a team may be.
    #[must_use]
    pub fn customer_without_email(&self) -> Customer {
        self.add_customer(None)
    }

    fn add_customer(&self, email: Option<String>) -> Customer {
        let id = self.mock.update(|state, _| {
            let known = email.as_deref();
            let known = known.and_then(|email| state.customer_by_email(self.id, email));
            if let Some(row) = known {
                return row.id;
            }
            let id = state.random.uuid().into();
            state.customers.push(CustomerRow {
                id,
                organization: self.id,
                email,
                external_id: None,
                name: None,
            });
            id
        });
        Customer::new(self.mock.clone(), self.clone(), id)
    }

    /// The product of this name; it is added when there is none.
    #[must_use]
    pub fn product(&self, name: &str) -> ProductId {
        self.mock.update(|state, now| {
            let known = |row: &&ProductRow| row.organization == self.id && row.name == name;
            if let Some(row) = state.products.iter().find(known) {
                return row.id;
            }
            let id = ProductId::from(state.random.uuid());
            state.products.push(ProductRow {
                id,
                created_at: now,
                organization: self.id,
                name: name.to_owned(),
            });
            id
        })
    }

    /// Adds an endpoint that events are to be delivered to. Only a server around the mock
    /// delivers; in process, events are read with [`Mock::events`].
    pub fn webhook(&self, url: &str, secret: WebhookSecret) {
        self.mock.update(|state, _| {
            state.webhooks.push(WebhookRow {
                organization: self.id,
                url: url.to_owned(),
                secret,
            });
        });
    }
}

/// A name as a part of a path: lower case, with hyphens for everything else.
fn slug(name: &str) -> String {
    let lowered = name.to_lowercase();
    let words: Vec<&str> = lowered
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}
