//! A route that opens the customer portal for the signed-in customer.

use std::{fmt, future::Future, marker::PhantomData, pin::Pin};

use axum::{
    extract::{FromRequestParts, Request},
    handler::Handler,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use polar_core::Client;
use polar_types::{
    CustomerId, MemberId,
    customer_sessions::{
        CustomerSessionCreate, CustomerSessionCustomerExternalIdCreate,
        CustomerSessionCustomerIdCreate,
    },
};

use crate::response::{failure, redirect, refuse_head};

/// Returns a handler that creates a session for the signed-in customer and redirects to the customer
/// portal, to be routed with [`get`](axum::routing::get).
///
/// The function decides who the customer is. Its argument is an extractor of the head of a request,
/// such as your own for the signed-in user, or a tuple of them. It returns the response to others as an
/// error.
///
/// ```
/// use axum::{Router, http::{HeaderMap, StatusCode}, routing::get};
/// use polar_axum::{Client, PortalCustomer, customer_portal};
/// # fn signed_in(headers: &HeaderMap) -> Option<String> { None }
///
/// fn routes(polar: Client) -> Router {
///     let portal = customer_portal(polar, |headers: HeaderMap| async move {
///         let user = signed_in(&headers).ok_or(StatusCode::UNAUTHORIZED)?;
///         Ok::<_, StatusCode>(PortalCustomer::external_id(user))
///     });
///     Router::new().route("/portal", get(portal.return_url("https://acme.com/account")))
/// }
/// ```
///
/// The access token of the client needs the scope `customer_sessions:write`.
#[must_use]
pub const fn customer_portal<F, E>(client: Client, customer: F) -> CustomerPortal<F, E> {
    CustomerPortal {
        client,
        customer,
        return_url: None,
        extractor: PhantomData,
    }
}

/// A handler that opens the customer portal, returned by [`customer_portal`].
///
/// # Responses
///
/// 303 to the portal, with the session in its URL, which no cache stores; that of the function or of its
/// extractor; 422 if Polar does not know the customer; 503 if it is busy; 504 if it did not respond; 502
/// for any other failure. Failures are logged with `tracing`.
pub struct CustomerPortal<F, E> {
    client: Client,
    customer: F,
    return_url: Option<String>,
    extractor: PhantomData<fn(E)>,
}

impl<F, E> CustomerPortal<F, E> {
    /// Sets the URL of the back button.
    #[must_use]
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.return_url = Some(url.into());
        self
    }
}

/// The customer whose portal is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalCustomer {
    customer: CustomerReference,
    member_id: Option<MemberId>,
    external_member_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum CustomerReference {
    Id(CustomerId),
    ExternalId(String),
}

impl PortalCustomer {
    /// A customer by Polar's id.
    #[must_use]
    pub const fn id(id: CustomerId) -> Self {
        Self::new(CustomerReference::Id(id))
    }

    /// A customer by the id that you gave them at Polar.
    #[must_use]
    pub fn external_id(id: impl Into<String>) -> Self {
        Self::new(CustomerReference::ExternalId(id.into()))
    }

    /// Opens the portal as this member of the customer. A customer who bought seats is a team, for which
    /// Polar requires a member.
    #[must_use]
    pub const fn member(mut self, id: MemberId) -> Self {
        self.member_id = Some(id);
        self
    }

    /// Opens the portal as the member with your own id.
    #[must_use]
    pub fn external_member(mut self, id: impl Into<String>) -> Self {
        self.external_member_id = Some(id.into());
        self
    }

    const fn new(customer: CustomerReference) -> Self {
        Self {
            customer,
            member_id: None,
            external_member_id: None,
        }
    }

    fn into_request(self, return_url: Option<String>) -> CustomerSessionCreate {
        match self.customer {
            CustomerReference::Id(id) => {
                let mut request = CustomerSessionCustomerIdCreate::new(id);
                request.member_id = self.member_id;
                request.external_member_id = self.external_member_id;
                request.return_url = return_url;
                request.into()
            }
            CustomerReference::ExternalId(id) => {
                let mut request = CustomerSessionCustomerExternalIdCreate::new(id);
                request.member_id = self.member_id;
                request.external_member_id = self.external_member_id;
                request.return_url = return_url;
                request.into()
            }
        }
    }
}

impl<F, E, Fut, R, S> Handler<(E, Fut, R), S> for CustomerPortal<F, E>
where
    F: Fn(E) -> Fut + Clone + Send + Sync + 'static,
    E: FromRequestParts<S> + Send + 'static,
    Fut: Future<Output = Result<PortalCustomer, R>> + Send + 'static,
    R: IntoResponse + 'static,
    S: Send + Sync + 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        let (head, _) = request.into_parts();
        Box::pin(async move {
            let opened = self.open(head, &state).await;
            opened.unwrap_or_else(|response| response)
        })
    }
}

impl<F, E> CustomerPortal<F, E> {
    async fn open<S, Fut, R>(self, mut head: Parts, state: &S) -> Result<Response, Response>
    where
        F: Fn(E) -> Fut,
        E: FromRequestParts<S>,
        Fut: Future<Output = Result<PortalCustomer, R>>,
        R: IntoResponse,
        S: Sync,
    {
        if let Some(response) = refuse_head(&head.method) {
            return Ok(response);
        }
        let extracted = E::from_request_parts(&mut head, state).await;
        let extracted = extracted.map_err(IntoResponse::into_response)?;
        let customer = (self.customer)(extracted).await;
        let customer = customer.map_err(IntoResponse::into_response)?;
        let request = customer.into_request(self.return_url);
        let session = self.client.customer_sessions().create(request).await;
        let session = session.map_err(|error| failure(&error))?;
        Ok(redirect(&session.customer_portal_url))
    }
}

impl<F: Clone, E> Clone for CustomerPortal<F, E> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            customer: self.customer.clone(),
            return_url: self.return_url.clone(),
            extractor: PhantomData,
        }
    }
}

impl<F, E> fmt::Debug for CustomerPortal<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerPortal")
            .field("return_url", &self.return_url)
            .finish_non_exhaustive()
    }
}
