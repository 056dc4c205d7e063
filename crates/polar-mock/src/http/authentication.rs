use http::{HeaderMap, header};
use polar_types::{CustomerId, MemberId, OrganizationId};
use time::OffsetDateTime;

use super::Refusal;
use crate::world::{Holder, World};

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    Nobody,
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
    world: &World,
    now: OffsetDateTime,
) -> Result<Caller, Refusal> {
    let Some(token) = token else {
        return Ok(Caller::Nobody);
    };
    if let Some(access) = world.access_token(token) {
        return Ok(Caller::Organization {
            id: access.organization,
            scopes: access.scopes.clone(),
        });
    }
    let session = world
        .sessions
        .find(token, now)
        .ok_or(Refusal::InvalidToken)?;
    let expires_at = session.expires_at;
    Ok(match session.holder {
        Holder::Customer(id) => Caller::Customer { id, expires_at },
        Holder::Member(id) => Caller::Member { id, expires_at },
    })
}

/// The token of an `Authorization` that is a bearer's. Anything else counts as none.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    // What is not ASCII is no token.
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
