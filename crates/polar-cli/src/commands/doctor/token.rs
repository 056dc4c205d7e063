//! Checks of the token and its scopes.

use polar_core::{
    Error, Remedy,
    types::{AccessToken, Container},
};

use super::{Finding, probe::Proof};
use crate::error::CliError;

/// Returns the finding for a missing or invalid token.
pub(super) fn missing(error: &CliError) -> Finding {
    let says = match error {
        CliError::InvalidInput { message, .. } => message.clone(),
        _ => "missing".to_owned(),
    };
    Finding::bad(
        TOKEN,
        says,
        "Create one in Polar's settings, for the organization, with the scopes \
        customer_seats:read and customer_seats:write.",
    )
}

/// Checks the kind of the token, and whether Polar accepts it.
pub(super) fn kind(token: &AccessToken, read: Option<&Error>) -> Finding {
    let kinds = KINDS
        .iter()
        .find(|(prefix, ..)| token.expose().starts_with(prefix));
    let (what, fits) = kinds.map_or(("a token of an unknown kind", true), |(_, what, fits)| {
        (*what, *fits)
    });
    match Proof::of(read) {
        _ if !fits => Finding::bad(
            TOKEN,
            what,
            "Use an organization access token (polar_oat_…).",
        ),
        Proof::NoToken => Finding::bad(
            TOKEN,
            format!("{what}, and Polar does not accept it"),
            "It has expired, was revoked, or belongs to the other environment. The sandbox has \
             separate tokens.",
        ),
        Proof::Granted | Proof::NoScope => Finding::good(TOKEN, what),
        Proof::Nothing(error) => not_checked(TOKEN, error),
    }
}

/// Checks whether the token has a scope. Returns nothing if Polar does not accept the token.
pub(super) fn scope(scope: &'static str, what: &str, probe: Option<&Error>) -> Option<Finding> {
    match Proof::of(probe) {
        Proof::Granted => Some(Finding::good(scope, "granted")),
        Proof::NoToken => None,
        Proof::NoScope => Some(Finding::bad(
            scope,
            format!("missing; required for {what}"),
            "Create a token with this scope. No scope includes another one.",
        )),
        Proof::Nothing(error) => Some(not_checked(scope, error)),
    }
}

/// Checks whether seats are enabled.
pub(super) fn feature(container: Option<Container>, read: Option<&Error>) -> Finding {
    let Some(container) = container else {
        return Finding::note(
            SEATS,
            "not checked",
            "Pass --subscription or --order with an id.",
        );
    };
    match read.map(|error| (error, error.remedy())) {
        None => Finding::good(SEATS, format!("enabled; the {container} exists")),
        Some((_, Some(Remedy::Feature))) => Finding::bad(
            SEATS,
            "not enabled for this organization",
            "Enable seat-based pricing in the organization's settings.",
        ),
        Some((_, Some(Remedy::Id))) => Finding::bad(
            SEATS,
            format!("the token's organization has no {container}"),
            "Check the id, and that the token belongs to the organization that sold it.",
        ),
        Some((error, Some(Remedy::Credentials | Remedy::Scope(_)))) => Finding::unknown(
            SEATS,
            format!("not checked: {error}"),
            "Fix the token first.",
        ),
        Some((error, _)) => not_checked(SEATS, error),
    }
}

/// Returns the finding for a check whose probe failed for an unrelated reason.
fn not_checked(about: &'static str, error: &Error) -> Finding {
    let advice = error
        .next_step()
        .unwrap_or_else(|| "Try again later.".to_owned());
    Finding::unknown(about, format!("not checked: {error}"), advice)
}

const TOKEN: &str = "token";
const SEATS: &str = "seats";

/// Prefixes of tokens, what they are, and whether this API accepts them (observed).
const KINDS: [(&str, &str, bool); 6] = [
    ("polar_oat_", "an organization access token", true),
    ("polar_pat_", "a personal access token", true),
    ("polar_at_u_", "a user OAuth token", true),
    ("polar_at_o_", "an organization OAuth token", true),
    (
        "polar_cst_",
        "a customer's context, which is for the portal",
        false,
    ),
    (
        "polar_mst_",
        "a member's context, which is for the portal",
        false,
    ),
];
