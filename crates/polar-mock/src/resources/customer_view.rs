//! A customer as responses and events show it.

use polar_types::CustomerId;
use uuid::Uuid;

use super::{Account, Document, Kind, not_found};
use crate::{http::HttpError, json::Json};

impl Account<'_> {
    /// Returns a customer of the calling organization, as in a response.
    pub(super) fn customer(&self, id: Uuid) -> Result<Json, HttpError> {
        let row = self.state.customer(CustomerId::from(id));
        let row = row.filter(|row| row.organization == self.organization);
        let row = row.ok_or_else(not_found)?;
        let document = self.state.documents.get(Kind::Customer, id);
        // A customer of a seed or of a builder has none.
        let created_at = self.organization_created_at();
        let seeded = || Document::new(id, row.organization, created_at, template()).view();
        let view = document.map_or_else(seeded, Document::view);
        let email = row.email.clone();
        let billing_name = view.text("billing_name").or(row.name.as_deref());
        let billing_name = billing_name.map(str::to_owned);
        let avatar = email.as_deref().map(avatar_url);
        Ok(view.and(Json::object([
            ("external_id", row.external_id.clone().into()),
            ("email", email.into()),
            ("name", row.name.clone().into()),
            ("billing_name", billing_name.into()),
            ("organization_id", Uuid::from(row.organization).into()),
            ("avatar_url", avatar.into()),
        ])))
    }

    /// Returns a customer as what belongs to it shows it, even if it was deleted.
    pub(super) fn shown_customer(&self, id: Uuid) -> Json {
        let deleted = || self.document(Kind::Customer, id).map(Document::view);
        let customer = self.customer(id).or_else(|_| deleted());
        customer.unwrap_or(Json::Null)
    }

    /// Returns a customer with what it has now.
    pub(super) fn customer_state(&self, id: Uuid) -> Result<Json, HttpError> {
        let meters = self
            .of_customer(Kind::CustomerMeter, id)
            .map(|one| one.view().without("customer_id"));
        Ok(self.customer(id)?.and(Json::object([
            ("active_subscriptions", self.subscriptions_of(id).into()),
            ("granted_benefits", self.short_grants_of(id).into()),
            ("active_meters", meters.collect::<Vec<_>>().into()),
        ])))
    }

    /// Raises an event about a customer, and the one that follows, and returns the customer.
    pub(super) fn raise_customer(
        &mut self,
        kind: &'static str,
        id: Uuid,
    ) -> Result<Json, HttpError> {
        let customer = self.customer(id)?;
        self.raise(kind, &customer);
        self.customer_changed(id)?;
        Ok(customer)
    }

    /// Raises the event that follows any change of what a customer has.
    pub(super) fn customer_changed(&mut self, id: Uuid) -> Result<(), HttpError> {
        let state = self.customer_state(id)?;
        self.raise("customer.state_changed", &state);
        Ok(())
    }
}

/// The fields of a new customer, in Polar's order.
pub(super) fn template() -> Json {
    let keys = "metadata external_id email email_verified type name billing_name billing_address \
        tax_id locale organization_id default_payment_method_id deleted_at first_user_event_at";
    Json::each(keys, Json::Null).and(Json::object([
        ("metadata", Json::EMPTY),
        ("email_verified", false.into()),
        ("type", "individual".into()),
    ]))
}

/// The URL of an avatar in the form of the server's, with another hash.
fn avatar_url(email: &str) -> String {
    let hash = email
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u128, |hash, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0100_0000_01b3_0000_0000_0000_013b)
        });
    format!("https://www.gravatar.com/avatar/{hash:032x}?d=404")
}
