//! What happens when time passes: subscriptions renew or end, unpaid orders are charged again, and open
//! checkouts expire.

use std::{cmp::Reverse, collections::BinaryHeap};

use polar_types::OrganizationId;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Document, Kind,
    orders::NewOrder,
    purchase::charge,
    subscriptions::{day, period_amount},
    time_after,
    usage::{bill_usage_if_due, follow_events},
};
use crate::{json::Json, state::State};

/// Does everything that is due, the earliest first and each at its own time.
pub(crate) fn run_due(state: &mut State, now: OffsetDateTime) {
    follow_events(state, now);
    bill_usage_if_due(state, now, false);
    let organizations: Vec<OrganizationId> = state.organizations.iter().map(|row| row.id).collect();
    for organization in organizations {
        Account::new(state, now, organization).run_due();
    }
}

impl Account<'_> {
    fn run_due(&mut self) {
        let end = self.now;
        // The time, the document, and how often it was due before.
        let mut queue = BinaryHeap::new();
        for kind in [Kind::Checkout, Kind::Subscription, Kind::Order] {
            let all = self.documents(kind);
            let due = all.filter_map(|one| Some((due_at(kind, one)?, kind, one.id, 0)));
            queue.extend(due.map(Reverse));
        }
        while let Some(Reverse((at, kind, id, times))) = queue.pop() {
            if at > end {
                break;
            }
            // Something before it can have changed it.
            let next = |account: &Self, id: Uuid, kind: Kind| {
                due_at(kind, account.document(kind, id).ok()?)
            };
            if times == MOST_TIMES || next(self, id, kind) != Some(at) {
                continue;
            }
            self.now = at;
            let mut order = None;
            match kind {
                Kind::Subscription => order = self.renew_or_end(id),
                Kind::Order => self.charge_order(id, "retry_dunning"),
                _ => self.expire(id),
            }
            for (kind, id, times) in [(kind, Some(id), times + 1), (Kind::Order, order, 0)] {
                let due = id.and_then(|id| Some((next(self, id, kind)?, id)));
                queue.extend(due.map(|(at, id)| Reverse((at, kind, id, times))));
            }
        }
        self.now = end;
    }

    fn expire(&mut self, id: Uuid) {
        self.set(Kind::Checkout, id, [("status", "expired".into())]);
        if let Ok(checkout) = self.checkout(id) {
            self.raise("checkout.expired", &checkout);
        }
    }

    /// Ends a period, and returns the order of the next one.
    pub(super) fn renew_or_end(&mut self, id: Uuid) -> Option<Uuid> {
        bill_usage_if_due(self.state, self.now, true);
        let document = self.document(Kind::Subscription, id).ok()?;
        let before = document.fields.clone();
        if before.flag("cancel_at_period_end") {
            let end = before.get("current_period_end").cloned();
            let _ = self.end_subscription(id, &Json::EMPTY);
            self.set(Kind::Subscription, id, [("ends_at", end.into())]);
            return self.bill_period(id, None);
        }
        if let Some(next) = before.value("pending_update").id("product_id") {
            let _ = self.change_product(id, next);
            self.set(Kind::Subscription, id, [("pending_update", Json::Null)]);
        }
        let start = before.time("current_period_end").unwrap_or(self.now);
        let interval = before.text("recurring_interval").unwrap_or("month");
        let count = before.integer("recurring_interval_count").unwrap_or(1);
        let end = time_after(start, interval, count);
        let keeps_discount = self.discount_continues(&before, start);
        let _ = self.change(Kind::Subscription, id, |subscription| {
            if subscription.text("status") == Some("trialing") {
                subscription.set("status", "active");
            }
            subscription.set("current_period_start", start);
            subscription.set("current_period_end", end);
            if !keeps_discount {
                subscription.set("discount_id", Json::Null);
            }
        });
        self.reprice(id);
        self.reset_meters(id);
        self.raise_subscription("subscription.cycled", id);
        self.raise_subscription("subscription.updated", id);
        self.bill_period(id, Some((start, end)))
    }

    /// Makes the order for a period that begins, if one does, and for the usage until now.
    fn bill_period(
        &mut self,
        id: Uuid,
        period: Option<(OffsetDateTime, OffsetDateTime)>,
    ) -> Option<Uuid> {
        let document = self.document(Kind::Subscription, id).ok()?;
        let mut fields = document.fields.clone();
        fields.set("checkout_id", Json::Null);
        let product = fields.id("product_id").unwrap_or_default();
        let customer = fields.id("customer_id").unwrap_or_default();
        let usage = self.usage_lines(document, Some(self.now));
        let fixed = period.map_or(0, |_| period_amount(&fields));
        let amount = fixed + usage.iter().map(|line| line.amount).sum::<i64>();
        let off = self.discount_of(&fields, amount);
        let mut items = Vec::new();
        if let Some((start, end)) = period {
            let name = self.document(Kind::Product, product).ok()?;
            let name = name.text("name").unwrap_or_default();
            let name = format!("{name} — From {} to {}", day(start), day(end));
            let prices = fields.items("prices").iter();
            let prices = prices.filter(|price| price.text("amount_type") != Some("metered_unit"));
            items.extend(prices.map(|price| charge(&name, price, &fields, fixed)));
        }
        items.extend(usage.into_iter().map(|line| line.item));
        if items.is_empty() {
            return None;
        }
        self.clear_usage(id);
        self.touch(Kind::Customer, customer);
        let order = self.add_order(&NewOrder {
            reason: "subscription_cycle",
            customer,
            product,
            subscription: Some(id),
            amounts: Json::object([
                ("subtotal_amount", amount.into()),
                ("discount_amount", off.into()),
                ("items", items.into()),
            ]),
            source: &fields,
            is_paid: amount == off,
        });
        self.raise_order("order.created", order);
        self.charge_order(order, "subscription_cycle");
        Some(order)
    }

    /// Whether a discount still applies to the period that begins then.
    fn discount_continues(&self, subscription: &Json, start: OffsetDateTime) -> bool {
        let Some(discount) = self.linked(Kind::Discount, subscription, "discount_id") else {
            return false;
        };
        match discount.text("duration") {
            Some("forever") => true,
            Some("repeating") => {
                let months = discount.integer("duration_in_months").unwrap_or(1);
                let began = subscription.time("started_at").unwrap_or(start);
                start < time_after(began, "month", months)
            }
            _ => false,
        }
    }
}

/// Returns when something is due that a document waits for.
fn due_at(kind: Kind, document: &Document) -> Option<OffsetDateTime> {
    let key = match (kind, document.text("status")?) {
        (Kind::Checkout, "open") => "expires_at",
        (Kind::Subscription, "active" | "trialing" | "past_due") => "current_period_end",
        (Kind::Order, "pending") => "next_payment_attempt_at",
        _ => return None,
    };
    document.time(key)
}

/// How often something is done for one document in one advance of the clock, such as renewals.
const MOST_TIMES: usize = 1_000;
