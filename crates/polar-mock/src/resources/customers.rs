//! Customers. The rows that seats go by have the id, address, name and external id; the document has
//! the rest.

use polar_types::MemberRole;
use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, customer_view::template, list::as_text, not_found, refused,
};
use crate::{
    http::HttpError,
    json::Json,
    state::{CustomerRow, Holder, MemberRow},
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("customers:create", create),
    ("customers:list", list),
    ("customers:get", |call| call.customer(call.id(0)?)),
    ("customers:get_external", |call| {
        call.customer(call.external_customer()?)
    }),
    ("customers:get_state", |call| {
        call.customer_state(call.id(0)?)
    }),
    ("customers:get_state_external", |call| {
        call.customer_state(call.external_customer()?)
    }),
    ("customers:update", |call| update(call, call.id(0)?)),
    ("customers:update_external", |call| {
        update(call, call.external_customer()?)
    }),
    ("customers:delete", |call| delete(call, call.id(0)?)),
    ("customers:delete_external", |call| {
        delete(call, call.external_customer()?)
    }),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = call.body.clone();
    if let Some(email) = body.text("email") {
        call.check_email(email, None)?;
    }
    if let Some(external_id) = body.text("external_id")
        && call.customer_by_external_id(external_id).is_some()
    {
        let message = "A customer with this external ID already exists.";
        return Err(refused("external_id", message, external_id));
    }
    let fields = call.body.only("metadata type billing_address locale");
    let mut fields = fields.without_nulls();
    if let Some(number) = call.body.text("tax_id") {
        fields.set("tax_id", tax_id(number));
    }
    let id = call.add_customer(&body, fields);
    call.raise_customer("customer.created", id)
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let own = call.state.customers.iter();
    let own = own.filter(|row| row.organization == call.organization);
    let items: Result<Vec<Json>, _> = own.map(|row| call.customer(row.id.into())).collect();
    call.page_by(items?, |item, name, value| match (name, value) {
        ("email", Json::Text(email)) => {
            let own = item.text("email");
            Some(own.is_some_and(|own| own.eq_ignore_ascii_case(email)))
        }
        _ => None,
    })
}

fn update(call: &mut Call<'_>, id: Uuid) -> Result<Json, HttpError> {
    let before = call.customer(id)?;
    if let Some(email) = call.body.text("email") {
        call.check_email(email, Some(id))?;
    }
    let known = before.value("external_id");
    let sent = call.sent("external_id").filter(|sent| **sent != known);
    if let Some(sent) = sent.filter(|_| known != Json::Null) {
        let message = "Customer external ID cannot be updated.";
        return Err(refused("external_id", message, sent.clone()));
    }
    if call.body.is_null("billing_address") && before.get("billing_address") != Some(&Json::Null) {
        let message = "Customer billing address cannot be reset to null once set.";
        return Err(refused("billing_address", message, Json::Null));
    }
    if before.text("type") == Some("team") && call.body.text("type") == Some("individual") {
        let message = "Customer type cannot be downgraded from 'team' to 'individual'.";
        return Err(refused("type", message, "individual"));
    }
    let body = call.body.clone();
    call.ensure_document(id);
    call.change(Kind::Customer, id, |fields| {
        for (key, value) in body.entries() {
            match (key.as_str(), value) {
                ("tax_id", Json::Text(number)) => fields.set("tax_id", tax_id(number)),
                ("metadata" | "type" | "billing_address" | "locale" | "tax_id", _) => {
                    fields.set(key, value.clone());
                }
                _ => {}
            }
        }
    })?;
    if let Some(row) = call.row_mut(id) {
        for (key, value) in body.entries() {
            let text = as_text(value).map(str::to_owned);
            match key.as_str() {
                "email" if text.is_some() => row.email = text,
                "name" => row.name = text,
                "external_id" if text.is_some() => row.external_id = text,
                _ => {}
            }
        }
    }
    call.touch(Kind::Customer, id);
    if let Some(Json::Text(email)) = body.get("email") {
        call.move_owner(id, email);
    }
    call.raise_customer("customer.updated", id)
}

