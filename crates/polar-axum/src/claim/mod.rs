//! Claiming a seat in a browser, from the link in the email to the customer portal.

mod error;
mod open;
mod page;
mod pages;
mod seat;
mod settings;
mod submit;
mod visits;

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use polar_core::Client;
use polar_types::Container;

pub use self::{
    error::InvitationError,
    page::{ClaimPage, PageContext},
    seat::PortalSession,
    settings::{Clock, Contact},
    submit::ClaimOutcome,
};
use self::{
    settings::Settings,
    visits::{Visitor, Visits},
};

/// Routes in which a person claims a seat: they open the link of an invitation, confirm, and continue
/// to the customer portal.
///
/// ```
/// use axum::Router;
/// use polar_axum::{ClaimFlow, Client, Contact};
///
/// fn routes(polar: Client) -> Router {
///     let contact = Contact::new("Kim Lee", "kim@acme.com");
///     let claim = ClaimFlow::new(polar, "https://polar.sh/acme/portal", contact);
///     Router::new().nest("/join", claim.routes())
/// }
/// ```
///
/// | route | |
/// |---|---|
/// | `GET /join?invitation_token=…` | shows the invitation, and claims nothing, because email scanners follow links |
/// | `GET /join` | a form in which people paste their link |
/// | `POST /join`, `POST /join/by-hand` | the forms of these pages |
/// | `GET /join/outcome` | the outcome of a claim whose response was lost |
/// | `GET /join/seat` | the claimed seat |
/// | `GET /join/portal` | redirects to the customer portal, signed in if possible |
/// | `GET /join/style.css` | the style of the pages |
///
/// Merge the routes instead of nesting them to have them at `/`. The path may not have parameters.
///
/// # What it guarantees
///
/// - A claim completes if the person closes the page, is sent once for two clicks, and is not repeated
///   while its outcome is unknown.
/// - An invitation token is in no log, no `Referer` and no cache, and in no URL except the link itself.
///   A session token is on no page; `/portal` redirects with it to the portal, whose URL only you set.
/// - A form is accepted only with the token of its visit. The cookie of the visit is `HttpOnly` and
///   `SameSite=Lax`, and with https no sibling host can set it (`__Host-`).
///
/// The visits are in memory, at most 10,000, and end after an hour without a request. If you run several
/// instances, send each visitor to the same one.
///
/// A request log in front of these routes must not record the query of a URL, which `tower_http`'s
/// `TraceLayer` does by default.
#[derive(Clone)]
pub struct ClaimFlow {
    settings: Arc<Settings>,
    visits: Arc<Visits>,
}

impl ClaimFlow {
    /// Creates the routes, with the URL of your organization's customer portal, such as
    /// `https://polar.sh/acme/portal`, and a contact for problems with an invitation.
    ///
    /// Claiming needs no access token. See [`team`](Self::team).
    #[must_use]
    pub fn new(client: Client, portal_url: impl Into<String>, contact: Contact) -> Self {
        Self {
            settings: Arc::new(Settings::new(client, portal_url.into(), contact)),
            visits: Arc::default(),
        }
    }

    /// Sets the subscription or order whose seats are claimed, if there is only one.
    ///
    /// Polar returns the same error for every invitation that cannot be used. With the list of the seats,
    /// a person who saw the invitation learns the reason, and the outcome after a lost response is
    /// certain. The access token of the client needs the scope `customer_seats:read` for that.
    #[must_use]
    pub fn team(mut self, team: impl Into<Container>) -> Self {
        self.settings_mut().team = Some(team.into());
        self
    }

    /// Sets whether people use https, which is the default. Without it, the cookie of the visit is sent
    /// over plain HTTP: only for a loopback address.
    #[must_use]
    pub fn https(mut self, https: bool) -> Self {
        self.settings_mut().https = https;
        self
    }

    /// Sets how long a claim may be in progress after it was sent. The default is 30 seconds, the default
    /// timeout of a call.
    #[must_use]
    pub fn claim_timeout(mut self, timeout: Duration) -> Self {
        self.settings_mut().claim_timeout = timeout;
        self
    }

    /// Sets the clock, which is the system's by default. For tests.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.settings_mut().clock = clock;
        self
    }

    /// Sets the function that returns the HTML of each page, in place of [`ClaimPage::html`].
    ///
    /// To replace the layout only, use the title and the content of the page:
    ///
    /// ```
    /// use polar_axum::ClaimFlow;
    /// # fn escape(text: &str) -> &str { text }
    ///
    /// fn with_layout(claim: ClaimFlow) -> ClaimFlow {
    ///     claim.pages(|page, context| {
    ///         let (title, content) = (page.title(), page.content(context));
    ///         format!("<!doctype html><title>{0}</title><h1>{0}</h1>{content}", escape(&title))
    ///     })
    /// }
    /// ```
    ///
    /// To replace single pages, match their variants and call [`html`](ClaimPage::html) for the others.
    ///
    /// The pages have a `Content-Security-Policy` without scripts, and with styles of the same origin
    /// only. A layer around these routes can set another one.
    #[must_use]
    pub fn pages(
        mut self,
        render: impl Fn(&ClaimPage<'_>, &PageContext<'_>) -> String + Send + Sync + 'static,
    ) -> Self {
        self.settings_mut().render = Some(Arc::new(render));
        self
    }

    /// Returns the routes, for a router with any state.
    pub fn routes<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        Router::new()
            .route("/", get(open::open).post(submit::submit))
            .route("/by-hand", post(open::open_by_hand))
            .route("/outcome", get(submit::outcome))
            .route("/seat", get(seat::seat))
            .route("/portal", get(seat::portal))
            .route_layer(middleware::from_fn_with_state(self.clone(), visits::attach))
            .route("/style.css", get(style))
            .layer(DefaultBodyLimit::max(MAX_FORM_SIZE))
            .layer(middleware::map_response(protect))
            .with_state(self)
    }

    fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }

    /// Renders a page for a visitor.
    fn page(&self, visitor: &Visitor, page: &ClaimPage<'_>) -> Html<String> {
        let form_token = visitor.with(|visit| visit.form_token.clone());
        let context = PageContext::new(visitor.base(), &form_token, &self.settings);
        Html(match &self.settings.render {
            Some(render) => render(page, &context),
            None => page.html(&context),
        })
    }
}

impl fmt::Debug for ClaimFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("pages/style.css"))
}

/// Sets the security headers: no scripts, no frames, no referrer, no cache.
async fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // The URL of a page may contain an invitation token. With this policy a browser sends
        // `Origin: null` with forms, so forms cannot be checked by `Origin`.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// In bytes; the longest field is an email address or a link.
const MAX_FORM_SIZE: usize = 16 * 1024;
