use http::Method;
use polar_types::{AssignSeat, ClaimInfo, ClaimedSeat, InvitationToken};
use serde::Serialize;

use crate::{
    Auth, Body, DecodeError, InvalidRequest, Operation, Response, Spec, Target, json,
    operation::OK_OR_CREATED,
};

/// Defines the operations that the organization and the customer portal have in common: `List`,
/// `Resend`, `Revoke`, and the assignment with the given request type.
macro_rules! seat_operations {
    ($group:literal, $path:literal, $auth:expr, $assign:ty) => {
        impl $crate::Operation for $assign {
            type Output = $crate::types::Seat;
            const SPEC: $crate::Spec = $crate::Spec::write(
                concat!($group, ".assign"),
                $crate::http::Method::POST,
                $auth,
                $crate::customer_seats::ASSIGN_RECOVERY,
            )
            .expects($crate::operation::OK_OR_CREATED);

            #[inline]
            fn target(&self) -> $crate::Target {
                $crate::Target::new($path)
            }

            #[inline]
            fn body(&self) -> Result<$crate::Body, $crate::InvalidRequest> {
                $crate::operation::assign_body(self, self.metadata.as_ref())
            }
        }

        #[doc = concat!("Lists the seats of a subscription or order: `GET ", $path, "`.")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct List {
            /// The subscription or order.
            pub container: $crate::types::Container,
        }

        impl List {
            /// Creates the operation for a subscription or order.
            #[must_use]
            pub fn new(container: impl Into<$crate::types::Container>) -> Self {
                Self {
                    container: container.into(),
                }
            }
        }

        impl From<$crate::types::Container> for List {
            fn from(container: $crate::types::Container) -> Self {
                Self::new(container)
            }
        }

        impl From<$crate::types::SubscriptionId> for List {
            fn from(id: $crate::types::SubscriptionId) -> Self {
                Self::new(id)
            }
        }

        impl From<$crate::types::OrderId> for List {
            fn from(id: $crate::types::OrderId) -> Self {
                Self::new(id)
            }
        }

        impl $crate::Operation for List {
            type Output = $crate::types::SeatsList;
            const SPEC: $crate::Spec =
                $crate::Spec::read(concat!($group, ".list"), $crate::http::Method::GET, $auth)
                    .expects($crate::operation::OK_OR_CREATED)
                    .max_body($crate::customer_seats::LIST_MAX_BODY);

            #[inline]
            fn target(&self) -> $crate::Target {
                $crate::Target::new($path).query(self.container.field(), self.container.as_uuid())
            }
        }

        #[doc = concat!("Sends an invitation again: `POST ", $path, "/{seat_id}/resend`.")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Resend {
            /// The pending seat.
            pub seat_id: $crate::types::SeatId,
        }

        impl Resend {
            /// Creates the operation for a pending seat.
            #[must_use]
            pub const fn new(seat_id: $crate::types::SeatId) -> Self {
                Self { seat_id }
            }
        }

        impl $crate::Operation for Resend {
            type Output = $crate::types::Seat;
            const SPEC: $crate::Spec = $crate::Spec::write(
                concat!($group, ".resend"),
                $crate::http::Method::POST,
                $auth,
                $crate::customer_seats::RESEND_RECOVERY,
            )
            .expects($crate::operation::OK_OR_CREATED);

            #[inline]
            fn target(&self) -> $crate::Target {
                $crate::Target::new($path)
                    .segment("seat_id", self.seat_id)
                    .literal("resend")
            }
        }

        #[doc = concat!("Revokes a seat: `DELETE ", $path, "/{seat_id}`.")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Revoke {
            /// The seat. Its holder at the time of the request loses it.
            pub seat_id: $crate::types::SeatId,
        }

        impl Revoke {
            /// Creates the operation for a seat.
            #[must_use]
            pub const fn new(seat_id: $crate::types::SeatId) -> Self {
                Self { seat_id }
            }
        }

        impl $crate::Operation for Revoke {
            type Output = $crate::types::Seat;
            const SPEC: $crate::Spec = $crate::Spec::write(
                concat!($group, ".revoke"),
                $crate::http::Method::DELETE,
                $auth,
                $crate::customer_seats::REVOKE_RECOVERY,
            )
            .expects($crate::operation::OK_OR_CREATED)
            .idempotent();

            #[inline]
            fn target(&self) -> $crate::Target {
                $crate::Target::new($path).segment("seat_id", self.seat_id)
            }
        }
    };
}

