use std::fmt;

use polar_types::{CustomerId, MemberId};
use time::{Duration, OffsetDateTime};

use super::{History, State};

/// A session of the customer portal.
#[derive(Clone)]
pub(crate) struct SessionRow {
    pub(crate) token: String,
    pub(crate) holder: Holder,
    pub(crate) expires_at: OffsetDateTime,
}

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// All sessions, apart by whether they end.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// Those that a test made.
    pub(crate) permanent: Vec<SessionRow>,
    /// Those that claims opened, the oldest first.
    pub(crate) expiring: History<SessionRow>,
}

impl Sessions {
    /// The session of a token, unless it has ended.
    pub(crate) fn find(&self, token: &str, now: OffsetDateTime) -> Option<&SessionRow> {
        let mut all = self.permanent.iter().chain(self.expiring.iter());
        all.find(|row| row.token == token && now < row.expires_at)
    }

    /// Adds one that ends.
    pub(crate) fn open(&mut self, token: String, holder: Holder, expires_at: OffsetDateTime) {
        self.expiring.push(SessionRow {
            token,
            holder,
            expires_at,
        });
    }

    /// Adds one that does not end.
    pub(crate) fn open_permanent(&mut self, token: String, holder: Holder) {
        self.permanent.push(SessionRow {
            token,
            holder,
            expires_at: NEVER,
        });
    }
}

impl State {
    /// Opens a session for an hour, and gives its token.
    pub(crate) fn open_session(&mut self, holder: Holder, now: OffsetDateTime) -> String {
        // No clock goes back, so nobody asks for these again.
        self.sessions
            .expiring
            .evict_while(|row| row.expires_at <= now);
        let token = self.random.token(holder.prefix());
        self.sessions.open(token.clone(), holder, now + LIFE);
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

const LIFE: Duration = Duration::HOUR;
/// The last second that RFC 3339 can name.
const NEVER: OffsetDateTime = time::macros::datetime!(9999-12-31 23:59:59 UTC);
