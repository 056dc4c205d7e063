//! License keys: what the benefit of that kind gives, with its activations and its usage.

use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, grants::Source, not_found, orders::user, terms::time_after,
};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("license_keys:list", |call| {
        call.page(call.all(Kind::LicenseKey, Account::license_key))
    }),
    ("license_keys:get", get),
    ("license_keys:update", update),
    ("license_keys:get_activation", |call| {
        let (key, activation) = (call.id(0)?, call.id(1)?);
        call.document(Kind::LicenseKey, key)?;
        call.activation(key, activation)
    }),
    ("license_keys:validate", validate),
    ("license_keys:activate", activate),
    ("license_keys:deactivate", deactivate),
    ("customer_portal:license_keys:validate", validate),
    ("customer_portal:license_keys:activate", activate),
    ("customer_portal:license_keys:deactivate", deactivate),
];

pub(super) fn get(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let activations = call.activations(id);
    let activations: Vec<Json> = activations.map(short_activation).collect();
    let mut key = call.license_key(call.document(Kind::LicenseKey, id)?);
    key.set("activations", activations);
    Ok(key)
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    call.document(Kind::LicenseKey, id)?;
    let body = call.body.clone();
    call.change(Kind::LicenseKey, id, |key| key.set_all(&body))?;
    call.shown(Kind::LicenseKey, Account::license_key)
}

fn validate(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.sent_key()?;
    let key = call.document(Kind::LicenseKey, id)?.fields.clone();
    let refuse = |detail: &str| Err(HttpError::not_found(detail));
    if key.text("status") != Some("granted") {
        return refuse("License key is no longer active.");
    }
    if key.time("expires_at").is_some_and(|end| end <= call.now) {
        return refuse("License key has expired.");
    }
    let activation = match call.body.id("activation_id") {
        Some(activation) => {
            let found = call.activations(id).find(|one| one.id == activation);
            let found = found.ok_or_else(not_found)?;
            let sent = call.body.value_or("conditions", Json::EMPTY);
            let conditions = found.value_or("conditions", Json::EMPTY);
            if conditions != Json::EMPTY && conditions != sent {
                return refuse("License key does not match required conditions");
            }
            short_activation(found)
        }
        None => Json::Null,
    };
    let is_other = |name: &str| {
        let sent = call.body.id(name);
        sent.is_some() && key.id(name) != sent
    };
    if is_other("benefit_id") {
        return refuse("License key does not match given benefit.");
    }
    if is_other("customer_id") {
        return refuse("License key does not match given user.");
    }
    let more = call.body.number("increment_usage");
    let usage = key.number("usage");
    if let Some(limit) = key.integer("limit_usage").filter(|_| more > 0) {
        let left = limit - usage;
        if more > left {
            let detail = format!("License key only has {left} more usages.");
            return Err(HttpError::bad_request("BadRequest", detail));
        }
    }
    let changes = [
        ("validations", (key.number("validations") + 1).into()),
        ("last_validated_at", call.now.into()),
        ("usage", (usage + more).into()),
    ];
    call.set(Kind::LicenseKey, id, changes);
    let mut view = call.license_key(call.document(Kind::LicenseKey, id)?);
    view.set("activation", activation);
    Ok(view)
}

fn activate(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.sent_key()?;
    let key = call.document(Kind::LicenseKey, id)?.fields.clone();
    let refuse = |detail: &str| Err(HttpError::forbidden("NotPermitted", detail));
    if key.text("status") != Some("granted") {
        return refuse("License key is no longer active. This license key can not be activated.");
    }
    if key.time("expires_at").is_some_and(|end| end <= call.now) {
        return refuse("License key has expired.");
    }
    let limit = key.number("limit_activations");
    if limit <= 0 {
        return refuse(
            "This license key does not support activations. Use the /validate endpoint \
            instead to check license validity.",
        );
    }
    if call.activations(id).count() >= usize::try_from(limit).unwrap_or_default() {
        return refuse("License key activation limit already reached");
    }
    let fields = Json::object([
        ("license_key_id", id.into()),
        ("label", call.body.text("label").unwrap_or_default().into()),
        ("meta", call.sent_or("meta", Json::EMPTY)),
        ("conditions", call.sent_or("conditions", Json::EMPTY)),
    ]);
    let activation = call.new_id();
    call.insert(Kind::Activation, activation, fields);
    call.activation(id, activation)
}

