//! The token, and what it may do.

use polar_core::{
    Error, Remedy,
    types::{AccessToken, Container},
};

use super::{Finding, probe::Proof};
use crate::error::CliError;

/// There is no token, or one that cannot be used.
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

/// The kind of the token, and whether Polar accepts it.
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
            "Use an organization's access token (polar_oat_…).",
        ),
        Proof::NoToken => Finding::bad(
            TOKEN,
            format!("{what}, and Polar does not accept it"),
            "It has expired, was revoked, or belongs to the other environment: the sandbox has \
             tokens of its own.",
        ),
        Proof::Granted | Proof::NoScope => Finding::good(TOKEN, what),
        Proof::Nothing(error) => not_checked(TOKEN, error),
    }
}

/// Whether the token has a scope. Nothing, when the token itself is refused.
pub(super) fn scope(scope: &'static str, what: &str, probe: Option<&Error>) -> Option<Finding> {
    match Proof::of(probe) {
        Proof::Granted => Some(Finding::good(scope, "granted")),
        Proof::NoToken => None,
        Proof::NoScope => Some(Finding::bad(
            scope,
            format!("missing: {what} will be refused"),
            "Create a token that has it; scopes do not include each other.",
        )),
        Proof::Nothing(error) => Some(not_checked(scope, error)),
    }
}

/// Whether seats are enabled.
pub(super) fn feature(container: Option<Container>, read: Option<&Error>) -> Finding {
    let Some(container) = container else {
        return Finding::note(
            SEATS,
            "not checked",
            "Name a subscription or an order with seats: --subscription ID or --order ID.",
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

/// A check whose probe failed for a reason that is not what it checks.
fn not_checked(about: &'static str, error: &Error) -> Finding {
    let advice = error
        .next_step()
        .unwrap_or_else(|| "Try again later.".to_owned());
    Finding::unknown(about, format!("not checked: {error}"), advice)
}

const TOKEN: &str = "token";
const SEATS: &str = "seats";

/// How tokens begin, what they are, and whether they are for this side of the API (observed).
const KINDS: [(&str, &str, bool); 6] = [
    ("polar_oat_", "an organization's access token", true),
    ("polar_pat_", "a personal access token", true),
    ("polar_at_u_", "a user's OAuth token", true),
    ("polar_at_o_", "an organization's OAuth token", true),
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
