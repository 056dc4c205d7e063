use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri};
use polar_types::{CheckoutId, CustomerId, OrderId, SubscriptionId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Mock;
use crate::{error_response::ErrorResponse, resources::Kind};

/// The result of a paid checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paid {
    /// The buyer.
    pub customer: CustomerId,
    /// The order. For a subscription it is the first one.
    pub order: OrderId,
    /// The subscription, unless the product is bought once.
    pub subscription: Option<SubscriptionId>,
}

/// The customer or subscription whose payments [`Mock::decline_renewals`] declines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payer {
    /// All subscriptions of a customer.
    Customer(CustomerId),
    /// One subscription.
    Subscription(SubscriptionId),
}

impl From<CustomerId> for Payer {
    fn from(id: CustomerId) -> Self {
        Self::Customer(id)
    }
}

impl From<SubscriptionId> for Payer {
    fn from(id: SubscriptionId) -> Self {
        Self::Subscription(id)
    }
}

impl Mock {
    /// Pays an open checkout. It confirms the checkout with a confirmation token, as the checkout page does.
    ///
    /// # Errors
    ///
    /// Returns the error of the confirmation: for example a 422 if the checkout has no email address
    /// or billing address, or a 403 `NotOpenCheckout`.
    pub fn pay(&self, checkout: impl Into<CheckoutId>) -> Result<Paid, ErrorResponse> {
        let id = Uuid::from(checkout.into());
        self.test_payment(&json!({"checkout": id, "outcome": "succeed"}))?;
        let polar = self.polar();
        let mut orders = polar.state.documents.all(Kind::Order);
        let order = orders.find(|order| order.fields.id("checkout_id") == Some(id));
        let paid = order.and_then(|order| {
            Some(Paid {
                customer: order.fields.id("customer_id")?.into(),
                order: order.id.into(),
                subscription: order.fields.id("subscription_id").map(Into::into),
            })
        });
        paid.ok_or_else(|| ErrorResponse::new(500, "Inconsistent", "the checkout has no order"))
    }

    /// Declines the payment of an open checkout, as its confirmation with the confirmation token
    /// `ctoken_decline` does, and returns the error: a 400 `PaymentError`, unless the checkout
    /// could not be paid at all.
    pub fn decline(&self, checkout: impl Into<CheckoutId>) -> ErrorResponse {
        let id = Uuid::from(checkout.into());
        let declined = self.test_payment(&json!({"checkout": id, "outcome": "decline"}));
        // A declined confirmation is always an error.
        declined
            .err()
            .unwrap_or_else(|| ErrorResponse::new(500, "Inconsistent", "not declined"))
    }

    /// Pays an order whose payment was declined, before Polar charges it again.
    ///
    /// # Errors
    ///
    /// Returns a 422 `OrderNotEligibleForRetry` if no payment of the order is due, and a 404 if
    /// there is no order with this id.
    pub fn pay_order(&self, order: impl Into<OrderId>) -> Result<(), ErrorResponse> {
        self.test_payment(&json!({"order": Uuid::from(order.into()), "outcome": "succeed"}))
    }

    /// Declines the next payments of renewals, retries included. The first makes the subscription
    /// past due; after five, it ends. With 0, payments succeed again.
    ///
    /// Polar charges the order again 2, 7, 14 and 21 days after the renewal, when you
    /// [`advance`](Self::advance) the clock.
    pub fn decline_renewals(&self, payer: impl Into<Payer>, payments: u64) {
        let payer = match payer.into() {
            Payer::Customer(id) => Uuid::from(id),
            Payer::Subscription(id) => Uuid::from(id),
        };
        self.update(|state, _| state.declines.set(payer, payments));
    }

    fn test_payment(&self, body: &Value) -> Result<(), ErrorResponse> {
        let mut request = Request::new(Bytes::from(body.to_string()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static("/_mock/payments");
        let response = self.handle(request);
        match response.status() {
            StatusCode::OK => Ok(()),
            _ => Err(ErrorResponse::of(&response)),
        }
    }
}
