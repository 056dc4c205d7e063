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

/// Tell whether a request is a webhook of Polar's, and print its event
#[derive(Args)]
#[command(after_help = "\
The body must be the bytes that arrived: JSON that was parsed and serialized again has another \
signature. The exit code is 3, with the reason, when the request is not Polar's.

The example runs as it is, with a secret that was made up for it. Elsewhere, name the variable \
that has the secret: --secret-env POLAR_WEBHOOK_SECRET.

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

    /// A header of the request, as often as there are headers; others than the three of webhooks do
    /// no harm
    #[arg(long = "header", value_name = "NAME: VALUE", required = true, value_parser = header)]
    headers: Vec<Header>,

    /// The file with the body; `-`, which is the default, reads standard input
    #[arg(long, value_name = "FILE", conflicts_with = "stdin")]
    body_file: Option<PathBuf>,

    /// Read the body from standard input
    #[arg(value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    stdin: Option<String>,

    /// The time to verify at, in seconds since 1970, instead of now
    #[arg(long, value_name = "UNIX", value_parser = moment, allow_negative_numbers = true)]
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

/// A header as it is written in a request.
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
            CliError::invalid(format!("--body-file: {file}: it cannot be read: {error}"))
        }),
        _ => {
            let mut body = Vec::new();
            stdin.read_to_end(&mut body).map_err(|error| {
                CliError::invalid(format!(
                    "the body could not be read from standard input: {error}"
                ))
            })?;
            Ok(body)
        }
    }
}

fn header(text: &str) -> Result<Header, &'static str> {
    text.split_once(':')
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .ok_or("give a header as it is in the request, such as 'webhook-timestamp: 1795411307'")
}

fn moment(text: &str) -> Result<SystemTime, &'static str> {
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
        .ok_or("give whole seconds since 1970, such as 1795411307")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(header("webhook-id: a"), pair("webhook-id", "a"));
        assert_eq!(header("Host:localhost:80"), pair("Host", "localhost:80"));
        assert_eq!(header("x:"), pair("x", ""));
        for wrong in ["", ":", " : a", "webhook-id"] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_moment_may_be_before_1970_and_anywhere_that_the_clock_can_be() {
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(moment("0"), Ok(epoch));
        assert_eq!(moment("-1"), Ok(epoch - Duration::from_secs(1)));
        assert_eq!(
            moment("1795411307"),
            Ok(epoch + Duration::from_secs(1_795_411_307))
        );
        for wrong in ["", "now", "1.5", "9223372036854775808"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_line_break_is_taken_off() {
        assert_eq!(without_line_break(b"{}\n"), Some(&b"{}"[..]));
        assert_eq!(without_line_break(b"{}\r\n"), Some(&b"{}"[..]));
        assert_eq!(without_line_break(b"{}"), None);
    }
}
