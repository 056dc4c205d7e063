use polar_types::{CustomerId, MemberId, OrganizationId};
use serde::{Deserialize, Serialize};

use crate::{http::Caller, secret::Secret};

/// Who is counted as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Identity {
    /// All callers without a token.
    Nobody,
    Organization(OrganizationId),
    Customer(CustomerId),
    Member(MemberId),
    /// A token that was not accepted lately.
    Token(Secret),
}

impl Identity {
    /// Whom a token was accepted for.
    pub(super) const fn of(caller: &Caller) -> Self {
        match caller {
            Caller::Organization { id, .. } => Self::Organization(*id),
            Caller::Customer { id, .. } => Self::Customer(*id),
            Caller::Member { id, .. } => Self::Member(*id),
            Caller::Nobody => Self::Nobody,
        }
    }
}
