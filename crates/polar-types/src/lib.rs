#![doc = include_str!("../README.md")]

mod assign;
mod container;
mod email;
mod error_body;
mod ids;
mod lenient;
mod metadata;
mod open_enum;
mod raw_json;
mod recipient;
mod seat;
mod secret;
mod timestamp;

pub use self::{
    assign::{AssignSeat, PortalAssignSeat},
    container::{Container, PortalContainer},
    email::EmailKey,
    error_body::{ErrorBody, ErrorName, FieldError, LocSegment},
    ids::{
        CheckoutId, CustomerId, InvalidId, MemberId, OrderId, OrganizationId, ProductId, SeatId,
        SubscriptionId,
    },
    metadata::{InvalidMetadata, SeatMetadata},
    open_enum::UnknownValue,
    raw_json::RawJson,
    recipient::Recipient,
    seat::{ClaimInfo, ClaimedSeat, Member, MemberRole, Seat, SeatCounts, SeatStatus, SeatsList},
    secret::{AccessToken, CustomerSessionToken, InvalidSecret, InvitationToken, WebhookSecret},
    timestamp::{OutOfRange, Timestamp},
};
