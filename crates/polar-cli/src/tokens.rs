//! Tokens of the environment. They come from nowhere else, for an argument is seen by everybody on
//! the machine.

use std::ffi::OsString;

use polar_core::types::{AccessToken, CustomerSessionToken, InvalidSecret};

use crate::error::CliError;

/// The organisation's token.
pub(crate) fn access_token(
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<AccessToken, CliError> {
    read(
        env,
        ACCESS_TOKEN,
        AccessToken::new,
        "the organisation's access token (polar_oat_…)",
    )
}

/// The session of somebody who uses the customer portal.
pub(crate) fn session_token(
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<CustomerSessionToken, CliError> {
    let what = "the session token that a claim gave (polar_mst_… or polar_cst_…)";
    read(env, SESSION_TOKEN, CustomerSessionToken::new, what)
}

fn read<T>(
    env: &dyn Fn(&str) -> Option<OsString>,
    name: &str,
    make: impl Fn(String) -> Result<T, InvalidSecret>,
    what: &str,
) -> Result<T, CliError> {
    let value = env(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        CliError::invalid(format!(
            "{name} is not set: put {what} into the environment"
        ))
    })?;
    // What is not UTF-8 becomes characters that no token has, and is refused for them.
    make(value.to_string_lossy().into_owned())
        .map_err(|error| CliError::invalid(format!("{name}: {error}")))
}

pub(crate) const ACCESS_TOKEN: &str = "POLAR_ACCESS_TOKEN";
pub(crate) const SESSION_TOKEN: &str = "POLAR_CUSTOMER_SESSION_TOKEN";

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(value: Option<&str>) -> String {
        let env = |name: &str| value.filter(|_| name == ACCESS_TOKEN).map(OsString::from);
        match access_token(&env) {
            Err(CliError::InvalidInput(message)) => message,
            _ => panic!("accepted {value:?}"),
        }
    }

    #[test]
    fn a_missing_token_is_named_with_what_belongs_there() {
        for value in [None, Some("")] {
            assert!(complaint(value).starts_with("POLAR_ACCESS_TOKEN is not set: put the"));
        }
    }

    #[test]
    fn an_unfit_token_is_refused_and_not_repeated() {
        for value in ["canary\n", "canary canary", "canary\u{fffd}"] {
            let message = complaint(Some(value));
            assert!(message.starts_with("POLAR_ACCESS_TOKEN: "), "{message}");
            assert!(!message.contains("canary"), "{message}");
        }
    }
}
