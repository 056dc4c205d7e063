use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use polar_core::Client;
use polar_types::Container;

use super::{ClaimPage, PageContext};

/// The settings of a [`ClaimFlow`](super::ClaimFlow).
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) client: Client,
    pub(super) portal_url: String,
    pub(super) contact: Contact,
    pub(super) team: Option<Container>,
    pub(super) https: bool,
    pub(super) claim_timeout: Duration,
    pub(super) clock: Clock,
    /// `None` for the pages of this crate.
    pub(super) render: Option<Arc<Render>>,
}

pub(super) type Render = dyn Fn(&ClaimPage<'_>, &PageContext<'_>) -> String + Send + Sync;

impl Settings {
    pub(super) fn new(client: Client, portal_url: String, contact: Contact) -> Self {
        Self {
            client,
            portal_url,
            contact,
            team: None,
            https: true,
            claim_timeout: Duration::from_secs(30),
            clock: Clock::default(),
            render: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimFlow")
            .field("portal_url", &self.portal_url)
            .field("team", &self.team)
            .field("https", &self.https)
            .field("claim_timeout", &self.claim_timeout)
            .finish_non_exhaustive()
    }
}

/// A contact person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contact {
    /// The name.
    pub name: String,
    /// The email address.
    pub email: String,
}

impl Contact {
    /// Creates a contact from a name and an email address.
    #[must_use]
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            email: email.into(),
        }
    }
}

/// A source of the current time. The default is the system's clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// Creates a clock from a function.
    #[must_use]
    pub fn new(read: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
