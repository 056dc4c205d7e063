#![doc = include_str!("../README.md")]

mod assign;
mod container;
mod email;
pub mod email_rules;
mod error_body;
mod ids;
mod json_path;
mod lenient;
mod metadata;
mod open_enum;
mod portal;
mod raw_json;
mod recipient;
mod seat;
mod secret;
mod timestamp;
mod webhook;

#[doc(hidden)]
pub use self::json_path::path_at;
pub use self::{
    assign::{AssignSeat, PortalAssignSeat},
    container::{Container, ContainerFields, PortalContainer},
    email::EmailKey,
    error_body::{ErrorBody, ErrorName, FieldError, LocSegment},
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
