#![doc = include_str!("../README.md")]

mod assign;
mod container;
#[cfg(feature = "full")]
mod date;
mod email;
pub mod email_rules;
mod error_body;
#[cfg(feature = "full")]
#[expect(
    clippy::too_many_arguments,
    clippy::should_implement_trait,
    reason = "constructors take what the API requires, and setters have the names of its fields"
)]
mod generated;
mod ids;
mod json_path;
#[cfg(feature = "full")]
mod key_values;
mod lenient;
#[cfg(feature = "full")]
mod license_key;
mod metadata;
#[cfg(feature = "full")]
mod money;
mod open_enum;
#[cfg(feature = "full")]
mod patch;
mod portal;
mod raw_json;
mod recipient;
#[cfg(feature = "full")]
mod sample;
mod seat;
mod secret;
mod timestamp;
#[cfg(feature = "full")]
mod value;
mod webhook;
#[cfg(feature = "full")]
pub use self::{
    date::{Date, InvalidDate},
    generated::*,
    key_values::{CustomFieldData, InvalidKeyValues, Metadata},
    money::{Amount, Currency, Decimal, InvalidDecimal},
    patch::Patch,
    sample::{Sample, sample},
    secret::Secret,
    webhook::InvalidPayload,
    webhooks::WebhookPayload,
};

#[doc(hidden)]
pub use self::json_path::locate;
#[cfg(feature = "full")]
#[doc(hidden)]
pub use self::secret::Secrets;
pub use self::{
    assign::{AssignSeat, PortalAssignSeat},
    container::{Container, ContainerFields, PortalContainer},
    email::EmailKey,
    error_body::{ErrorBody, ErrorName, FieldError, LocSegment, Remedy},
    ids::{
        CheckoutId, CustomerId, InvalidId, MemberId, OrderId, OrganizationId, ProductId, SeatId,
        SubscriptionId,
    },
    metadata::{InvalidMetadata, SeatMetadata},
    open_enum::UnknownValue,
    portal::{
        Page, Pagination, SeatProduct, SeatSubscription, SessionInfo, SessionUser, SessionUserKind,
        SubscriptionStatus,
    },
    raw_json::RawJson,
    recipient::{Recipient, RecipientFields},
    seat::{
        ClaimInfo, ClaimedSeat, Invitation, Member, MemberRole, Occupant, Seat, SeatCounts,
        SeatStatus, SeatsList,
    },
    secret::{AccessToken, CustomerSessionToken, InvalidSecret, InvitationToken, WebhookSecret},
    timestamp::{Timestamp, TimestampOutOfRange},
    webhook::{InvalidEvent, SeatEvent, SeatEventKind, UnknownEvent, WebhookEvent},
};
