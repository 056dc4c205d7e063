use std::{fmt, time::Duration};

use polar_types::{ClaimInfo, InvitationToken, Seat};

use super::{
    ClaimOutcome, Contact, InvitationError, PortalSession,
    pages::{content, layout},
    settings::Settings,
    visits::RandomKey,
};

/// A page of a [`ClaimFlow`](super::ClaimFlow), with what it shows.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ClaimPage<'a> {
    /// A form for the link of an invitation: the field `invitation`, sent to `/by-hand`.
    Start,
    /// An invitation, with the form that claims its seat: the field `invitation_token`, sent to `/`.
    #[non_exhaustive]
    Invitation {
        /// The product, the organization and the invited person.
        info: &'a ClaimInfo,
        /// The token, only for the hidden field of the form.
        token: &'a InvitationToken,
    },
    /// The claimed seat, with a link to `/portal`.
    #[non_exhaustive]
    Claimed {
        /// The seat.
        seat: &'a Seat,
        /// What the invitation showed, if it was opened in this browser.
        info: Option<&'a ClaimInfo>,
        /// The session to which `/portal` leads.
        session: &'a PortalSession,
    },
    /// The page of the seat, when none was claimed in this browser.
    NothingClaimed,
    /// The outcome of a claim whose response was lost, with a link to `/outcome`.
    #[non_exhaustive]
    Outcome {
        /// The outcome.
        outcome: &'a ClaimOutcome,
        /// The token, only for the form that claims the seat if it is still open.
        token: &'a InvitationToken,
    },
    /// An invitation that cannot be shown or claimed.
    #[non_exhaustive]
    Unusable {
        /// The reason.
        reason: InvitationError,
        /// The token, only for a form to try again: the field `invitation`, sent to `/by-hand`.
        retry: Option<&'a InvitationToken>,
    },
    /// A form that cannot be read.
    InvalidForm,
    /// A form without the token of the visit, usually because the page was open too long.
    StaleForm,
}

impl ClaimPage<'_> {
    /// Returns the title, which is also the heading. It is not escaped.
    #[must_use]
    pub fn title(&self) -> String {
        content::title(self)
    }

    /// Returns the HTML of the main part.
    #[must_use]
    pub fn content(&self, context: &PageContext<'_>) -> String {
        content::content(self, context).into_string()
    }

    /// Returns the complete HTML of the page, with a plain layout.
    #[must_use]
    pub fn html(&self, context: &PageContext<'_>) -> String {
        layout(&self.title(), &content::content(self, context), context).into_string()
    }
}

/// What every page needs: its links, and the hidden field of its forms.
#[derive(Clone, Copy)]
pub struct PageContext<'a> {
    base: &'a str,
    form_token: &'a RandomKey,
    settings: &'a Settings,
}

impl<'a> PageContext<'a> {
    pub(super) const fn new(
        base: &'a str,
        form_token: &'a RandomKey,
        settings: &'a Settings,
    ) -> Self {
        Self {
            base,
            form_token,
            settings,
        }
    }

    /// Returns the path of a route of the flow, such as `/join/seat` for `/seat`.
    #[must_use]
    pub fn path(&self, route: &str) -> String {
        path(self.base, route)
    }

    /// Returns the value of the hidden field `form_token`, which every form needs.
    #[must_use]
    pub fn form_token(&self) -> &'a str {
        self.form_token.expose()
    }

    /// Returns the contact for problems with an invitation.
    #[must_use]
    pub fn contact(&self) -> &'a Contact {
        &self.settings.contact
    }

    /// Returns how long a claim may be in progress.
    #[must_use]
    pub const fn claim_timeout(&self) -> Duration {
        self.settings.claim_timeout
    }
}

impl fmt::Debug for PageContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageContext")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// Returns the path of a route below the path at which the flow is nested.
pub(super) fn path(base: &str, route: &str) -> String {
    match (base, route) {
        ("", route) => route.to_owned(),
        (base, "/") => base.to_owned(),
        (base, route) => format!("{base}{route}"),
    }
}
