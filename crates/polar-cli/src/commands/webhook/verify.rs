use std::{
    fs,
    io::Read,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use clap::Args;
use polar_webhooks::{Verifier, VerifyError};

use super::verifier::VerifierArgs;
use crate::{
    context::Context,
    error::{CliError, Effect, InvalidWebhook},
    report::{file_name, json_line},
};

/// Verify a webhook and print its event
#[derive(Args)]
#[command(after_help = "\
The body must contain exactly the bytes of the request. If the JSON was parsed and serialized \
again, the signature does not match. If the webhook is invalid, the exit code is 3.

The example works as shown, with a secret that exists only for it. For your own secret, use \
--secret-env POLAR_WEBHOOK_SECRET.

Example:
  ID=732ed57f-6553-47f7-a46e-01d6bcf11d90 TIME=1795411307
  SIGNATURE=v1,nHxLXPAwIkCPxnqTFPk64ogJxQ8LMcNPdLHDw7d+9TU=
  printf %s '{\"type\":\"customer_seat.claimed\",' \\
    '\"timestamp\":\"2026-11-23T05:21:47Z\",' \\
    '\"data\":{\"id\":\"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2\",' \\
    '\"status\":\"claimed\"}}' |
  polar-seats webhook verify - --now \"$TIME\" \\
    --secret polar_whs_made_up_for_this_example_only \\
    --header \"webhook-id: $ID\" \\
    --header \"webhook-timestamp: $TIME\" \\
    --header \"webhook-signature: $SIGNATURE\"")]
pub(crate) struct Verify {
    #[command(flatten)]
    verifier: VerifierArgs,

    /// Request header (repeatable); unrelated headers are ignored
    #[arg(long = "header", value_name = "NAME: VALUE", required = true, value_parser = header)]
    headers: Vec<Header>,

    /// File with the request body [default: standard input]
    #[arg(long, value_name = "FILE", conflicts_with = "stdin")]
    body_file: Option<PathBuf>,

    /// Read the request body from standard input
    #[arg(value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    stdin: Option<String>,

    /// Time of verification, in seconds since 1970 [default: now]
    #[arg(long, value_name = "UNIX", value_parser = timestamp, allow_negative_numbers = true)]
    now: Option<SystemTime>,
}

impl Verify {
    pub(crate) fn run(self, context: &mut Context<'_>) -> Result<(), CliError> {
        let verifier = self.verifier.verifier(context.system.env)?;
        let body = body(self.body_file, context.system.stdin)?;
        let now = self.now.unwrap_or_else(SystemTime::now);
        check(&verifier, &self.headers, &body, now).map_err(CliError::InvalidWebhook)?;
        context.print(&json_line(&String::from_utf8_lossy(&body)), Effect::Local)
    }
}

/// The name and value of a header.
type Header = (String, String);

fn check(
    verifier: &Verifier,
    headers: &[Header],
    body: &[u8],
    now: SystemTime,
) -> Result<(), InvalidWebhook> {
    let verify = |body| verifier.verify(headers.iter().map(as_refs), body, now);
    let is_signed = |body| !matches!(verify(body), Err(VerifyError::NoMatch));
    match verify(body) {
        Ok(_) => Ok(()),
        Err(VerifyError::NoMatch) if without_line_break(body).is_some_and(is_signed) => {
            Err(InvalidWebhook::LineBreak)
        }
        Err(error) => Err(InvalidWebhook::Unverified(error)),
    }
}

fn as_refs((name, value): &Header) -> (&str, &str) {
    (name, value)
}

fn without_line_break(body: &[u8]) -> Option<&[u8]> {
    let rest = body.strip_suffix(b"\n")?;
    Some(rest.strip_suffix(b"\r").unwrap_or(rest))
}

fn body(file: Option<PathBuf>, stdin: &mut dyn Read) -> Result<Vec<u8>, CliError> {
    match file {
        Some(file) if file.as_os_str() != "-" => fs::read(&file).map_err(|error| {
            let file = file_name(&file);
            CliError::invalid(format!("--body-file: cannot read {file}: {error}"))
        }),
        _ => {
            let mut body = Vec::new();
            stdin.read_to_end(&mut body).map_err(|error| {
                CliError::invalid(format!("cannot read the body from standard input: {error}"))
            })?;
            Ok(body)
        }
    }
}

fn header(text: &str) -> Result<Header, &'static str> {
    text.split_once(':')
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .ok_or("expected a name and a value, such as 'webhook-timestamp: 1795411307'")
}

fn timestamp(text: &str) -> Result<SystemTime, &'static str> {
    let seconds: Option<i64> = text.parse().ok();
    seconds
        .and_then(|seconds| {
            let distance = Duration::from_secs(seconds.unsigned_abs());
            if seconds < 0 {
                SystemTime::UNIX_EPOCH.checked_sub(distance)
            } else {
                SystemTime::UNIX_EPOCH.checked_add(distance)
            }
        })
        .ok_or("expected whole seconds since 1970, such as 1795411307")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_has_name_and_value() {
        let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(header("webhook-id: a"), pair("webhook-id", "a"));
        assert_eq!(header("Host:localhost:80"), pair("Host", "localhost:80"));
        assert_eq!(header("x:"), pair("x", ""));
        for wrong in ["", ":", " : a", "webhook-id"] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn timestamp_may_be_before_1970() {
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(timestamp("0"), Ok(epoch));
        assert_eq!(timestamp("-1"), Ok(epoch - Duration::from_secs(1)));
        assert_eq!(
            timestamp("1795411307"),
            Ok(epoch + Duration::from_secs(1_795_411_307))
        );
        for wrong in ["", "now", "1.5", "9223372036854775808"] {
            assert!(timestamp(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_line_break_is_removed() {
        assert_eq!(without_line_break(b"{}\n"), Some(&b"{}"[..]));
        assert_eq!(without_line_break(b"{}\r\n"), Some(&b"{}"[..]));
        assert_eq!(without_line_break(b"{}"), None);
    }
}
