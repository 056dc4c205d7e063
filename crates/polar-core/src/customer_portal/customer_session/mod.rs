//! Operations on a portal session itself.

use http::Method;
use polar_types::{SessionInfo, SessionUser};

use super::CustomerPortal;
use crate::{
    Auth, Client, DecodeError, Error, Operation, Response, Spec, Target, blocking,
    client::{clients, copy_handle},
    operation::{OK_OR_CREATED, json_object},
};

/// The operations on a portal session.
///
/// `C` is the async [`Client`] or the [`blocking::Client`]. Both have the same methods; those of
/// the async client are `async fn`s.
///
/// The methods of one client are on the pages of [`Async`] and [`Blocking`].
#[derive(Debug)]
pub struct CustomerSession<'a, C> {
    portal: CustomerPortal<'a, C>,
}

copy_handle!(CustomerSession);
clients! { CustomerSession }

impl<'a, C> CustomerSession<'a, C> {
    pub(super) const fn new(portal: CustomerPortal<'a, C>) -> Self {
        Self { portal }
    }
}

/// Operations of the async client.
impl CustomerSession<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("introspect.md"))]
    #[inline]
    pub async fn introspect(&self) -> Result<SessionInfo, Error> {
        self.portal.call(Introspect::new()).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("user.md"))]
    #[inline]
    pub async fn user(&self) -> Result<SessionUser, Error> {
        self.portal.call(User::new()).await
    }
}

/// Operations of the blocking client.
impl CustomerSession<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("introspect.md"))]
    #[inline]
    pub fn introspect(&self) -> Result<SessionInfo, Error> {
        self.portal.call(Introspect::new())
    }

    #[cfg_attr(not(doctest), doc = include_str!("user.md"))]
    #[inline]
    pub fn user(&self) -> Result<SessionUser, Error> {
        self.portal.call(User::new())
    }
}

/// Defines an operation that has no parameters and returns a JSON object.
macro_rules! session_operation {
    ($(#[$attribute:meta])* $operation:ident -> $output:ty, $name:literal, $path:literal) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $operation;

        impl $operation {
            /// Creates the operation.
            #[must_use]
            pub const fn new() -> Self {
                Self
            }
        }

        impl Operation for $operation {
            type Output = $output;
            const SPEC: Spec =
                Spec::read($name, Method::GET, Auth::CustomerSession).expects(OK_OR_CREATED);

            #[inline]
            fn target(&self) -> Target {
                Target::new($path)
            }

            #[inline]
            fn decode(response: &Response) -> Result<$output, DecodeError> {
                json_object(response)
            }
        }
    };
}

session_operation!(
    /// Reads when the session expires: `GET /v1/customer-portal/customer-session/introspect`.
    Introspect -> SessionInfo,
    "customer_portal.customer_session.introspect",
    "/v1/customer-portal/customer-session/introspect"
);

session_operation!(
    /// Reads the user of the session: `GET /v1/customer-portal/customer-session/user`.
    User -> SessionUser,
    "customer_portal.customer_session.user",
    "/v1/customer-portal/customer-session/user"
);
