use std::{ffi::OsString, time::Duration};

use clap::Args;
use polar_webhooks::{Verifier, types::WebhookSecret};

use crate::error::CliError;

/// The secrets and the tolerance to verify webhooks with.
#[derive(Args)]
pub(super) struct VerifierArgs {
    #[command(flatten)]
    secrets: SecretArgs,

    /// Maximum age of a webhook, and maximum time in the future [default: 300]
    #[arg(long, value_name = "SECS", value_parser = seconds, allow_negative_numbers = true)]
    tolerance: Option<Duration>,
}

/// One or more secrets.
#[derive(Args)]
#[group(id = "secrets", required = true, multiple = true)]
struct SecretArgs {
    /// Environment variable with the secret (repeatable)
    #[arg(long, value_name = "NAME")]
    secret_env: Vec<String>,

    /// Secret, visible to all users of this machine; for tests
    #[arg(long, value_name = "SECRET", allow_hyphen_values = true)]
    secret: Vec<String>,
}

impl VerifierArgs {
    /// Creates the verifier.
    pub(super) fn verifier(
        &self,
        env: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Verifier, CliError> {
        let SecretArgs { secret_env, secret } = &self.secrets;
        let named = secret_env.iter().map(|name| from_env(name, env));
        let given = secret.iter().map(|text| checked("--secret", text));
        let secrets: Vec<_> = named.chain(given).collect::<Result<_, _>>()?;
        let (first, others) = secrets
            .split_first()
            .ok_or_else(|| CliError::invalid("--secret-env is required"))?;
        let verifier = others.iter().fold(Verifier::new(first), Verifier::also);
        Ok(match self.tolerance {
            Some(tolerance) => verifier.tolerance(tolerance),
            None => verifier,
        })
    }
}

fn from_env(name: &str, env: &dyn Fn(&str) -> Option<OsString>) -> Result<WebhookSecret, CliError> {
    let place = place(name);
    let value = env(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        CliError::invalid(format!("{place} is not set"))
            .with_hint("Set it to the endpoint's secret (whsec_…).")
    })?;
    // Every text is a valid secret, so invalid UTF-8 must not become replacement characters.
    match value.into_string() {
        Ok(text) => checked(&place, &text),
        Err(_) => Err(CliError::invalid(format!("{place} is not UTF-8"))
            .with_hint("Copy the whole secret again.")),
    }
}

fn checked(place: &str, text: &str) -> Result<WebhookSecret, CliError> {
    WebhookSecret::new(text).map_err(|error| CliError::invalid(format!("{place}: {error}")))
}

/// Returns the name of the variable, unless it may be the secret itself.
fn place(name: &str) -> String {
    let is_name_char = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if name.len() < SHORTEST_SECRET && name.chars().all(is_name_char) {
        name.to_owned()
    } else {
        "the variable in --secret-env".to_owned()
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse()
        .map(Duration::from_secs)
        .map_err(|_| "expected whole seconds, such as 300")
}

/// In characters; Polar accepts no shorter secret.
const SHORTEST_SECRET: usize = 32;

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct TestArgs {
        #[command(flatten)]
        verifier: VerifierArgs,
    }

    fn verifier(line: &str) -> Result<String, String> {
        let env = |name: &str| match name {
            "OLD" | "NEW" => Some(OsString::from(format!("whsec_canary{name}"))),
            "EMPTY" => Some(OsString::new()),
            "PREFIX" => Some("whsec_".into()),
            _ => None,
        };
        let line = TestArgs::try_parse_from(format!("x {line}").split_whitespace())
            .map_err(|error| error.to_string())?;
        match line.verifier.verifier(&env) {
            Ok(verifier) => Ok(format!("{verifier:?}")),
            Err(error) => Err(error.invalid_message()),
        }
    }

    #[test]
    fn secrets_from_options_and_environment_are_combined() {
        for (line, secrets, tolerance) in [
            ("--secret-env NEW", 1, "300s"),
            ("--secret -x --tolerance 0", 1, "0ns"),
            ("--secret-env NEW --secret-env OLD --secret x", 3, "300s"),
        ] {
            let expected = format!("Verifier {{ secrets: {secrets}, tolerance: {tolerance}, .. }}");
            assert_eq!(verifier(line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn secret_error_does_not_contain_the_secret() {
        for (line, word) in [
            ("", "--secret-env"),
            ("--tolerance 5", "--secret-env"),
            ("--secret-env GONE", "GONE is not set"),
            ("--secret-env EMPTY", "EMPTY is not set"),
            (
                "--secret-env PREFIX",
                "PREFIX: the webhook secret is only a prefix",
            ),
            (
                "--secret-env whsec_canary",
                "the variable in --secret-env is not set",
            ),
            (
                "--secret whsec_",
                "--secret: the webhook secret is only a prefix",
            ),
            ("--secret x --tolerance -1", "whole seconds"),
            ("--secret x --tolerance 1.5", "whole seconds"),
        ] {
            let message = verifier(line).unwrap_err();
            assert!(message.contains(word), "{line}: {message}");
            assert!(!message.contains("canary"), "{line}: {message}");
        }
    }
}
