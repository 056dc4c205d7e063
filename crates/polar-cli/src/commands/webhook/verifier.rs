use std::{ffi::OsString, time::Duration};

use clap::Args;
use polar_webhooks::{Verifier, types::WebhookSecret};

use crate::error::CliError;

/// The secrets to verify with, and how old a webhook may be.
#[derive(Args)]
pub(super) struct VerifierArgs {
    #[command(flatten)]
    secrets: SecretArgs,

    /// How far the time of sending may be from now, on both sides [default: 300]
    #[arg(long, value_name = "SECS", value_parser = seconds, allow_negative_numbers = true)]
    tolerance: Option<Duration>,
}

/// At least one secret.
#[derive(Args)]
#[group(id = "secrets", required = true, multiple = true)]
struct SecretArgs {
    /// The variable that holds the endpoint's secret, whole as Polar displays it; more than one
    /// while a secret is replaced
    #[arg(long, value_name = "NAME")]
    secret_env: Vec<String>,

    /// The secret itself: everybody on this machine sees it, so only for one made up in a test
    #[arg(long, value_name = "S", allow_hyphen_values = true)]
    secret: Vec<String>,
}

impl VerifierArgs {
    /// The verifier that was asked for.
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
            .ok_or_else(|| CliError::invalid("give --secret-env NAME"))?;
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
        CliError::invalid(format!(
            "{place} is not set: put the endpoint's secret (whsec_…) into the environment"
        ))
    })?;
    // Any text may be a secret, so that a replacement character would be taken for one.
    match value.into_string() {
        Ok(text) => checked(&place, &text),
        Err(_) => Err(CliError::invalid(format!(
            "{place} is not UTF-8: copy the secret again, whole"
        ))),
    }
}

fn checked(place: &str, text: &str) -> Result<WebhookSecret, CliError> {
    WebhookSecret::new(text).map_err(|error| CliError::invalid(format!("{place}: {error}")))
}

/// What to call the variable. A secret in the place of its name is not repeated.
fn place(name: &str) -> String {
    let is_name_char = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if name.len() < SHORTEST_SECRET && name.chars().all(is_name_char) {
        name.to_owned()
    } else {
        "the variable that --secret-env names".to_owned()
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse()
        .map(Duration::from_secs)
        .map_err(|_| "give whole seconds, such as 300")
}

/// Polar takes none with fewer characters.
const SHORTEST_SECRET: usize = 32;

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
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
        let line = Line::try_parse_from(format!("x {line}").split_whitespace())
            .map_err(|error| error.to_string())?;
        match line.verifier.verifier(&env) {
            Ok(verifier) => Ok(format!("{verifier:?}")),
            Err(error) => Err(error.invalid_message()),
        }
    }

    #[test]
    fn all_secrets_count_wherever_they_come_from() {
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
    fn what_is_wrong_with_a_secret_is_said_without_it() {
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
                "the variable that --secret-env names is not set",
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
