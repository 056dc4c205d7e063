use http::Method;
use polar_types::SessionInfo;

use super::CustomerSession;
use crate::{
    Auth, Client, DecodeError, Error, Operation, Response, Spec, Target, blocking,
    operation::{OK_OR_CREATED, object},
};

/// Reads until when the session lasts:
/// `GET /v1/customer-portal/customer-session/introspect`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Introspect;

impl Introspect {
    /// Asks about the session that it is sent with.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Operation for Introspect {
    type Output = SessionInfo;
    const SPEC: Spec = Spec::read(
        "customer_portal.customer_session.introspect",
        Method::GET,
        Auth::CustomerSession,
    )
    .expects(OK_OR_CREATED);

    fn target(&self) -> Target {
        Target::new("/v1/customer-portal/customer-session/introspect")
    }

    fn decode(response: &Response) -> Result<SessionInfo, DecodeError> {
        object(response)
    }
}

impl CustomerSession<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("introspect.md"))]
    pub async fn introspect(&self) -> Result<SessionInfo, Error> {
        self.portal.call(Introspect::new()).await
    }
}

impl CustomerSession<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("introspect.md"))]
    pub fn introspect(&self) -> Result<SessionInfo, Error> {
        self.portal.call(Introspect::new())
    }
}
