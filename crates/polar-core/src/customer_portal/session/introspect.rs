use http::Method;
use polar_types::SessionInfo;

use super::Session;
use crate::{
    Auth, Client, DecodeError, Error, Operation, Reply, Spec, Target, blocking, operation::object,
};

/// Reads until when the session lasts:
/// `GET /v1/customer-portal/customer-session/introspect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Introspect;

impl Operation for Introspect {
    type Output = SessionInfo;
    const SPEC: Spec = Spec::read(
        "customer_portal.customer_session.introspect",
        Method::GET,
        Auth::CustomerSession,
    );

    fn target(&self) -> Target {
        Target::new("/v1/customer-portal/customer-session/introspect")
    }

    fn decode(reply: &Reply) -> Result<SessionInfo, DecodeError> {
        object(reply)
    }
}

impl Session<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("introspect.md"))]
    pub async fn introspect(&self) -> Result<SessionInfo, Error> {
        self.portal.call(Introspect).await
    }
}

impl Session<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("introspect.md"))]
    pub fn introspect(&self) -> Result<SessionInfo, Error> {
        self.portal.call(Introspect)
    }
}
