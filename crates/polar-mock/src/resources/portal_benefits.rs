//! Benefit grants and license keys, as the customer or the member sees them who has them.

use super::{
    Call, Document, Kind, Rule, checkout_view::short_benefit, grants::active_files, license_keys,
    not_found, portal, refused,
};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("customer_portal:benefit-grants:list", list),
    ("customer_portal:benefit-grants:get", |call| {
        Ok(call.portal_grant(call.own_grant()?))
    }),
    ("customer_portal:benefit-grants:update", |call| {
        let grant = call.portal_grant(call.own_grant()?);
        let sent = call.body.value("benefit_type");
        if grant.get("benefit").map(|benefit| benefit.value("type")) != Some(sent.clone()) {
            let message = "Benefit type must match the existing granted benefit type.";
            return Err(refused("benefit_type", message, sent));
        }
        let account = call.body.value("properties").value("account_id");
        if account != Json::Null {
            let (path, message) = ("properties.account_id", "OAuth account does not exist.");
            return Err(refused(path, message, account));
        }
        Ok(grant)
    }),
    ("customer_portal:license_keys:list", |call| {
        let own = call.own_keys();
        call.page(own.map(|key| call.license_key(key)).collect())
    }),
    ("customer_portal:license_keys:get", |call| {
        let id = call.id(0)?;
        let found = call.own_keys().find(|key| key.id == id);
        found.ok_or_else(not_found)?;
        license_keys::get(call)
    }),
    // There are no files.
    ("customer_portal:downloadables:list", |call| {
        call.page(Vec::new())
    }),
];

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let items = call.own_grants().map(|grant| {
        let purchase = call.linked(Kind::Subscription, grant, "subscription_id");
        let purchase = purchase.or_else(|| call.linked(Kind::Order, grant, "order_id"));
        let purchase = purchase.map_or(Json::EMPTY, |purchase| purchase.fields.clone());
        let product = call.linked(Kind::Product, &purchase, "product_id");
        let place = product.and_then(|product| {
            let mut benefits = product.items("benefits").iter();
            benefits.position(|one| Some(one) == grant.get("benefit_id"))
        });
        let view = call.portal_grant(grant);
        let benefit = view.value("benefit");
        let filtered_by = view.and(benefit.only("type description"));
        let filtered_by = filtered_by.and(purchase.only("checkout_id"));
        filtered_by.and(Json::object([("product_benefit", place.into())]))
    });
    let mut page = call.page(items.collect())?;
    let items = page.items("items").iter().cloned();
    let helpers = "type description checkout_id product_benefit";
    let items: Vec<Json> = items.map(|item| item.without(helpers)).collect();
    page.set("items", items);
    Ok(page)
}

impl Call<'_> {
    /// Whether a grant is the member's whose session it is, or the customer's.
    fn is_own(&self, grant: &Document) -> bool {
        let member = self.portal_member();
        member.is_none_or(|member| grant.id("member_id") == Some(member.id.into()))
    }

    /// Returns the grants that the portal shows: those of public benefits.
    fn own_grants(&self) -> impl Iterator<Item = &Document> {
        let all = self.portal_documents(Kind::Grant);
        all.filter(|grant| {
            let benefit = self.linked(Kind::Benefit, grant, "benefit_id");
            let visibility = benefit.and_then(|benefit| benefit.text("visibility"));
            let is_shown = visibility == Some("public") && !grant.flag("is_revoked");
            is_shown && self.is_own(grant)
        })
    }

    fn own_grant(&self) -> Result<&Document, HttpError> {
        let id = self.id(0)?;
        let mut own = self.own_grants();
        own.find(|grant| grant.id == id).ok_or_else(not_found)
    }

    /// Returns the license keys, which belong to whom a benefit was granted.
    fn own_keys(&self) -> impl Iterator<Item = &Document> {
        let all = self.portal_documents(Kind::LicenseKey);
        all.filter(|key| {
            let mut grants = self.portal_documents(Kind::Grant);
            grants.any(|grant| {
                let properties = grant.get("properties");
                let issued = properties.and_then(|one| one.id("license_key_id"));
                issued == Some(key.id) && self.is_own(grant)
            })
        })
    }

    fn portal_grant(&self, document: &Document) -> Json {
        let mut view = self.grant(document).without("member user_id");
        // A customer also sees what a grant credited.
        view.set("properties", document.value("properties"));
        view.set("customer", portal::shown(&view.value("customer")));
        let benefit = view.value("benefit");
        let mut properties = benefit.value("properties");
        if benefit.text("type") == Some("downloadables") {
            properties = Json::object([("active_files", active_files(&benefit))]);
        }
        let shown = Json::object([
            ("organization", self.organization_view()),
            ("properties", properties),
        ]);
        view.set("benefit", short_benefit(&benefit).and(shown));
        view
    }
}
