use std::{future::Future, sync::Arc};

use axum::{http::StatusCode, response::IntoResponse};
use polar_types::{self as types, webhooks::WebhookPayload};

use super::{Delivery, ResponseFuture, Webhooks};
use crate::response::text;

/// Writes a method for each type of event: its name, the type on the wire, the variant of the payload,
/// the type of the data.
macro_rules! events {
    ($($method:ident $kind:literal $variant:ident: $data:ty;)+) => {
        impl<S> Webhooks<S> {
            $(
                #[doc = concat!("Sets the handler of `", $kind, "`.")]
                #[must_use]
                pub fn $method<F, Fut>(mut self, handler: F) -> Self
                where
                    F: Fn(Delivery<$data>, S) -> Fut + Send + Sync + 'static,
                    Fut: Future<Output: IntoResponse> + Send + 'static,
                {
                    let data = |payload| match payload {
                        WebhookPayload::$variant(event) => Some(event.data),
                        _ => None,
                    };
                    self.set($kind, data, handler);
                    self
                }
            )+
        }
    };
}

events! {
    on_benefit_created "benefit.created" BenefitCreated: types::benefits::Benefit;
    on_benefit_updated "benefit.updated" BenefitUpdated: types::benefits::Benefit;
    on_benefit_grant_created "benefit_grant.created" BenefitGrantCreated: types::benefit_grants::BenefitGrantWebhook;
    on_benefit_grant_cycled "benefit_grant.cycled" BenefitGrantCycled: types::benefit_grants::BenefitGrantWebhook;
    on_benefit_grant_revoked "benefit_grant.revoked" BenefitGrantRevoked: types::benefit_grants::BenefitGrantWebhook;
    on_benefit_grant_updated "benefit_grant.updated" BenefitGrantUpdated: types::benefit_grants::BenefitGrantWebhook;
    on_checkout_created "checkout.created" CheckoutCreated: types::checkouts::Checkout;
    on_checkout_expired "checkout.expired" CheckoutExpired: types::checkouts::Checkout;
    on_checkout_updated "checkout.updated" CheckoutUpdated: types::checkouts::Checkout;
    on_customer_created "customer.created" CustomerCreated: types::customers::Customer;
    on_customer_deleted "customer.deleted" CustomerDeleted: types::customers::Customer;
    on_customer_state_changed "customer.state_changed" CustomerStateChanged: types::customers::CustomerState;
    on_customer_updated "customer.updated" CustomerUpdated: types::customers::Customer;
    on_customer_seat_assigned "customer_seat.assigned" CustomerSeatAssigned: types::Seat;
    on_customer_seat_claimed "customer_seat.claimed" CustomerSeatClaimed: types::Seat;
    on_customer_seat_revoked "customer_seat.revoked" CustomerSeatRevoked: types::Seat;
    on_discount_created "discount.created" DiscountCreated: types::discounts::Discount;
    on_discount_deleted "discount.deleted" DiscountDeleted: types::discounts::Discount;
    on_discount_updated "discount.updated" DiscountUpdated: types::discounts::Discount;
    on_member_created "member.created" MemberCreated: types::Member;
    on_member_deleted "member.deleted" MemberDeleted: types::Member;
    on_member_updated "member.updated" MemberUpdated: types::Member;
    on_order_created "order.created" OrderCreated: types::orders::Order;
    on_order_paid "order.paid" OrderPaid: types::orders::Order;
    on_order_refunded "order.refunded" OrderRefunded: types::orders::Order;
    on_order_updated "order.updated" OrderUpdated: types::orders::Order;
    on_organization_updated "organization.updated" OrganizationUpdated: types::organizations::Organization;
    on_product_created "product.created" ProductCreated: types::products::Product;
    on_product_updated "product.updated" ProductUpdated: types::products::Product;
    on_refund_created "refund.created" RefundCreated: types::refunds::Refund;
    on_refund_updated "refund.updated" RefundUpdated: types::refunds::Refund;
    on_subscription_active "subscription.active" SubscriptionActive: types::subscriptions::Subscription;
    on_subscription_canceled "subscription.canceled" SubscriptionCanceled: types::subscriptions::Subscription;
    on_subscription_created "subscription.created" SubscriptionCreated: types::subscriptions::Subscription;
    on_subscription_cycled "subscription.cycled" SubscriptionCycled: types::subscriptions::Subscription;
    on_subscription_past_due "subscription.past_due" SubscriptionPastDue: types::subscriptions::Subscription;
    on_subscription_paused "subscription.paused" SubscriptionPaused: types::subscriptions::Subscription;
    on_subscription_resumed "subscription.resumed" SubscriptionResumed: types::subscriptions::Subscription;
    on_subscription_revoked "subscription.revoked" SubscriptionRevoked: types::subscriptions::Subscription;
    on_subscription_uncanceled "subscription.uncanceled" SubscriptionUncanceled: types::subscriptions::Subscription;
    on_subscription_updated "subscription.updated" SubscriptionUpdated: types::subscriptions::Subscription;
}

impl<S> Webhooks<S> {
    fn set<T, F, Fut>(
        &mut self,
        kind: &'static str,
        data: fn(WebhookPayload) -> Option<T>,
        handler: F,
    ) where
        T: 'static,
        F: Fn(Delivery<T>, S) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoResponse> + Send + 'static,
    {
        let handler = Arc::new(
            move |verified, state| match Delivery::read(&verified, data) {
                Ok(delivery) => {
                    let response = handler(delivery, state);
                    Box::pin(async move { response.await.into_response() }) as ResponseFuture
                }
                Err(message) => {
                    tracing::error!("{message}");
                    Box::pin(async move { text(StatusCode::INTERNAL_SERVER_ERROR, message) })
                }
            },
        );
        self.settings().handlers.insert(kind, handler);
    }
}
