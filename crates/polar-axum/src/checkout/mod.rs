//! A route that creates a checkout and redirects to it.

mod origin;
mod query;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use axum::{
    extract::Request,
    handler::Handler,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use polar_core::Client;
use polar_types::{Secret, checkouts::CheckoutCreate};

pub use self::origin::InvalidOrigin;
use self::{origin::Origin, query::CheckoutQuery};
use crate::response::{failure, redirect, refuse_head, text};

/// Returns a handler that creates a checkout from the parameters of a link and redirects to it, to be
/// routed with [`get`](axum::routing::get).
///
/// ```
/// use axum::{Router, routing::get};
/// use polar_axum::{Client, checkout};
///
/// fn routes(polar: Client) -> Router {
///     let checkout = checkout(polar)
///         .success_url("https://acme.com/thanks?checkout_id={CHECKOUT_ID}")
///         .return_url("https://acme.com/pricing");
///     Router::new().route("/checkout", get(checkout))
/// }
/// ```
///
/// The access token of the client needs the scope `checkouts:write`.
#[must_use]
pub fn checkout(client: Client) -> Checkout {
    Checkout(Arc::new(Settings {
        client,
        success_url: None,
        return_url: None,
        origins: Vec::new(),
        accepts_customer_ids: false,
        theme: None,
        prepare: None,
    }))
}

/// A handler that creates a checkout and redirects to it, returned by [`checkout`].
///
/// | parameter | |
/// |---|---|
/// | `products` | the id of a product; repeat it to offer several |
/// | `seats` | the number of seats, for a product with seats |
/// | `customerEmail`, `customerName` | filled in on the page |
/// | `metadata` | a JSON object, copied to the order and the subscription |
/// | `customerId`, `customerExternalId` | see [`accept_customer_ids`](Self::accept_customer_ids) |
/// | `successUrl`, `returnUrl` | see [`allow_origin`](Self::allow_origin) |
///
/// The names are those of Polar's adapters for JavaScript. Other parameters are ignored.
///
/// **The visitor can change every parameter**, the products and the metadata included. Decide in
/// [`prepare`](Self::prepare) what must not be changed.
///
/// # Responses
///
/// 303 to the page of the checkout, which no cache stores; 400 for an invalid parameter, named in the
/// text; 422 if Polar did not accept the values; 503 if it is busy; 504 if it did not respond; 502 for
/// any other failure. Failures are logged with `tracing`.
#[derive(Clone)]
pub struct Checkout(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    client: Client,
    success_url: Option<String>,
    return_url: Option<String>,
    origins: Vec<Origin>,
    accepts_customer_ids: bool,
    theme: Option<Theme>,
    prepare: Option<Prepare>,
}

type Prepare = Arc<dyn Fn(CheckoutCreate, Parts) -> Prepared + Send + Sync>;
type Prepared = BoxFuture<Result<CheckoutCreate, Response>>;
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The color scheme of the checkout. Without one, it is that of the visitor's system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Theme {
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

impl Checkout {
    /// Sets the URL to which Polar redirects after the payment. It replaces `{CHECKOUT_ID}` by the id
    /// of the checkout.
    #[must_use]
    pub fn success_url(mut self, url: impl Into<String>) -> Self {
        self.settings().success_url = Some(url.into());
        self
    }

    /// Sets the URL of the back button.
    #[must_use]
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.settings().return_url = Some(url.into());
        self
    }

    /// Accepts the parameters `successUrl` and `returnUrl` if they are URLs of this origin, such as
    /// `https://acme.com`. They replace the URLs that are set here.
    ///
    /// Without an allowed origin they are rejected with 400: a link to your site must not lead to
    /// another one (open redirect).
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a scheme, a host and possibly a port.
    pub fn allow_origin(mut self, origin: &str) -> Result<Self, InvalidOrigin> {
        let origin = origin.parse()?;
        self.settings().origins.push(origin);
        Ok(self)
    }

    /// Accepts the parameters `customerId` and `customerExternalId`, which are rejected with 400
    /// otherwise.
    ///
    /// The page of a checkout shows the email address, the name and the billing address of its
    /// customer. So accept them only on a route that other visitors cannot use. For a signed-in
    /// customer, set the id in [`prepare`](Self::prepare) instead.
    #[must_use]
    pub fn accept_customer_ids(mut self) -> Self {
        self.settings().accepts_customer_ids = true;
        self
    }

