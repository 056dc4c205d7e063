//! The object in the payload of a webhook.

use crate::{
    Member, Seat,
    benefit_grants::BenefitGrantWebhook,
    benefits::Benefit,
    checkouts::Checkout,
    customers::{Customer, CustomerState},
    discounts::Discount,
    orders::Order,
    organizations::Organization,
    products::Product,
    refunds::Refund,
    subscriptions::Subscription,
    webhooks::WebhookPayload,
};

macro_rules! data {
    ($($what:literal $name:ident: $type:ty = $($variant:ident),+;)+) => {
        impl WebhookPayload {
            $(
                #[doc = concat!("Returns the ", $what, " of an event about one, as it was then.")]
                #[must_use]
                pub const fn $name(&self) -> Option<&$type> {
                    match self {
                        $( Self::$variant(event) => Some(&event.data), )+
                        _ => None,
                    }
                }
            )+
        }

        #[cfg(test)]
        fn found(payload: &WebhookPayload) -> usize {
            [$( payload.$name().is_some() ),+].into_iter().filter(|is_there| *is_there).count()
        }
    };
}

data! {
    "benefit" benefit: Benefit = BenefitCreated, BenefitUpdated;
    "benefit grant" benefit_grant: BenefitGrantWebhook =
        BenefitGrantCreated, BenefitGrantCycled, BenefitGrantRevoked, BenefitGrantUpdated;
    "checkout" checkout: Checkout = CheckoutCreated, CheckoutExpired, CheckoutUpdated;
    "customer" customer: Customer = CustomerCreated, CustomerDeleted, CustomerUpdated;
    "state of the customer" customer_state: CustomerState = CustomerStateChanged;
    "discount" discount: Discount = DiscountCreated, DiscountDeleted, DiscountUpdated;
    "member" member: Member = MemberCreated, MemberDeleted, MemberUpdated;
    "order" order: Order = OrderCreated, OrderPaid, OrderRefunded, OrderUpdated;
    "organization" organization: Organization = OrganizationUpdated;
    "product" product: Product = ProductCreated, ProductUpdated;
    "refund" refund: Refund = RefundCreated, RefundUpdated;
    "seat" seat: Seat = CustomerSeatAssigned, CustomerSeatClaimed, CustomerSeatRevoked;
    "subscription" subscription: Subscription =
        SubscriptionActive, SubscriptionCanceled, SubscriptionCreated, SubscriptionCycled,
        SubscriptionPastDue, SubscriptionPaused, SubscriptionResumed, SubscriptionRevoked,
        SubscriptionUncanceled, SubscriptionUpdated;
}

#[cfg(test)]
mod tests {
    use super::{super::payload::tests, found};
    use crate::{RawJson, webhooks::WebhookPayload};

    #[test]
    fn each_event_is_about_one_object() {
        for word in tests::TYPES {
            let payload = tests::sample_of(word);
            assert_eq!(found(&payload), 1, "{word}");
        }
        let unknown = WebhookPayload::Unknown(RawJson::from_json("{}").unwrap());
        assert_eq!(found(&unknown), 0);
        let order = tests::sample_of("order.refunded");
        assert!(order.order().is_some() && order.refund().is_none());
    }
}
