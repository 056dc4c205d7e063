#![doc = include_str!("../README.md")]

mod checkout;
mod claim;
mod customer_portal;
mod response;
mod webhooks;

pub use polar_core::Client;
#[doc(no_inline)]
pub use polar_types as types;
#[doc(no_inline)]
pub use polar_webhooks::{Verified, Verifier, VerifyError, WebhookId};

pub use self::{
    checkout::{Checkout, InvalidOrigin, Theme, checkout},
    claim::{
        ClaimFlow, ClaimOutcome, ClaimPage, Clock, Contact, InvitationError, PageContext,
        PortalSession,
    },
    customer_portal::{CustomerPortal, PortalCustomer, customer_portal},
    webhooks::{Delivery, VerifiedEvent, WebhookRejection, Webhooks, webhooks},
};
