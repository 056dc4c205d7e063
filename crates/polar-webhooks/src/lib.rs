#![doc = include_str!("../README.md")]

mod error;
mod event_version;
mod headers;
mod id;
mod key;
mod seat_version;
mod signer;
mod verifier;

#[doc(no_inline)]
pub use polar_types as types;

pub use self::{
    error::VerifyError,
    event_version::EventVersion,
    headers::{WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP},
    id::{InvalidWebhookId, WebhookId},
    key::Scheme,
    seat_version::SeatVersion,
    signer::{Signer, UnusableSecret},
    verifier::{Verified, Verifier},
};