pub(crate) use seat_operations;

seat_operations!(
    "customer_seats",
    "/v1/customer-seats",
    Auth::AccessToken,
    AssignSeat
);

/// Claims the seat of an invitation: `POST /v1/customer-seats/claim`. Sent without an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The token of the invitation.
    pub invitation_token: InvitationToken,
}

impl Claim {
    /// Creates the operation for an invitation.
    #[must_use]
    pub const fn new(invitation_token: InvitationToken) -> Self {
        Self { invitation_token }
    }
}

impl Operation for Claim {
    type Output = ClaimedSeat;
    const SPEC: Spec = Spec::write(
        "customer_seats.claim",
        Method::POST,
        Auth::None,
        CLAIM_RECOVERY,
    )
    .expects(OK_OR_CREATED);

    #[inline]
    fn target(&self) -> Target {
        Target::new("/v1/customer-seats/claim")
    }

    #[inline]
    fn body(&self) -> Result<Body, InvalidRequest> {
        #[derive(Serialize)]
        struct Request<'a> {
            invitation_token: &'a str,
        }
        Body::json(&Request {
            invitation_token: self.invitation_token.expose(),
        })
    }

    #[inline]
    fn secrets(&self) -> Vec<&str> {
        vec![self.invitation_token.expose()]
    }

    /// Polar returns the session token only once, so a response that does not decode is searched
    /// for the seat id and the token.
    #[inline]
    fn decode(response: &Response) -> Result<ClaimedSeat, DecodeError> {
        json(response).or_else(|error| ClaimedSeat::from_json_lossy(response.body()).ok_or(error))
    }
}

/// Reads what an invitation is for: `GET /v1/customer-seats/claim/{token}`. Sent without an access
/// token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GetClaimInfo {
    /// The token of the invitation.
    pub invitation_token: InvitationToken,
}

impl GetClaimInfo {
    /// Creates the operation for an invitation.
    #[must_use]
    pub const fn new(invitation_token: InvitationToken) -> Self {
        Self { invitation_token }
    }
}

impl Operation for GetClaimInfo {
    type Output = ClaimInfo;
    const SPEC: Spec =
        Spec::read("customer_seats.claim_info", Method::GET, Auth::None).expects(OK_OR_CREATED);

    #[inline]
    fn target(&self) -> Target {
        Target::new("/v1/customer-seats/claim").segment("token", self.invitation_token.expose())
    }

    #[inline]
    fn secrets(&self) -> Vec<&str> {
        vec![self.invitation_token.expose()]
    }
}

/// A list has no pages, and a seat takes up to about 2.5 KB. This is enough for the most seats that
/// Polar sells at once.
pub(crate) const LIST_MAX_BODY: usize = 16 * 1024 * 1024;

pub(crate) const ASSIGN_RECOVERY: &str = "Do not assign again yet. List the seats and look for the \
    person: a pending or claimed seat means that the assignment was carried out.";
const CLAIM_RECOVERY: &str = "Do not claim again: a second claim can neither return the session nor \
    show what happened. Wait 30 seconds, then check the status of the claim. If the invitation is \
    still open, nothing was done and claiming is safe. If it is gone, the seat was probably claimed: \
    sign in to the customer portal instead, and ask the organization to check its list of seats.";
pub(crate) const RESEND_RECOVERY: &str = "The email may have been sent; nothing in the API shows \
    whether it was. Each further resend sends one more email with the same link.";
pub(crate) const REVOKE_RECOVERY: &str = "List the seats and check who holds this one before you \
    revoke again: if it was revoked, its id may already belong to another person.";
