//! The customer portal: whose session it is, and what it shows of the customer and the seller.

use polar_types::MemberRole;
use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, checkout_view::short_benefit, customers::tax_id, invalid,
    not_found,
};
use crate::{
    http::HttpError,
    json::{self, Json},
    state::{Caller, MemberRow},
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("customer_portal:customers:get", |call| {
        call.portal_customer_view().map(|customer| shown(&customer))
    }),
    ("customer_portal:customers:update", update),
    ("customer_portal:organizations:get", |call| {
        let slug = call.path_text(0)?;
        let row = call.state.organizations.iter().find(|row| row.slug == slug);
        call.account.organization = row.ok_or_else(not_found)?.id;
        let public = call.documents(Kind::Product).filter(|product| {
            product.text("visibility") == Some("public") && !product.flag("is_archived")
        });
        let products: Vec<Json> = public.map(|one| call.public_product(one)).collect();
        Ok(Json::object([
            ("organization", call.portal_organization()),
            ("products", products.into()),
        ]))
    }),
    // No operation gives a customer a wallet.
    ("customer_portal:wallets:list", |call| {
        call.require_billing()?;
        call.page(Vec::new())
    }),
    ("customer_portal:wallets:get", |call| {
        call.require_billing()?;
        Err(not_found())
    }),
];

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    call.require_billing()?;
    let customer = call.portal_customer_view()?;
    let id = customer.id("id").unwrap_or_default();
    let body = call.body.clone();
    let missing = |key, message| Err(invalid([key], "missing", message, Json::Null));
    if body.is_null("billing_address") {
        let message = "Customer billing address cannot be reset to null once set.";
        return missing("billing_address", message);
    }
    if body.is_null("default_payment_method_id") {
        let message = "Default payment method cannot be reset to null.";
        return missing("default_payment_method_id", message);
    }
    if let Some(method) = body.id("default_payment_method_id") {
        let known = call.payment_methods(id).any(|one| one.id == method);
        if !known {
            let (key, message) = ("default_payment_method_id", "Payment method not found.");
            return Err(invalid([key], "invalid", message, method));
        }
    }
    let mut fields = body.clone();
    if let Some(number) = body.text("tax_id") {
        let (old, new) = (customer.get("billing_address"), body.get("billing_address"));
        if new.or(old) == Some(&Json::Null) {
            let message = "Country is required to validate tax ID.";
            return missing("billing_address", message);
        }
        if !number.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err(invalid(["tax_id"], "invalid", "Invalid tax ID.", number));
        }
        fields.set("tax_id", tax_id(number));
    }
    call.change_customer(id, &fields)?;
    call.portal_customer_view().map(|customer| shown(&customer))
}

/// Returns a customer as the portal shows it.
pub(super) fn shown(customer: &Json) -> Json {
    let of_the_seller =
        "metadata external_id organization_id deleted_at first_user_event_at avatar_url";
    let accounts = Json::object([("oauth_accounts", Json::EMPTY)]);
    customer.clone().without(of_the_seller).and(accounts)
}

impl Call<'_> {
    /// Returns the customer whose session it is.
    pub(super) fn portal_customer(&self) -> Result<Uuid, HttpError> {
        let holder = self.state.holder(&self.caller);
        let (_, customer) = holder.ok_or(HttpError::Unauthorized)?;
        Ok(customer.into())
    }

    /// Returns this customer as the organization sees it.
    pub(super) fn portal_customer_view(&self) -> Result<Json, HttpError> {
        self.customer(self.portal_customer()?)
    }

    /// Returns the member whose session it is, unless it is the customer's.
    pub(super) fn portal_member(&self) -> Option<&MemberRow> {
        match self.caller {
            Caller::Member { id, .. } => self.state.member(id),
            _ => None,
        }
    }

    /// Checks that the session is a customer's, an owner's or a billing manager's.
    pub(super) fn require_billing(&self) -> Result<(), HttpError> {
        if self.portal_member().is_none_or(manages) {
            return Ok(());
        }
        let detail = "Only owners and billing managers can access billing features.";
        Err(HttpError::forbidden("NotPermitted", detail))
    }

    /// Returns the documents of the customer whose session it is.
    pub(super) fn portal_documents(&self, kind: Kind) -> impl Iterator<Item = &Document> {
        let own = self.portal_customer().into_iter();
        own.flat_map(move |customer| self.of_customer(kind, customer))
    }

    /// Returns the customer's document whose id is in the path.
    pub(super) fn portal_document(&self, kind: Kind) -> Result<&Document, HttpError> {
        let id = self.id(0)?;
        let mut own = self.portal_documents(kind);
        own.find(|one| one.id == id).ok_or_else(not_found)
    }
}

/// Whether a member may see and change what its customer pays for.
pub(super) fn manages(member: &MemberRow) -> bool {
    matches!(member.role, MemberRole::Owner | MemberRole::BillingManager)
}

impl Account<'_> {
    /// Returns the organization with the settings of its portal.
    fn portal_organization(&self) -> Json {
        let view = self.organization_view();
        let features = view.value("feature_settings");
        let features = features.only("member_model_enabled checkout_localization_enabled");
        let settings = json::parse(SETTINGS).unwrap_or(Json::EMPTY);
        view.and(Json::object([
            ("customer_portal_settings", settings),
            ("organization_features", features),
        ]))
    }

    /// Returns a product as every buyer sees it.
    fn public_product(&self, document: &Document) -> Json {
        let product = self.product(document);
        let mut product = product.without("metadata attached_custom_fields");
        let all = product.items("benefits").iter();
        let public = all.filter(|benefit| benefit.text("visibility") == Some("public"));
        let benefits: Vec<Json> = public.map(short_benefit).collect();
        product.set("benefits", benefits);
        product
    }

    /// Returns the product of a purchase, with its organization.
    pub(super) fn portal_product(&self, id: Option<Uuid>) -> Json {
        let product = self.document(Kind::Product, id.unwrap_or_default()).ok();
        let product = product.map(|product| {
            let organization = Json::object([("organization", self.portal_organization())]);
            self.public_product(product).and(organization)
        });
        product.into()
    }

    /// Changes fields of a customer, and raises the events of that.
    pub(super) fn change_customer(&mut self, id: Uuid, fields: &Json) -> Result<(), HttpError> {
        self.ensure_document(id);
        self.change(Kind::Customer, id, |customer| {
            for (key, value) in fields.entries() {
                // An absent name is no change.
                if key != "billing_name" || *value != Json::Null {
                    customer.set(key, value.clone());
                }
            }
        })?;
        self.raise_customer("customer.updated", id).map(drop)
    }
}

/// The settings of the portal of a new organization.
const SETTINGS: &str = r#"{"usage": {"show": true},
"subscription": {"update_seats": true, "update_plan": true, "pause": true},
"customer": {"allow_email_change": true}}"#;
