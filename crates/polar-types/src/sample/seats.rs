//! Samples of the types that are written by hand.

use super::{Sample, sample, sealed::Sealed};
use crate::{
    AccessToken, AssignSeat, ClaimInfo, ClaimedSeat, CustomerSessionToken, InvitationToken, Member,
    MemberId, Page, Pagination, PortalAssignSeat, Recipient, Seat, SeatEvent, SeatMetadata,
    SeatProduct, SeatSubscription, SeatsList, SessionInfo, SessionUser, SubscriptionId, Timestamp,
    WebhookEvent, WebhookSecret, value::sample::At,
};

fn text(owner: &str, key: &str) -> String {
    At::field(owner, key).free_text().into_owned()
}

fn time(key: &str) -> Timestamp {
    Timestamp::from(At::field("", key).time())
}

#[inline]
pub(crate) fn member() -> Member {
    Member {
        id: sample(),
        created_at: time("created_at"),
        modified_at: Some(time("modified_at")),
        customer_id: Some(sample()),
        email: Some(text("Member", "email")),
        name: Some(text("Member", "name")),
        external_id: Some(text("Member", "external_id")),
        role: sample(),
    }
}

/// A seat has a subscription or an order, and never both.
#[inline]
pub(crate) fn seat() -> Seat {
    Seat {
        created_at: time("created_at"),
        modified_at: Some(time("modified_at")),
        id: sample(),
        subscription_id: Some(sample()),
        order_id: None,
        status: sample(),
        customer_id: Some(sample()),
        member_id: Some(sample()),
        member: Some(sample()),
        email: Some(text("Seat", "email")),
        customer_email: Some(text("Seat", "customer_email")),
        invitation_token_expires_at: Some(time("invitation_token_expires_at")),
        claimed_at: Some(time("claimed_at")),
        revoked_at: Some(time("revoked_at")),
        seat_metadata: Some(sample()),
    }
}

macro_rules! samples {
    ($($name:ident => $sample:expr;)+) => {$(
        impl Sealed for $name {}

        impl Sample for $name {
            #[inline]
            fn sample() -> Self {
                $sample
            }
        }
    )+};
}

samples! {
    SeatsList => Self::new(vec![sample()], 5);
    SeatMetadata => Self::trusted(sample());
    ClaimInfo => Self {
        product_name: text("Product", "name"),
        product_id: Some(sample()),
        organization_name: text("Organization", "name"),
        organization_slug: text("Organization", "slug"),
        customer_email: text("Seat", "customer_email"),
        can_claim: true,
    };
    ClaimedSeat => Self::new(sample(), sample());
    SeatEvent => Self {
        kind: sample(),
        timestamp: time("timestamp"),
        api_version: Some("2026-10".to_owned()),
        data: sample(),
    };
    WebhookEvent => Self::from(sample::<SeatEvent>());
    AssignSeat => Self::new(sample::<SubscriptionId>(), sample::<Recipient>())
        .metadata(sample())
        .immediate_claim();
    PortalAssignSeat => Self::from(sample::<AssignSeat>());
    Recipient => Self::from(sample::<MemberId>());
    Pagination => Self::new(1, 1);
    SeatProduct => Self { id: sample(), name: text("Product", "name") };
    SeatSubscription => Self::of(&sample());
    SessionInfo => Self {
        expires_at: time("expires_at"),
        return_url: Some(text("Session", "return_url")),
    };
    SessionUser => Self {
        kind: sample(),
        name: Some(text("User", "name")),
        email: Some(text("User", "email")),
        customer_id: Some(sample()),
        member_id: Some(sample()),
        role: Some(sample()),
    };
    AccessToken => Self::unchecked("sample_access_token");
    CustomerSessionToken => Self::unchecked("sample_customer_session_token");
    InvitationToken => Self::unchecked("sample_invitation_token");
    WebhookSecret => Self::unchecked("sample_webhook_secret");
}

impl<T: Sample> Sealed for Page<T> {}

impl<T: Sample> Sample for Page<T> {
    fn sample() -> Self {
        Self::new(vec![sample()], sample())
    }
}
