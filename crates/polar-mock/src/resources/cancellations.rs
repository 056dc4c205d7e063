//! How subscriptions end.

use uuid::Uuid;

use super::{Account, Kind};
use crate::{http::HttpError, json::Json};

impl Account<'_> {
    /// Ends a subscription now, and revokes its benefits.
    pub(super) fn end_subscription(&mut self, id: Uuid, reasons: &Json) -> Result<(), HttpError> {
        let now = self.now;
        let fields = self.change(Kind::Subscription, id, |subscription| {
            subscription.set("status", "canceled");
            subscription.set("cancel_at_period_end", false);
            if subscription.is_null("canceled_at") {
                subscription.set("canceled_at", now);
            }
            subscription.set("ends_at", now);
            subscription.set("ended_at", now);
            subscription.set_all(reasons);
        })?;
        let customer = fields.id("customer_id").unwrap_or_default();
        self.raise_subscription("subscription.updated", id);
        self.raise_subscription("subscription.canceled", id);
        self.raise_subscription("subscription.revoked", id);
        self.lose_access(id);
        self.void_orders(id);
        self.customer_changed(customer)
    }

    pub(super) fn require_live(&self, id: Uuid) -> Result<(), HttpError> {
        let subscription = &self.document(Kind::Subscription, id)?.fields;
        if subscription.text("status") == Some("canceled") {
            return Err(already_canceled());
        }
        Ok(())
    }

    pub(super) fn cancel_at_period_end(
        &mut self,
        id: Uuid,
        reasons: &Json,
    ) -> Result<(), HttpError> {
        self.require_live(id)?;
        let subscription = self.document(Kind::Subscription, id)?;
        if subscription.flag("cancel_at_period_end") {
            return Err(already_canceled());
        }
        let now = self.now;
        self.change(Kind::Subscription, id, |subscription| {
            subscription.set("cancel_at_period_end", true);
            subscription.set("canceled_at", now);
            let end = subscription.get("current_period_end").cloned();
            subscription.set("ends_at", end);
            subscription.set_all(reasons);
        })?;
        self.raise_subscription("subscription.updated", id);
        self.raise_subscription("subscription.canceled", id);
        Ok(())
    }

    pub(super) fn uncancel(&mut self, id: Uuid) -> Result<(), HttpError> {
        let subscription = &self.document(Kind::Subscription, id)?.fields;
        if subscription.text("status") == Some("canceled") {
            let (status, name) = (http::StatusCode::GONE, "ResourceUnavailable");
            return Err(HttpError::named(status, name, "Unavailable"));
        }
        if !subscription.flag("cancel_at_period_end") {
            return Err(HttpError::bad_request("BadRequest", "Bad request"));
        }
        self.change(Kind::Subscription, id, |subscription| {
            subscription.set("cancel_at_period_end", false);
            let absent = "canceled_at ends_at customer_cancellation_reason \
                customer_cancellation_comment";
            subscription.set_all(&Json::each(absent, Json::Null));
        })?;
        self.raise_subscription("subscription.updated", id);
        self.raise_subscription("subscription.uncanceled", id);
        Ok(())
    }
}

fn already_canceled() -> HttpError {
    let detail = "This subscription is already canceled or will be at the end of the period.";
    HttpError::forbidden("AlreadyCanceledSubscription", detail)
}
