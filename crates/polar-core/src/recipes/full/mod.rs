//! Recipes for the whole API.

mod create_once;
mod ensure_activated;
mod ensure_canceled;
mod ensured;
mod error;
mod get_or_create;
mod ingest_once;
mod list;
mod own_key;
mod refund_once;

pub use self::{
    create_once::CheckoutKey,
    ensure_activated::EnsureActivatedError,
    ensure_canceled::{Cancellation, EnsureCanceledError, EnsuredCanceled},
    ensured::Ensured,
    get_or_create::GetOrCreateError,
    ingest_once::{IngestReport, Ingestion},
    refund_once::RefundOnceError,
};
use super::{Caller, MAX_CLOCK_SKEW, run, write};
