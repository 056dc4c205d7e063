use std::fmt;

use polar_types::Container;

/// Why the state does not carry an operation out. Its text is the server's own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StateError {
    /// The organization may not use seats.
    SeatsNotEnabled,
    /// A subscription or order whose product is gone.
    NoProduct,
    OrderNotPaid,
    NoSeatAvailable(Container),
    NotPending,
    InvalidInvitation,
    /// A recipient that fits no rule of the organization.
    InvalidRequest(&'static str),
    CustomerNotFound(String),
    MemberNotFound(String),
    EmailMismatch {
        external_member_id: String,
        email: String,
    },
    AlreadyAssigned(String),
    /// An inconsistency that the server does not expect, and fails at.
    Inconsistent,
}

impl StateError {
    /// Returns the name of the error in the API.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::SeatsNotEnabled => "FeatureNotEnabled",
            Self::NoProduct | Self::OrderNotPaid | Self::NoSeatAvailable(_) => "SeatNotAvailable",
            Self::NotPending => "SeatNotPending",
            Self::InvalidInvitation => "InvalidInvitationToken",
            Self::InvalidRequest(_) => "InvalidSeatAssignmentRequest",
            Self::CustomerNotFound(_) => "CustomerNotFound",
            Self::MemberNotFound(_) => "MemberNotFound",
            Self::EmailMismatch { .. } => "MemberEmailMismatch",
            Self::AlreadyAssigned(_) => "SeatAlreadyAssigned",
            Self::Inconsistent => "InternalServerError",
        }
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SeatsNotEnabled => {
                f.write_str("Seat-based pricing is not enabled for this organization")
            }
            Self::NoProduct => f.write_str("Container has no associated product"),
            Self::OrderNotPaid => f.write_str("Order must be paid before assigning seats"),
            Self::NoSeatAvailable(id) => write!(f, "No available seats for {}", id.as_uuid()),
            Self::NotPending => f.write_str("Seat is not in pending status"),
            Self::InvalidInvitation => f.write_str("Invalid or expired invitation token"),
            Self::InvalidRequest(rule) => f.write_str(rule),
            Self::CustomerNotFound(id) => write!(f, "Customer not found: {id}"),
            Self::MemberNotFound(id) => write!(f, "Member not found: {id}"),
            Self::EmailMismatch {
                external_member_id,
                email,
            } => write!(
                f,
                "Member with external_member_id '{external_member_id}' exists but has a different \
                 email than '{email}'"
            ),
            Self::AlreadyAssigned(id) => write!(f, "Seat already assigned to customer {id}"),
            Self::Inconsistent => f.write_str("Internal Server Error"),
        }
    }
}
