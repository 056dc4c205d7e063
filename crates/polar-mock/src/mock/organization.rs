use polar_types::{AccessToken, OrganizationId, ProductId, RawJson, WebhookSecret};
use uuid::Uuid;

use super::{Customer, Mock};
use crate::json::{self, Json};
use crate::resources::{Document, Kind};
use crate::schema::all_scopes;
use crate::state::{AccessRow, CustomerRow, OrganizationRow, ProductRow, WebhookRow};

/// An organization of a mock: the seller.
#[derive(Debug, Clone)]
pub struct Organization {
    pub(super) mock: Mock,
    pub(super) id: OrganizationId,
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

    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> OrganizationId {
        self.id
    }

    /// Creates an access token with all scopes.
    #[must_use]
    pub fn access_token(&self) -> AccessToken {
        self.access_token_with(&all_scopes())
    }

    /// Creates an access token with exactly these scopes.
    #[must_use]
    pub fn access_token_with(&self, scopes: &[&str]) -> AccessToken {
        self.mock.update(|state, _| {
            let (token, secret) = state.random.typed_token("polar_oat_", AccessToken::new);
            state.access.push(AccessRow {
                token,
                organization: self.id,
                scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            });
            secret
        })
    }

    /// Sets whether seats are enabled. Without them, most operations return `FeatureNotEnabled`.
    pub fn set_seats_enabled(&self, enabled: bool) {
        self.mock.update(|state, _| {
            if let Some(row) = state.organizations.iter_mut().find(|row| row.id == self.id) {
                row.seats_enabled = enabled;
            }
        });
    }

    /// Sets fields of the organization by their names in the API. `default_tax_behavior` and, in `feature_settings`,
    /// `checkout_localization_enabled` change checkouts; others are only shown to buyers.
    pub fn set_details(&self, details: &RawJson) {
        let details = json::parse(details.as_str()).unwrap_or(Json::EMPTY);
        self.mock.update(|state, now| {
            let (id, kind) = (Uuid::from(self.id), Kind::Organization);
            state.documents.remove(kind, id);
            state
                .documents
                .insert(kind, Document::new(id, self.id, now, details));
        });
    }

    /// Returns the customer with this address, whose first member, the owner, has the same address;
    /// it is added if there is none.
    #[must_use]
    pub fn buyer(&self, email: &str) -> Customer {
        let customer = self.customer(email);
        customer.add_owner(email);
        customer
    }

    /// Returns the customer with this address, ignoring case; it is added, without a member, if
    /// there is none.
    #[must_use]
    pub fn customer(&self, email: &str) -> Customer {
        self.add_customer(Some(email.to_owned()))
    }

    /// Adds a customer without an address, as a team can be.
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

    /// Returns the product with this name; it is added if there is none.
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

    /// Adds a webhook endpoint for all events. Only a server around the mock delivers events to it; in process,
    /// read them with [`Mock::events`].
    pub fn webhook(&self, url: &str, secret: WebhookSecret) {
        self.mock.update(|state, now| {
            let id = state.random.uuid();
            let row = WebhookRow::new(id, now, self.id, url, secret);
            state.webhooks.push(row);
        });
    }
}

/// Returns a name as a slug: in lower case, with hyphens for all other characters.
pub(crate) fn slug(name: &str) -> String {
    let lowered = name.to_lowercase();
    let words: Vec<&str> = lowered
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}
