//! The subscriptions of a seed or of a builder, which have seats but no document: they can be listed
//! and read.

use polar_types::{Container, SubscriptionId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Document, Kind, not_found, orders::user, subscriptions::template, time_after,
};
use crate::{
    http::HttpError,
    json::Json,
    state::{ProductRow, PurchaseRow},
};

impl Account<'_> {
    /// Returns all subscriptions as in a response.
    pub(super) fn all_subscriptions(&self) -> Vec<Json> {
        let documents = self.documents(Kind::Subscription);
        let documents = documents.map(|one| self.subscription(one));
        let rows = self.state.purchases.iter();
        let rows = rows.filter_map(|row| self.seeded_subscription(row));
        documents.chain(rows).collect()
    }

    /// Returns a subscription as in a response.
    pub(super) fn any_subscription(&self, id: Uuid) -> Result<Json, HttpError> {
        if let Ok(document) = self.document(Kind::Subscription, id) {
            return Ok(self.subscription(document));
        }
        let container = Container::from(SubscriptionId::from(id));
        let row = self.state.purchases.iter().find(|row| row.id == container);
        row.and_then(|row| self.seeded_subscription(row))
            .ok_or_else(not_found)
    }

    /// Returns the subscription of a row, unless it has a document.
    fn seeded_subscription(&self, row: &PurchaseRow) -> Option<Json> {
        let Container::Subscription(id) = row.id else {
            return None;
        };
        let id = Uuid::from(id);
        if row.organization != self.organization
            || self.state.documents.get(Kind::Subscription, id).is_some()
        {
            return None;
        }
        let customer = self.shown_customer(row.customer.into());
        let product = row.product.map(Uuid::from);
        Some(fields(row, id, self.now).and(Json::object([
            ("product_id", product.into()),
            ("user_id", customer.id("id").into()),
            ("user", user(&customer)),
            ("customer", customer),
            ("product", self.seeded_product(product).into()),
        ])))
    }

    fn seeded_product(&self, id: Option<Uuid>) -> Option<Json> {
        let id = id?;
        if let Ok(document) = self.document(Kind::Product, id) {
            return Some(self.product(document));
        }
        let mut products = self.state.products.iter();
        let row = products.find(|row| Uuid::from(row.id) == id)?;
        Some(product(row))
    }
}

/// Returns the fields of an active monthly subscription that costs nothing.
fn fields(row: &PurchaseRow, id: Uuid, now: OffsetDateTime) -> Json {
    let seats = row.seats.and_then(|seats| i64::try_from(seats).ok());
    let mut start = row.created_at;
    let mut end = time_after(start, "month", 1);
    while end <= now {
        (start, end) = (end, time_after(end, "month", 1));
    }
    let template = template(start, end);
    let document = Document::new(id, row.organization, row.created_at, template);
    document.view().and(Json::object([
        ("started_at", row.created_at.into()),
        ("customer_id", Uuid::from(row.customer).into()),
        ("seats", seats.into()),
        ("price", Json::Null),
        ("discount", Json::Null),
        ("pending_update", Json::Null),
    ]))
}

fn product(row: &ProductRow) -> Json {
    let view = Json::object([
        ("id", Uuid::from(row.id).into()),
        ("created_at", row.created_at.into()),
        ("modified_at", Json::Null),
        ("name", row.name.clone().into()),
        ("visibility", "public".into()),
        ("recurring_interval", "month".into()),
        ("recurring_interval_count", 1_i64.into()),
        ("is_recurring", true.into()),
        ("is_archived", false.into()),
        ("organization_id", Uuid::from(row.organization).into()),
        ("metadata", Json::EMPTY),
    ]);
    let absent = "trial_interval trial_interval_count description meter_interval \
        meter_interval_count";
    let lists = Json::each("prices benefits medias attached_custom_fields", Vec::new());
    view.and(Json::each(absent, Json::Null)).and(lists)
}
