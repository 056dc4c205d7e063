use http::Method;
use polar_types::SessionUser;

use super::CustomerSession;
use crate::{
    Auth, Client, DecodeError, Error, Operation, Response, Spec, Target, blocking,
    operation::{OK_OR_CREATED, object},
};

/// Reads whose session it is: `GET /v1/customer-portal/customer-session/user`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct User;

impl User {
    /// Asks whose session it is sent with.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Operation for User {
    type Output = SessionUser;
    const SPEC: Spec = Spec::read(
        "customer_portal.customer_session.user",
        Method::GET,
        Auth::CustomerSession,
    )
    .expects(OK_OR_CREATED);

    fn target(&self) -> Target {
        Target::new("/v1/customer-portal/customer-session/user")
    }

    fn decode(response: &Response) -> Result<SessionUser, DecodeError> {
        object(response)
    }
}

impl CustomerSession<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("user.md"))]
    pub async fn user(&self) -> Result<SessionUser, Error> {
        self.portal.call(User::new()).await
    }
}

impl CustomerSession<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("user.md"))]
    pub fn user(&self) -> Result<SessionUser, Error> {
        self.portal.call(User::new())
    }
}