fn deactivate(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.sent_key()?;
    let activation = call.body.id("activation_id").unwrap_or_default();
    if !call.activations(id).any(|one| one.id == activation) {
        return Err(not_found());
    }
    call.state.documents.remove(Kind::Activation, activation);
    Ok(Json::Null)
}

impl Call<'_> {
    /// Returns the id of the key in the body. Without a token, it acts for the organization there.
    fn sent_key(&mut self) -> Result<Uuid, HttpError> {
        if let Some(organization) = self.body.id("organization_id") {
            let has_token = Uuid::from(self.organization) != Uuid::nil();
            if has_token && organization != Uuid::from(self.organization) {
                return Err(not_found());
            }
            self.account.organization = organization.into();
        }
        let sent = self.body.text("key").unwrap_or_default();
        let mut keys = self.documents(Kind::LicenseKey);
        let found = keys.find(|key| key.text("key") == Some(sent));
        found.map(|key| key.id).ok_or_else(not_found)
    }
}

impl Account<'_> {
    /// Returns a license key as in a response.
    pub(super) fn license_key(&self, document: &Document) -> Json {
        let customer = document.id("customer_id").unwrap_or_default();
        let customer = self.shown_customer(customer);
        let user = user(&customer).without("github_username");
        document.view().and(Json::object([
            ("user_id", customer.id("id").into()),
            ("user", user),
            ("customer", customer),
        ]))
    }

    fn activations(&self, key: Uuid) -> impl Iterator<Item = &Document> {
        let all = self.documents(Kind::Activation);
        all.filter(move |one| one.id("license_key_id") == Some(key))
    }

    /// Returns an activation with its key.
    fn activation(&self, key: Uuid, id: Uuid) -> Result<Json, HttpError> {
        let found = self.activations(key).find(|one| one.id == id);
        let mut activation = short_activation(found.ok_or_else(not_found)?);
        let key = self.license_key(self.document(Kind::LicenseKey, key)?);
        activation.set("license_key", key);
        Ok(activation)
    }

    /// Makes the key of a grant, and returns what the grant tells about it.
    /// Only the key of an order expires.
    pub(super) fn issue_key(&mut self, benefit: &Document, source: Source) -> Json {
        let properties = benefit.value_or("properties", Json::EMPTY);
        let secret = self.new_id().to_string().to_uppercase();
        let key = match properties.text("prefix") {
            Some(prefix) => format!("{prefix}-{secret}"),
            None => secret,
        };
        let last = key.get(key.len().saturating_sub(6)..).unwrap_or_default();
        let display_key = format!("****-{last}");
        let expires = properties.value("expires");
        let ttl = expires.integer("ttl").unwrap_or(1);
        let timeframe = expires.text("timeframe");
        let timeframe = timeframe.filter(|_| source.subscription.is_none());
        let expires_at = timeframe.map(|unit| time_after(self.now, unit, ttl));
        let activations = properties.value("activations");
        let fields = Json::object([
            ("organization_id", Uuid::from(self.organization).into()),
            ("customer_id", source.customer.into()),
            ("benefit_id", benefit.id.into()),
            ("key", key.into()),
            ("display_key", display_key.clone().into()),
            ("status", "granted".into()),
            ("limit_activations", activations.integer("limit").into()),
            ("usage", 0_i64.into()),
            ("limit_usage", properties.integer("limit_usage").into()),
            ("validations", 0_i64.into()),
            ("last_validated_at", Json::Null),
            ("expires_at", expires_at.into()),
        ]);
        let id = self.new_id();
        self.insert(Kind::LicenseKey, id, fields);
        Json::object([
            ("license_key_id", id.into()),
            ("display_key", display_key.into()),
        ])
    }

    /// Grants or revokes the key of a grant, if it has one.
    pub(super) fn set_key_status(&mut self, grant: &Json, status: &'static str) {
        if let Some(key) = grant.value("properties").id("license_key_id") {
            self.set(Kind::LicenseKey, key, [("status", status.into())]);
        }
    }
}

fn short_activation(activation: &Document) -> Json {
    activation.view().without("conditions")
}
