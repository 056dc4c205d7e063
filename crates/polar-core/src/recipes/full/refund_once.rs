use std::ops::ControlFlow;

use polar_types::{
    ErrorName, OrderId,
    refunds::{Refund, RefundCreate, RefundStatus},
};

use super::{
    Caller,
    ensured::{Ensured, ensure},
    error::{breaks_rule, recipe_error},
    list::{PAGE_SIZE, search},
    own_key::OwnKey,
    run,
};
use crate::{
    Client, Error, blocking,
    refunds::{Create, List, Refunds},
};

recipe_error! {
    /// The error of [`refund_once`](Refunds::refund_once).
    pub enum RefundOnceError {
        /// The order has a refund with this entry of the metadata, but of another amount. Nothing was
        /// refunded.
        OtherAmount {
            /// The refund with the entry.
            refund: Box<Refund>,
        } => Refused,
            "the order has a refund with the same metadata entry and another amount",
            "Use another value for another refund.";
        /// The refund was created, but the payment processor did not carry it out: its status is
        /// `failed` or `canceled`.
        NotPaid {
            /// The refund.
            refund: Box<Refund>,
        } => NotDone,
            "the refund was created, but the payment processor did not carry it out",
            "See the refund in Polar's dashboard. Another call creates another refund.";
    }
}

/// Recipes of the async client.
impl Refunds<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("refund_once.md"))]
    #[inline]
    pub async fn refund_once(
        &self,
        request: RefundCreate,
        metadata_key: &str,
    ) -> Result<Ensured<Refund>, RefundOnceError> {
        refund_once(self.via, request, metadata_key).await
    }
}

/// Recipes of the blocking client.
impl Refunds<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("refund_once.md"))]
    #[inline]
    pub fn refund_once(
        &self,
        request: RefundCreate,
        metadata_key: &str,
    ) -> Result<Ensured<Refund>, RefundOnceError> {
        run(refund_once(self.via, request, metadata_key))
    }
}

#[inline]
async fn refund_once(
    caller: &impl Caller,
    request: RefundCreate,
    metadata_key: &str,
) -> Result<Ensured<Refund>, RefundOnceError> {
    let key = OwnKey::of(
        "refunds.refund_once",
        request.metadata.as_ref(),
        metadata_key,
    )?;
    let (order, amount) = (request.order_id, request.amount);
    let ensured = ensure(
        find(caller, order, |refund| key.is_in(&refund.metadata)).await?,
        caller.call(Create::new(request)),
        exceeds_the_rest,
        // Now that the request is sent, a refund of another amount would say nothing about it.
        find(caller, order, |refund| {
            key.is_in(&refund.metadata) && refund.amount == amount
        }),
    );
    let ensured = ensured.await?;
    if ensured.get().amount != amount {
        let refund = Box::new(ensured.into_inner());
        Err(RefundOnceError::OtherAmount { refund })
    } else if !is_paid(ensured.get()) {
        let refund = Box::new(ensured.into_inner());
        Err(RefundOnceError::NotPaid { refund })
    } else {
        Ok(ensured)
    }
}

/// Returns a refund of an order that the payment processor did not fail to carry out.
#[inline]
async fn find(
    caller: &impl Caller,
    order: OrderId,
    is_wanted: impl Fn(&Refund) -> bool,
) -> Result<Option<Refund>, Error> {
    let list = List::new().order_id([order]).limit(PAGE_SIZE);
    search(caller, list, |refund| {
        if is_paid(&refund) && is_wanted(&refund) {
            ControlFlow::Break(refund)
        } else {
            ControlFlow::Continue(())
        }
    })
    .await
}

/// Returns whether the payment processor carried the refund out, or will.
#[inline]
fn is_paid(refund: &Refund) -> bool {
    !matches!(refund.status, RefundStatus::Failed | RefundStatus::Canceled)
}

/// Returns whether Polar refused the refund because less than its amount is left: perhaps since this
/// refund was created in the meantime.
#[inline]
fn exceeds_the_rest(error: &Error) -> bool {
    error.name() == Some(&ErrorName::RefundedAlready) || breaks_rule(error, "body.amount")
}
