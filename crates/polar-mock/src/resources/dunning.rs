//! Renewals that are declined: the subscription is past due, and Polar charges it again until it is
//! paid or all retries have failed.
//!
//! The schedule, the effects and the order of the events are those of the server's code: no recording
//! has a declined renewal.

use polar_types::Container;
use time::Duration;
use uuid::Uuid;

use super::{Account, Kind, grants::Source, seat_changed, subscriptions::payment};
use crate::{http::HttpError, json::Json};

impl Account<'_> {
    /// Charges an order of a subscription. The payment succeeds unless it is to be declined.
    pub(super) fn charge_order(&mut self, id: Uuid, trigger: &'static str) {
        let Ok(order) = self.document(Kind::Order, id) else {
            return;
        };
        let payer = ["subscription_id", "customer_id"].map(|key| order.id(key));
        let is_free = order.integer("due_amount") == Some(0);
        let is_declined = !is_free && self.state.declines.take(payer.into_iter().flatten());
        self.record_payment(id, trigger, !is_declined);
    }

    /// Charges an unpaid order now, as its customer can, and returns it.
    pub(crate) fn pay_unpaid_order(&mut self, id: Uuid, succeeds: bool) -> Result<Json, HttpError> {
        let order = self.document(Kind::Order, id)?;
        if order.time("next_payment_attempt_at").is_none() {
            let status = http::StatusCode::UNPROCESSABLE_ENTITY;
            let detail = format!("Order {id} is not eligible for payment retry.");
            return Err(HttpError::named(status, "OrderNotEligibleForRetry", detail));
        }
        self.record_payment(id, BY_CUSTOMER, succeeds);
        self.document(Kind::Order, id).map(|one| self.order(one))
    }

    fn record_payment(&mut self, id: Uuid, trigger: &'static str, succeeds: bool) {
        let Ok(order) = self.document(Kind::Order, id) else {
            return;
        };
        let order = order.fields.clone();
        let payment = payment(trigger, order.number("due_amount"));
        if succeeds {
            self.payment_succeeded(id, &order, &payment);
            return;
        }
        self.add_payment(&payment, Some(id), false);
        if trigger != BY_CUSTOMER {
            self.payment_failed(id, &order);
        }
    }

    fn payment_succeeded(&mut self, id: Uuid, order: &Json, payment: &Json) {
        let subscription = order.id("subscription_id").unwrap_or_default();
        self.set(Kind::Order, id, [("next_payment_attempt_at", Json::Null)]);
        let is_recovered = self.is_past_due(subscription) && !self.has_retry(subscription);
        if is_recovered {
            let recovered = [("status", "active".into()), ("past_due_at", Json::Null)];
            self.set(Kind::Subscription, subscription, recovered);
            self.raise_subscription("subscription.updated", subscription);
            self.raise_subscription("subscription.active", subscription);
        }
        self.pay_order(id, payment);
        let source = self.source_of(subscription);
        if !is_recovered {
            for grant in self.grants_of(source) {
                self.touch(Kind::Grant, grant);
                self.raise_grant("benefit_grant.cycled", grant);
            }
        } else if order.integer("seats").is_none() {
            let product = order.id("product_id").unwrap_or_default();
            self.grant_benefits(product, source, None);
        }
        let _ = self.customer_changed(source.customer);
        self.settle_order(id);
    }

    fn payment_failed(&mut self, id: Uuid, order: &Json) {
        let subscription = order.id("subscription_id").unwrap_or_default();
        let failed = self.failed_payments(id);
        let is_first = order.time("next_payment_attempt_at").is_none();
        if is_first {
            self.mark_past_due(subscription);
        }
        let since = self.document(Kind::Subscription, subscription).ok();
        let since = since.and_then(|subscription| subscription.time("past_due_at"));
        let last = RETRY_AFTER.iter().sum::<Duration>();
        let is_over = since.is_some_and(|since| since + last < self.now);
        let wait = RETRY_AFTER.get(failed.saturating_sub(1));
        let wait = wait.filter(|_| is_first || !is_over);
        let next = wait.map(|wait| self.now + *wait);
        self.set(Kind::Order, id, [("next_payment_attempt_at", next.into())]);
        if next.is_none() {
            let _ = self.end_subscription(subscription, &Json::EMPTY);
        } else if is_first {
            self.lose_access(subscription);
            let _ = self.customer_changed(order.id("customer_id").unwrap_or_default());
        }
    }

    fn mark_past_due(&mut self, id: Uuid) {
        let (now, was_past_due) = (self.now, self.is_past_due(id));
        let _ = self.change(Kind::Subscription, id, |subscription| {
            subscription.set("status", "past_due");
            if !was_past_due {
                subscription.set("past_due_at", now);
            }
        });
        self.raise_subscription("subscription.updated", id);
        if !was_past_due {
            self.raise_subscription("subscription.past_due", id);
        }
    }

    /// Revokes what a subscription gives: its seats, and with them their benefits, or its benefits.
    pub(super) fn lose_access(&mut self, id: Uuid) {
        let container = Container::Subscription(id.into());
        let seats = self.state.seats_of(container);
        let live = seats.filter(|seat| seat.status.is_live());
        for seat in live.map(|seat| seat.id).collect::<Vec<_>>() {
            if self.state.revoke(seat, self.now).is_ok() {
                seat_changed(self.state, self.now, seat);
            }
        }
        for grant in self.grants_of(self.source_of(id)) {
            self.revoke_grant(grant);
        }
    }

    /// Makes the unpaid orders of a subscription void: it has ended.
    pub(super) fn void_orders(&mut self, subscription: Uuid) {
        let unpaid = self.documents(Kind::Order).filter(|order| {
            order.id("subscription_id") == Some(subscription)
                && order.text("status") == Some("pending")
        });
        for id in unpaid.map(|order| order.id).collect::<Vec<_>>() {
            let no_attempt = ("next_payment_attempt_at", Json::Null);
            self.set(Kind::Order, id, [("status", "void".into()), no_attempt]);
            self.raise_order("order.updated", id);
        }
    }

    pub(super) fn source_of(&self, subscription: Uuid) -> Source {
        let document = self.document(Kind::Subscription, subscription).ok();
        let customer = document.and_then(|one| one.id("customer_id"));
        Source::of_subscription(subscription, customer.unwrap_or_default())
    }

    fn is_past_due(&self, subscription: Uuid) -> bool {
        let subscription = self.document(Kind::Subscription, subscription);
        subscription.is_ok_and(|one| one.text("status") == Some("past_due"))
    }

    /// Whether an order of the subscription is to be charged again.
    fn has_retry(&self, subscription: Uuid) -> bool {
        self.documents(Kind::Order).any(|order| {
            order.id("subscription_id") == Some(subscription)
                && order.time("next_payment_attempt_at").is_some()
        })
    }

    /// Returns the number of failed payments of an order, without those that its customer made.
    fn failed_payments(&self, order: Uuid) -> usize {
        let failed = self.documents(Kind::Payment).filter(|payment| {
            let fields = &payment.fields;
            fields.id("order_id") == Some(order)
                && fields.text("status") == Some("failed")
                && fields.text("trigger") != Some(BY_CUSTOMER)
        });
        failed.count()
    }
}

/// When an order is charged again after each failed payment. After the last, the subscription ends.
const RETRY_AFTER: [Duration; 4] = [
    Duration::days(2),
    Duration::days(5),
    Duration::days(7),
    Duration::days(7),
];

/// The trigger of a payment that a customer makes to pay an order.
const BY_CUSTOMER: &str = "retry_customer";
