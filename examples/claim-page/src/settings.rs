use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use polar_hyper::{Client, types::Container};

use crate::Secret;

/// What the application is told from outside.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Polar, with the organisation's access token (`customer_seats:read` and `:write`).
    pub client: Client,
    /// The subscription or order whose seats the billing manager manages.
    pub team: Container,
    /// The customer portal of the organisation, such as `https://polar.sh/acme/portal`.
    pub portal: String,
    /// Whom people can ask who have trouble with an invitation.
    pub contact: Contact,
    /// What the billing manager signs in with. A stand-in for your own sign-in.
    pub password: Secret,
    /// Whether people come by https, as they must but for a loopback address.
    pub https: bool,
    /// How long a claim may still be under way after it was sent. Default 30 s, a client's time
    /// for a whole call.
    pub settles_after: Duration,
    /// The time. Default: the system's.
    pub clock: Clock,
}

impl Settings {
    /// Settings with the defaults for what has one.
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
            settles_after: Duration::from_secs(30),
            clock: Clock::new(SystemTime::now),
        }
    }
}

/// A person whom others can ask.
#[derive(Debug, Clone)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock that reads this.
    #[must_use]
    pub fn new(read: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
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
