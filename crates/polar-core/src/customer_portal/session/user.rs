use http::Method;
use polar_types::SessionUser;

use super::Session;
use crate::{
    Auth, Client, DecodeError, Error, Operation, Reply, Spec, Target, blocking, operation::object,
};

/// Reads whose session it is: `GET /v1/customer-portal/customer-session/user`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User;

impl Operation for User {
    type Output = SessionUser;
    const SPEC: Spec = Spec::read(
        "customer_portal.customer_session.user",
        Method::GET,
        Auth::CustomerSession,
    );

    fn target(&self) -> Target {
        Target::new("/v1/customer-portal/customer-session/user")
    }

    fn decode(reply: &Reply) -> Result<SessionUser, DecodeError> {
        object(reply)
    }
}

impl Session<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("user.md"))]
    pub async fn user(&self) -> Result<SessionUser, Error> {
        self.portal.call(User).await
    }
}

impl Session<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("user.md"))]
    pub fn user(&self) -> Result<SessionUser, Error> {
        self.portal.call(User)
    }
}
