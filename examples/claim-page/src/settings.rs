use std::{fmt, time::Duration};

use polar_axum::{Clock, Contact};
use polar_hyper::{Client, types::Container};

use crate::Secret;

/// The settings of the application.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// A client with the access token of the organization (`customer_seats:read` and `:write`).
    pub client: Client,
    /// The subscription or order whose seats the billing manager manages.
    pub team: Container,
    /// The customer portal of the organization, such as `https://polar.sh/acme/portal`.
    pub portal: String,
    /// The contact for problems with an invitation.
    pub contact: Contact,
    /// The password of the billing manager. A placeholder for your own sign-in.
    pub password: Secret,
    /// Whether people use https, which is required except on a loopback address.
    pub https: bool,
    /// How long a claim may be in progress after it was sent. Default 30 s, the timeout of a call.
    pub claim_timeout: Duration,
    /// The clock. Default: the system's.
    pub clock: Clock,
}

impl Settings {
    /// Creates settings with defaults for the other fields.
    #[must_use]
    pub fn new(
        client: Client,
        team: impl Into<Container>,
        portal: impl Into<String>,
        contact: Contact,
        password: Secret,
    ) -> Self {
        Self {
            client,
            team: team.into(),
            portal: portal.into(),
            contact,
            password,
            https: true,
            claim_timeout: Duration::from_secs(30),
            clock: Clock::default(),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("team", &self.team)
            .field("portal", &self.portal)
            .field("https", &self.https)
            .finish_non_exhaustive()
    }
}
