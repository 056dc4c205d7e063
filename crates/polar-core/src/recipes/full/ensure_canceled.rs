use polar_types::{
    ErrorName, Patch, SubscriptionId, SubscriptionStatus,
    customers::CustomerCancellationReason,
    subscriptions::{Subscription, SubscriptionCancel, SubscriptionRevoke, SubscriptionUpdate},
};

use super::{
    Caller,
    ensured::{Ensured, ensure},
    error::recipe_error,
    run,
};
use crate::{
    Client, Error, blocking,
    subscriptions::{Get, Subscriptions, Update},
};

/// When a subscription ends and why, for [`ensure_canceled`](Subscriptions::ensure_canceled).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    is_immediate: bool,
    reason: Option<CustomerCancellationReason>,
    comment: Option<String>,
}

impl Cancellation {
    /// Ends the subscription with its current period. The customer keeps the benefits until then.
    #[must_use]
    #[inline]
    pub const fn at_period_end() -> Self {
        Self::new(false)
    }

    /// Ends the subscription now. The customer loses the benefits.
    #[must_use]
    #[inline]
    pub const fn now() -> Self {
        Self::new(true)
    }

    #[inline]
    const fn new(is_immediate: bool) -> Self {
        Self {
            is_immediate,
            reason: None,
            comment: None,
        }
    }

    /// Sets why the customer canceled. Polar stores it if this call cancels the subscription.
    #[must_use]
    #[inline]
    pub fn reason(mut self, reason: CustomerCancellationReason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Sets what the customer wrote. The customer can read it in the customer portal.
    #[must_use]
    #[inline]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Returns whether a subscription ends at the time that is asked for, or has ended.
    #[inline]
    fn is_done(&self, subscription: &Subscription) -> bool {
        let has_ended =
            subscription.status == SubscriptionStatus::Canceled || subscription.ended_at.is_some();
        let will_end = subscription.cancel_at_period_end || subscription.ends_at.is_some();
        has_ended || !self.is_immediate && will_end
    }
}

impl From<Cancellation> for SubscriptionUpdate {
    #[inline]
    fn from(cancellation: Cancellation) -> Self {
        let reason = cancellation.reason.map_or(Patch::Keep, Patch::Set);
        let comment = cancellation.comment.map_or(Patch::Keep, Patch::Set);
        if cancellation.is_immediate {
            let revoke = SubscriptionRevoke::new(true)
                .customer_cancellation_reason(reason)
                .customer_cancellation_comment(comment);
            revoke.into()
        } else {
            let cancel = SubscriptionCancel::new(true)
                .customer_cancellation_reason(reason)
                .customer_cancellation_comment(comment);
            cancel.into()
        }
    }
}

/// The result of [`ensure_canceled`](Subscriptions::ensure_canceled): a subscription ends.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EnsuredCanceled {
    /// This call canceled the subscription.
    Canceled(Subscription),
    /// The subscription was canceled already, or had ended.
    AlreadyCanceled(Subscription),
}

impl EnsuredCanceled {
    /// Returns the subscription.
    #[must_use]
    #[inline]
    pub const fn subscription(&self) -> &Subscription {
        match self {
            Self::Canceled(subscription) | Self::AlreadyCanceled(subscription) => subscription,
        }
    }

    /// Returns the subscription, consuming `self`.
    #[must_use]
    #[inline]
    pub fn into_subscription(self) -> Subscription {
        match self {
            Self::Canceled(subscription) | Self::AlreadyCanceled(subscription) => subscription,
        }
    }
}

recipe_error! {
    /// The error of [`ensure_canceled`](Subscriptions::ensure_canceled).
    pub enum EnsureCanceledError {
        /// Polar returned a success, but the subscription in the response is not canceled.
        NotCanceled {
            /// The subscription.
            subscription: Box<Subscription>,
        } => Unknown,
            "Polar returned a success, but the subscription is not canceled",
            "Get the subscription. If it is not canceled, contact Polar.";
    }
}

/// Recipes of the async client.
impl Subscriptions<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_canceled.md"))]
    #[inline]
    pub async fn ensure_canceled(
        &self,
        subscription: impl Into<SubscriptionId>,
        cancellation: Cancellation,
    ) -> Result<EnsuredCanceled, EnsureCanceledError> {
        ensure_canceled(self.via, subscription.into(), cancellation).await
    }
}

/// Recipes of the blocking client.
impl Subscriptions<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_canceled.md"))]
    #[inline]
    pub fn ensure_canceled(
        &self,
        subscription: impl Into<SubscriptionId>,
        cancellation: Cancellation,
    ) -> Result<EnsuredCanceled, EnsureCanceledError> {
        run(ensure_canceled(self.via, subscription.into(), cancellation))
    }
}

#[inline]
async fn ensure_canceled(
    caller: &impl Caller,
    id: SubscriptionId,
    cancellation: Cancellation,
) -> Result<EnsuredCanceled, EnsureCanceledError> {
    let look = async || {
        let subscription = caller.call(Get::new(id)).await?;
        Ok::<_, Error>(cancellation.is_done(&subscription).then_some(subscription))
    };
    let update = caller.call(Update::new(id, cancellation.clone()));
    let ensured = ensure(look().await?, update, is_canceled_already, look());
    match ensured.await? {
        Ensured::Created(subscription) if !cancellation.is_done(&subscription) => {
            Err(EnsureCanceledError::NotCanceled {
                subscription: Box::new(subscription),
            })
        }
        Ensured::Created(subscription) => Ok(EnsuredCanceled::Canceled(subscription)),
        Ensured::Found(subscription) => Ok(EnsuredCanceled::AlreadyCanceled(subscription)),
    }
}

/// Returns whether Polar refused the cancellation because the subscription is canceled. It refuses
/// with the same name if the subscription is paused or unpaid.
#[inline]
fn is_canceled_already(error: &Error) -> bool {
    error.name() == Some(&ErrorName::AlreadyCanceledSubscription)
}