fn delete(call: &mut Call<'_>, id: Uuid) -> Result<Json, HttpError> {
    call.customer(id)?;
    let anonymize = call.query("anonymize") == Some(&Json::Bool(true));
    let is_gone = |row: &mut MemberRow| Uuid::from(row.customer) == id;
    let gone: Vec<MemberRow> = call.state.members.extract_if(.., is_gone).collect();
    for row in gone {
        call.state.sessions.close(Holder::Member(row.id));
        call.raise("member.deleted", &super::members::view(&row));
    }
    call.ensure_document(id);
    let now = call.now;
    let external_id = call.customer(id)?.text("external_id").map(str::to_owned);
    call.change(Kind::Customer, id, |fields| {
        fields.set("deleted_at", now);
        if anonymize {
            let mut metadata = fields.value_or("metadata", Json::EMPTY);
            metadata.set("__external_id", external_id);
            metadata.set("__anonymized_at", now);
            fields.set("metadata", metadata);
            fields.set("billing_address", Json::Null);
        }
    })?;
    if let Some(row) = call.row_mut(id) {
        row.external_id = None;
    }
    let customer = call.customer(id)?;
    call.raise("customer.deleted", &customer);
    for subscription in call.live_subscriptions(id) {
        call.end_subscription(subscription, &Json::EMPTY)?;
    }
    call.customer_changed(id)?;
    // What belonged to the customer still shows it.
    let shown = customer.only("email name billing_name organization_id avatar_url");
    call.change(Kind::Customer, id, |fields| fields.set_all(&shown))?;
    call.state.customers.retain(|row| Uuid::from(row.id) != id);
    call.state.sessions.close(Holder::Customer(id.into()));
    Ok(Json::Null)
}

impl Call<'_> {
    /// Returns the id of the customer whose external id is in the path.
    pub(super) fn external_customer(&self) -> Result<Uuid, HttpError> {
        let external_id = self.path_text(0)?;
        self.customer_by_external_id(&external_id)
            .ok_or_else(not_found)
    }
}

impl Account<'_> {
    /// Adds a customer with the keys of a request, and other fields that differ from those of a new
    /// customer, and its first member, and raises the event of the latter.
    pub(super) fn add_customer(&mut self, sent: &Json, fields: Json) -> Uuid {
        let (id, organization, now) = (self.new_id(), self.organization, self.now);
        let text = |json: &Json, key: &str| json.text(key).map(str::to_owned);
        self.state.customers.push(CustomerRow {
            id: id.into(),
            organization,
            email: text(sent, "email"),
            external_id: text(sent, "external_id"),
            name: text(sent, "name"),
        });
        self.insert(Kind::Customer, id, template().and(fields));
        let owner = sent.value("owner");
        let of_owner = |key: &str| text(&owner, key).or_else(|| text(sent, key));
        if let Some(email) = of_owner("email").filter(|_| self.has_members()) {
            let row = MemberRow {
                id: self.new_id().into(),
                created_at: now,
                modified_at: None,
                customer: id.into(),
                email,
                name: of_owner("name"),
                external_id: of_owner("external_id"),
                role: MemberRole::Owner,
            };
            let member = super::members::view(&row);
            self.state.members.push(row);
            self.raise("member.created", &member);
        }
        id
    }

    pub(super) fn customer_by_external_id(&self, external_id: &str) -> Option<Uuid> {
        let mut rows = self.state.customers.iter();
        let row = rows.find(|row| {
            row.organization == self.organization && row.external_id.as_deref() == Some(external_id)
        });
        row.map(|row| row.id.into())
    }

    pub(super) fn row_mut(&mut self, id: Uuid) -> Option<&mut CustomerRow> {
        let mut rows = self.state.customers.iter_mut();
        rows.find(|row| Uuid::from(row.id) == id)
    }

    fn check_email(&self, email: &str, own: Option<Uuid>) -> Result<(), HttpError> {
        let known = self.state.customer_by_email(self.organization, email);
        if known.is_none_or(|known| Some(Uuid::from(known.id)) == own) {
            return Ok(());
        }
        let message = "A customer with this email address already exists.";
        Err(refused("email", message, email))
    }

    /// Gives the only member of an individual customer the customer's new address.
    fn move_owner(&mut self, customer: Uuid, email: &str) {
        let now = self.now;
        let mut own = self.state.members.iter_mut();
        let owner =
            own.find(|row| Uuid::from(row.customer) == customer && row.role == MemberRole::Owner);
        if let Some(owner) = owner {
            email.clone_into(&mut owner.email);
            owner.modified_at = Some(now);
        }
    }

    /// Adds the document of a customer that has none yet.
    pub(super) fn ensure_document(&mut self, id: Uuid) {
        if self.state.documents.get(Kind::Customer, id).is_none() {
            let created_at = self.organization_created_at();
            let document = Document::new(id, self.organization, created_at, template());
            self.state.documents.insert(Kind::Customer, document);
        }
    }

    pub(super) fn organization_created_at(&self) -> time::OffsetDateTime {
        let organization = self.state.organization(self.organization);
        organization.map_or(self.now, |row| row.created_at)
    }

    /// Whether the customers of the organization have members.
    pub(super) fn has_members(&self) -> bool {
        let organization = self.state.organization(self.organization);
        organization.is_some_and(|row| row.member_model)
    }
}

/// A tax id and its format, which the server derives from its form. The mock reports every
/// number as an EU VAT number.
pub(super) fn tax_id(number: &str) -> Json {
    vec![Json::from(number), Json::from("eu_vat")].into()
}
