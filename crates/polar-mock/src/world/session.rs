use std::fmt;

use polar_types::{CustomerId, MemberId};
use time::{Duration, OffsetDateTime};

use super::World;

/// A session of the customer portal.
#[derive(Clone)]
pub(crate) struct SessionRow {
    pub(crate) token: String,
    pub(crate) holder: Holder,
    pub(crate) expires_at: OffsetDateTime,
}

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Customer(CustomerId),
    Member(MemberId),
}

impl Holder {
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Customer(_) => "polar_cst_",
            Self::Member(_) => "polar_mst_",
        }
    }
}

impl World {
    /// The session of a token, unless it has ended.
    pub(crate) fn session(&self, token: &str, now: OffsetDateTime) -> Option<&SessionRow> {
        self.sessions
            .iter()
            .find(|row| row.token == token && now < row.expires_at)
    }

    /// Opens a session for an hour, and gives its token.
    pub(crate) fn open_session(&mut self, holder: Holder, now: OffsetDateTime) -> String {
        let token = self.random.token(holder.prefix());
        self.sessions.push(SessionRow {
            token: token.clone(),
            holder,
            expires_at: now + LIFE,
        });
        token
    }

    /// Opens a session that does not end.
    pub(crate) fn open_endless_session(&mut self, holder: Holder, token: String) {
        self.sessions.push(SessionRow {
            token,
            holder,
            expires_at: NEVER,
        });
    }
}

impl fmt::Debug for SessionRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRow")
            .field("holder", &self.holder)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

const LIFE: Duration = Duration::HOUR;
/// The last second that RFC 3339 can name.
const NEVER: OffsetDateTime = time::macros::datetime!(9999-12-31 23:59:59 UTC);
