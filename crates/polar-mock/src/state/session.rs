use std::fmt;

use polar_types::{CustomerId, MemberId, OrganizationId};
use time::{Duration, OffsetDateTime};

use super::{History, State};
use crate::rates::Identity;

/// A session of the customer portal.
#[derive(Clone)]
pub(crate) struct SessionRow {
    pub(crate) token: String,
    pub(crate) holder: Holder,
    pub(crate) expires_at: OffsetDateTime,
}

/// The holder of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    Customer(CustomerId),
    Member(MemberId),
}

impl Holder {
    /// Returns the prefix of the holder's tokens.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Customer(_) => "polar_cst_",
            Self::Member(_) => "polar_mst_",
        }
    }
}

/// The caller that a bearer token stands for.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// A caller without a token.
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

impl From<&Caller> for Identity {
    fn from(caller: &Caller) -> Self {
        match caller {
            Caller::Anonymous => Self::Anonymous,
            Caller::Organization { id, .. } => Self::Organization(*id),
            Caller::Customer { id, .. } => Self::Customer(*id),
            Caller::Member { id, .. } => Self::Member(*id),
        }
    }
}

/// All sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// Sessions that do not expire, which only tests create.
    pub(crate) permanent: Vec<SessionRow>,
    /// Sessions that claims opened, the oldest first.
    pub(crate) expiring: History<SessionRow>,
}

impl Sessions {
    /// Returns the session of a token, unless it has expired.
    fn find(&self, token: &str, now: OffsetDateTime) -> Option<&SessionRow> {
        let mut all = self.permanent.iter().chain(self.expiring.iter());
        all.find(|row| row.token == token && now < row.expires_at)
    }

    /// Closes the sessions of a holder.
    pub(crate) fn close(&mut self, holder: Holder) {
        let is_other = |row: &SessionRow| row.holder != holder;
        self.permanent.retain(is_other);
        self.expiring.retain(is_other);
    }

    /// Adds a session that expires.
    pub(crate) fn open(&mut self, token: String, holder: Holder, expires_at: OffsetDateTime) {
        self.expiring.push(SessionRow {
            token,
            holder,
            expires_at,
        });
    }

    /// Adds a session that does not expire.
    pub(crate) fn open_permanent(&mut self, token: String, holder: Holder) {
        self.permanent.push(SessionRow {
            token,
            holder,
            expires_at: NEVER,
        });
    }
}

impl State {
    /// Returns the caller of a bearer token; `None` if the token is unknown or has expired.
    pub(crate) fn caller(&self, token: Option<&str>, now: OffsetDateTime) -> Option<Caller> {
        let Some(token) = token else {
            return Some(Caller::Anonymous);
        };
        if let Some(access) = self.access.iter().find(|row| row.token == token) {
            return Some(Caller::Organization {
                id: access.organization,
                scopes: access.scopes.clone(),
            });
        }
        let session = self.sessions.find(token, now)?;
        let expires_at = session.expires_at;
        Some(match session.holder {
            Holder::Customer(id) => Caller::Customer { id, expires_at },
            Holder::Member(id) => Caller::Member { id, expires_at },
        })
    }

    /// Returns the organization of a caller with a session, and the customer whose things it sees.
    pub(crate) fn holder(&self, caller: &Caller) -> Option<(OrganizationId, CustomerId)> {
        let customer = match caller {
            Caller::Customer { id, .. } => *id,
            Caller::Member { id, .. } => self.member(*id)?.customer,
            Caller::Anonymous | Caller::Organization { .. } => return None,
        };
        Some((self.customer(customer)?.organization, customer))
    }

    /// Opens a session for an hour and returns its token.
    pub(crate) fn open_session(&mut self, holder: Holder, now: OffsetDateTime) -> String {
        // The clock never goes back, so these cannot be used again.
        self.sessions
            .expiring
            .evict_while(|row| row.expires_at <= now);
        let token = self.random.token(holder.prefix());
        self.sessions.open(token.clone(), holder, now + LIFETIME);
        token
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

const LIFETIME: Duration = Duration::HOUR;
/// The last second that RFC 3339 can express.
const NEVER: OffsetDateTime = time::macros::datetime!(9999-12-31 23:59:59 UTC);
