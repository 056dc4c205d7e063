use polar_types::{CustomerId, MemberId, OrganizationId};
use time::OffsetDateTime;

use super::HttpError;
use crate::state::{Holder, State};

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    Anonymous,
    Organization {
        id: OrganizationId,
        scopes: Vec<String>,
    },
    Customer {
        id: CustomerId,
        expires_at: OffsetDateTime,
    },
    Member {
        id: MemberId,
        expires_at: OffsetDateTime,
    },
}

/// Looks at the bearer token. One that is not known, or expired, fails every path.
pub(crate) fn authenticate(
    token: Option<&str>,
    state: &State,
    now: OffsetDateTime,
) -> Result<Caller, HttpError> {
    let Some(token) = token else {
        return Ok(Caller::Anonymous);
    };
    if let Some(access) = state.access_token(token) {
        return Ok(Caller::Organization {
            id: access.organization,
            scopes: access.scopes.clone(),
        });
    }
    let session = state
        .sessions
        .find(token, now)
        .ok_or(HttpError::InvalidToken)?;
    let expires_at = session.expires_at;
    Ok(match session.holder {
        Holder::Customer(id) => Caller::Customer { id, expires_at },
        Holder::Member(id) => Caller::Member { id, expires_at },
    })
}
