use std::{future::Future, sync::Arc};

use axum::{http::StatusCode, response::IntoResponse};
use polar_types as types;
use serde::de::DeserializeOwned;

use super::{Delivery, ResponseFuture, Webhooks};
use crate::response::text;

/// Writes a method for each type of event: its name, the type on the wire, the type of the data.
macro_rules! events {
    ($($method:ident $kind:literal: $data:ty;)+) => {
        impl<S> Webhooks<S> {
            $(
                #[doc = concat!("Sets the handler of `", $kind, "`.")]
                #[must_use]
                pub fn $method<F, Fut>(mut self, handler: F) -> Self
                where
                    F: Fn(Delivery<$data>, S) -> Fut + Send + Sync + 'static,
                    Fut: Future<Output: IntoResponse> + Send + 'static,
                {
                    self.set($kind, handler);
                    self
                }
            )+
        }
    };
}

events! {
    on_benefit_created "benefit.created": types::benefits::Benefit;
    on_benefit_updated "benefit.updated": types::benefits::Benefit;
    on_benefit_grant_created "benefit_grant.created": types::benefit_grants::BenefitGrantWebhook;
    on_benefit_grant_cycled "benefit_grant.cycled": types::benefit_grants::BenefitGrantWebhook;
    on_benefit_grant_revoked "benefit_grant.revoked": types::benefit_grants::BenefitGrantWebhook;
    on_benefit_grant_updated "benefit_grant.updated": types::benefit_grants::BenefitGrantWebhook;
    on_checkout_created "checkout.created": types::checkouts::Checkout;
    on_checkout_expired "checkout.expired": types::checkouts::Checkout;
    on_checkout_updated "checkout.updated": types::checkouts::Checkout;
    on_customer_created "customer.created": types::customers::Customer;
    on_customer_deleted "customer.deleted": types::customers::Customer;
    on_customer_state_changed "customer.state_changed": types::customers::CustomerState;
    on_customer_updated "customer.updated": types::customers::Customer;
    on_customer_seat_assigned "customer_seat.assigned": types::Seat;
    on_customer_seat_claimed "customer_seat.claimed": types::Seat;
    on_customer_seat_revoked "customer_seat.revoked": types::Seat;
    on_discount_created "discount.created": types::discounts::Discount;
    on_discount_deleted "discount.deleted": types::discounts::Discount;
    on_discount_updated "discount.updated": types::discounts::Discount;
    on_member_created "member.created": types::Member;
    on_member_deleted "member.deleted": types::Member;
    on_member_updated "member.updated": types::Member;
    on_order_created "order.created": types::orders::Order;
    on_order_paid "order.paid": types::orders::Order;
    on_order_refunded "order.refunded": types::orders::Order;
    on_order_updated "order.updated": types::orders::Order;
    on_organization_updated "organization.updated": types::organizations::Organization;
    on_product_created "product.created": types::products::Product;
    on_product_updated "product.updated": types::products::Product;
    on_refund_created "refund.created": types::refunds::Refund;
    on_refund_updated "refund.updated": types::refunds::Refund;
    on_subscription_active "subscription.active": types::subscriptions::Subscription;
    on_subscription_canceled "subscription.canceled": types::subscriptions::Subscription;
    on_subscription_created "subscription.created": types::subscriptions::Subscription;
    on_subscription_cycled "subscription.cycled": types::subscriptions::Subscription;
    on_subscription_past_due "subscription.past_due": types::subscriptions::Subscription;
    on_subscription_paused "subscription.paused": types::subscriptions::Subscription;
    on_subscription_resumed "subscription.resumed": types::subscriptions::Subscription;
    on_subscription_revoked "subscription.revoked": types::subscriptions::Subscription;
    on_subscription_uncanceled "subscription.uncanceled": types::subscriptions::Subscription;
    on_subscription_updated "subscription.updated": types::subscriptions::Subscription;
}

impl<S> Webhooks<S> {
    fn set<T, F, Fut>(&mut self, kind: &'static str, handler: F)
    where
        T: DeserializeOwned,
        F: Fn(Delivery<T>, S) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoResponse> + Send + 'static,
    {
        let handler = Arc::new(move |verified, state| match Delivery::read(&verified) {
            Ok(delivery) => {
                let response = handler(delivery, state);
                Box::pin(async move { response.await.into_response() }) as ResponseFuture
            }
            Err(message) => {
                tracing::error!("{message}");
                Box::pin(async move { text(StatusCode::INTERNAL_SERVER_ERROR, message) })
            }
        });
        self.settings().handlers.insert(kind, handler);
    }
}
