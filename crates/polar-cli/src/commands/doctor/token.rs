//! The token, and what it may do.

use polar_core::{
    Error, Remedy,
    types::{AccessToken, Container},
};

use super::{Finding, probe::refusal};
use crate::failure::Failure;

/// There is none, or one that cannot be used.
pub(super) fn missing(failure: &Failure) -> Finding {
    let says = match failure {
        Failure::Invalid(message) => message.clone(),
        _ => "there is none".to_owned(),
    };
    Finding::bad(
        TOKEN,
        says,
        "Make one in Polar's settings, for the organisation, with the scopes \
        customer_seats:read and customer_seats:write.",
    )
}

/// What kind of token it is, and whether Polar knows it.
pub(super) fn kind(token: &AccessToken, read: Option<&Error>) -> Finding {
    let kinds = KINDS
        .iter()
        .find(|(prefix, ..)| token.expose().starts_with(prefix));
    let (what, fits) = kinds.map_or(("a token of an unknown kind", true), |(_, what, fits)| {
        (*what, *fits)
    });
    match refusal(read).map(polar_core::Refusal::remedy) {
        _ if !fits => Finding::bad(
            TOKEN,
            what,
            "Use an organisation's access token (polar_oat_…).",
        ),
        Some(Remedy::Credentials) => Finding::bad(
            TOKEN,
            format!("{what}, and Polar does not accept it"),
            "It is expired or revoked, or of the other environment: the sandbox has tokens of its own.",
        ),
        _ => Finding::good(TOKEN, what),
    }
}

/// Whether the token has a scope. Nothing, when the token itself is refused.
pub(super) fn scope(scope: &'static str, what: &str, probe: Option<&Error>) -> Option<Finding> {
    match (refusal(probe).map(polar_core::Refusal::remedy), probe) {
        (Some(Remedy::Credentials), _) => None,
        (Some(Remedy::Scope(_)), _) => Some(Finding::bad(
            scope,
            format!("missing: {what} will be refused"),
            "Make a token that has it; scopes do not include each other.",
        )),
        (Some(Remedy::Feature) | None, None) | (Some(Remedy::Feature), _) => {
            Some(Finding::good(scope, "granted"))
        }
        (None, Some(error)) if error.refusal().is_some() => Some(Finding::good(scope, "granted")),
        (_, Some(error)) => Some(Finding::note(
            scope,
            format!("not found out: {error}"),
            "Try again in a minute.",
        )),
        (Some(_), None) => None,
    }
}

/// Whether seats are enabled.
pub(super) fn feature(container: Option<Container>, read: Option<&Error>) -> Finding {
    let Some(container) = container else {
        return Finding::note(
            SEATS,
            "not found out",
            "Name a subscription or an order that seats are sold on, with --subscription or --order.",
        );
    };
    match read.map(|error| (error, error.remedy())) {
        None => Finding::good(SEATS, format!("enabled; {container} is there")),
        Some((_, Some(Remedy::Feature))) => Finding::bad(
            SEATS,
            "not enabled for this organisation",
            "Enable seat-based pricing in the organisation's settings.",
        ),
        Some((_, Some(Remedy::Id))) => Finding::bad(
            SEATS,
            format!("the token's organisation has no {container}"),
            "Check the id, and that the token belongs to the organisation that sold it.",
        ),
        Some((error, _)) => Finding::note(
            SEATS,
            format!("not found out: {error}"),
            "Mend the token first.",
        ),
    }
}

const TOKEN: &str = "token";
const SEATS: &str = "seats";

/// How tokens begin, what they are, and whether they are for this side of the API (observed).
const KINDS: [(&str, &str, bool); 6] = [
    ("polar_oat_", "an organisation's access token", true),
    ("polar_pat_", "a personal access token", true),
    ("polar_at_u_", "a user's OAuth token", true),
    ("polar_at_o_", "an organisation's OAuth token", true),
    (
        "polar_cst_",
        "a customer's session, which is for the portal",
        false,
    ),
    (
        "polar_mst_",
        "a member's session, which is for the portal",
        false,
    ),
];