    /// Sets the color scheme of the page.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.settings().theme = Some(theme);
        self
    }

    /// Sets a function that completes, changes or refuses the checkout before it is created, with the
    /// head of the request.
    ///
    /// ```
    /// use axum::http::{StatusCode, request::Parts};
    /// use polar_axum::{Checkout, types::checkouts::CheckoutCreate};
    /// # fn signed_in(head: &Parts) -> Option<String> { None }
    ///
    /// fn for_users(checkout: Checkout) -> Checkout {
    ///     checkout.prepare(|request: CheckoutCreate, head| async move {
    ///         let user = signed_in(&head).ok_or(StatusCode::UNAUTHORIZED)?;
    ///         Ok::<_, StatusCode>(request.external_customer_id(user).allow_discount_codes(false))
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn prepare<F, Fut, E>(mut self, prepare: F) -> Self
    where
        F: Fn(CheckoutCreate, Parts) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<CheckoutCreate, E>> + Send + 'static,
        E: IntoResponse,
    {
        self.settings().prepare = Some(Arc::new(move |request, head| {
            let prepared = prepare(request, head);
            Box::pin(async move { prepared.await.map_err(IntoResponse::into_response) })
        }));
        self
    }

    fn settings(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.0)
    }
}

impl Settings {
    async fn respond(&self, head: Parts) -> Result<Response, Response> {
        if let Some(response) = refuse_head(&head.method) {
            return Ok(response);
        }
        let query = CheckoutQuery::parse(head.uri.query().unwrap_or_default());
        let request = query.and_then(|query| self.request(query));
        let mut request = request.map_err(|message| text(StatusCode::BAD_REQUEST, message))?;
        if let Some(prepare) = &self.prepare {
            request = prepare(request, head).await?;
        }
        let checkout = self.client.checkouts().create(request).await;
        let checkout = checkout.map_err(|error| failure(&error))?;
        Ok(redirect(&self.themed(checkout.url)))
    }

    /// Returns the request, or the message for the visitor.
    fn request(&self, query: CheckoutQuery) -> Result<CheckoutCreate, String> {
        if !self.accepts_customer_ids && query.has_customer_id() {
            return Err("customerId and customerExternalId are not accepted here".to_owned());
        }
        let success_url = self.url(
            "successUrl",
            query.success_url.as_deref(),
            self.success_url.as_ref(),
        )?;
        let return_url = self.url(
            "returnUrl",
            query.return_url.as_deref(),
            self.return_url.as_ref(),
        )?;
        let mut request = query.into_request();
        request.success_url = success_url;
        request.return_url = return_url;
        Ok(request)
    }

    fn url(
        &self,
        name: &str,
        requested: Option<&str>,
        default: Option<&String>,
    ) -> Result<Option<String>, String> {
        match requested {
            None => Ok(default.cloned()),
            Some(url) if self.origins.iter().any(|origin| origin.contains(url)) => {
                Ok(Some(url.to_owned()))
            }
            Some(_) => Err(format!("{name} is not a URL of this site")),
        }
    }

    fn themed(&self, url: Secret) -> Secret {
        let theme = match self.theme {
            None => return url,
            Some(Theme::Light) => "light",
            Some(Theme::Dark) => "dark",
        };
        let url = url.expose();
        let separator = if url.contains('?') { '&' } else { '?' };
        Secret::from(format!("{url}{separator}theme={theme}"))
    }
}

impl<S: Send + Sync + 'static> Handler<(), S> for Checkout {
    type Future = BoxFuture<Response>;

    fn call(self, request: Request, _: S) -> Self::Future {
        let (head, _) = request.into_parts();
        Box::pin(async move {
            self.0
                .respond(head)
                .await
                .unwrap_or_else(|response| response)
        })
    }
}

impl fmt::Debug for Checkout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkout")
            .field("success_url", &self.0.success_url)
            .field("return_url", &self.0.return_url)
            .field("origins", &self.0.origins)
            .field("accepts_customer_ids", &self.0.accepts_customer_ids)
            .field("theme", &self.0.theme)
            .finish_non_exhaustive()
    }
}
