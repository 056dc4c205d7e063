//! Sample values of the types.

pub(crate) mod seats;

use crate::value::{Sampler, Token, Value, sample::At};

/// Returns a sample value of a type: for tests, mocks and examples of your own.
///
/// The same value is returned each time. All of it is there: optional fields are set, and every list
/// has one item. Of an enum it is the first value, and of a union the first variant. Ids of one type are
/// equal, so an order has the `customer_id` of its customer. Email addresses are at example.com,
/// amounts add up, times are in January and February 2026, and booleans are `true`. Secrets begin with
/// `sample_`.
///
/// The text of a field may change with a version of this crate: set what your test is about.
///
/// ```
/// use polar_types::{checkouts::{Checkout, CheckoutStatus}, sample};
///
/// let mut checkout: Checkout = sample();
/// checkout.status = CheckoutStatus::Succeeded;
/// checkout.seats = Some(3);
///
/// assert_eq!(checkout.customer_email.as_deref(), Some("ada@example.com"));
/// assert_eq!(checkout.product_id, checkout.product.as_ref().map(|product| product.id));
///
/// let json = serde_json::to_string(&checkout)?;
/// assert_eq!(serde_json::from_str::<Checkout>(&json)?, checkout);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// The payload of a webhook:
///
/// ```
/// use polar_types::{sample, webhooks::WebhookOrderPaidPayload};
///
/// let event: WebhookOrderPaidPayload = sample();
/// assert!(serde_json::to_string(&event)?.contains(r#""type":"order.paid""#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn sample<T: Sample>() -> T {
    T::sample()
}

/// A type that [`sample`] makes: any type of the API's requests and responses.
///
/// It cannot be implemented outside this crate.
pub trait Sample: sealed::Sealed + Sized {
    #[doc(hidden)]
    #[must_use]
    fn sample() -> Self;
}

mod sealed {
    pub trait Sealed {}
}

impl<T: Value> sealed::Sealed for T {}

impl<T: Value> Sample for T {
    fn sample() -> Self {
        let mut value = T::absent();
        if let Ok(next) = value.take(Token::Sample(&At::ROOT)) {
            At::ROOT.fill(next);
        }
        value
    }
}
