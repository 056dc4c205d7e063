use std::borrow::Cow;

use polar_core::{
    Auth, Idempotency, Spec,
    customer_portal::{customer_session, seats},
    customer_seats,
    http::StatusCode,
    types::{
        AssignSeat, Container, InvitationToken, PortalAssignSeat, Recipient, SeatId, SeatMetadata,
        SubscriptionId,
    },
};
use polar_replay::table::{self, Row};

use crate::{canary, responses};

/// Any operation of the SDK, with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// `customer_seats().assign(..)`
    Assign(AssignSeat),
    /// `customer_seats().list(..)`
    List(Container),
    /// `customer_seats().revoke(..)`
    Revoke(SeatId),
    /// `customer_seats().resend(..)`
    Resend(SeatId),
    /// `customer_seats().claim_info(..)`
    ClaimInfo(InvitationToken),
    /// `customer_seats().claim(..)`
    Claim(InvitationToken),
    /// `customer_portal(..).seats().assign(..)`
    PortalAssign(PortalAssignSeat),
    /// `customer_portal(..).seats().list(..)`
    PortalList(Container),
    /// `customer_portal(..).seats().revoke(..)`
    PortalRevoke(SeatId),
    /// `customer_portal(..).seats().resend(..)`
    PortalResend(SeatId),
    /// `customer_portal(..).seats().subscriptions(..)`
    PortalSubscriptions {
        /// The page number, starting at 1.
        page: u32,
        /// The number of items per page.
        limit: u32,
    },
    /// `customer_portal(..).customer_session().introspect()`
    Introspect,
    /// `customer_portal(..).customer_session().user()`
    User,
    /// Any operation of the whole API, with samples of all values.
    Api(&'static Row),
}

impl Operation {
    /// Returns every operation once, with valid arguments and canary secrets.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let subscription: SubscriptionId = responses::SUBSCRIPTION.parse().unwrap();
        let seat: SeatId = responses::SEAT_ID.parse().unwrap();
        let metadata = SeatMetadata::try_from_pairs([("team", "Lab 4")]).unwrap();
        let assign = AssignSeat::new(subscription, Recipient::email("zoe@acme.com"));
        let assign = assign.metadata(metadata);
        vec![
            Self::claim(),
            Self::ClaimInfo(canary::invitation()),
            Self::List(subscription.into()),
            Self::Assign(assign.clone()),
            Self::Resend(seat),
            Self::Revoke(seat),
            Self::PortalList(subscription.into()),
            Self::PortalAssign(assign.into()),
            Self::PortalResend(seat),
            Self::PortalRevoke(seat),
            Self::PortalSubscriptions { page: 1, limit: 10 },
            Self::Introspect,
            Self::User,
        ]
    }

    /// Returns every operation of the whole API once, with samples of all values.
    #[must_use]
    pub fn whole_api() -> Vec<Self> {
        table::operations().map(Self::Api).collect()
    }

    /// Returns the claim of the canary invitation.
    #[must_use]
    pub fn claim() -> Self {
        Self::Claim(canary::invitation())
    }

    /// Returns the name of the operation in errors.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.spec().name
    }

    /// Returns whether the operation only reads.
    #[must_use]
    pub fn is_read(&self) -> bool {
        matches!(self.spec().idempotency, Idempotency::Safe)
    }

    /// Returns the credential that the operation is sent with.
    #[must_use]
    pub fn auth(&self) -> Auth {
        self.spec().auth
    }

    /// Returns the status of a successful response.
    #[must_use]
    pub fn good_status(&self) -> u16 {
        let statuses = self.spec().expects.and_then(|statuses| statuses.first());
        statuses.map_or(200, StatusCode::as_u16)
    }

    /// Returns the body of a successful response, as observed on the server or made of samples.
    #[must_use]
    pub fn good_response(&self) -> Cow<'static, str> {
        let observed = match self {
            Self::Api(row) => return row.sample().unwrap().sample_response().into(),
            Self::Claim(_) => responses::CLAIMED,
            Self::ClaimInfo(_) => responses::CLAIM_INFO,
            Self::List(_) | Self::PortalList(_) => responses::LIST,
            Self::PortalSubscriptions { .. } => responses::SUBSCRIPTIONS,
            Self::Introspect => responses::SESSION,
            Self::User => responses::USER,
            _ => responses::SEAT,
        };
        observed.into()
    }

    fn spec(&self) -> Spec {
        use polar_core::Operation as SdkOperation;
        const fn of<O: SdkOperation>() -> Spec {
            O::SPEC
        }
        match self {
            Self::Assign(_) => of::<AssignSeat>(),
            Self::List(_) => of::<customer_seats::List>(),
            Self::Revoke(_) => of::<customer_seats::Revoke>(),
            Self::Resend(_) => of::<customer_seats::Resend>(),
            Self::ClaimInfo(_) => of::<customer_seats::GetClaimInfo>(),
            Self::Claim(_) => of::<customer_seats::Claim>(),
            Self::PortalAssign(_) => of::<PortalAssignSeat>(),
            Self::PortalList(_) => of::<seats::List>(),
            Self::PortalRevoke(_) => of::<seats::Revoke>(),
            Self::PortalResend(_) => of::<seats::Resend>(),
            Self::PortalSubscriptions { .. } => of::<seats::Subscriptions>(),
            Self::Introspect => of::<customer_session::Introspect>(),
            Self::User => of::<customer_session::User>(),
            Self::Api(row) => row.sample().unwrap().spec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn all_returns_thirteen_operations_of_which_seven_write() {
        let all = Operation::all();
        let names: HashSet<_> = all.iter().map(Operation::name).collect();
        assert_eq!(names.len(), 13);
        assert_eq!(all.iter().filter(|one| !one.is_read()).count(), 7);
    }
}
