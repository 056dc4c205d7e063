use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

/// What can be said to many commands, before or after their names.
#[derive(Args)]
#[command(next_help_heading = "Common options")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Options {
    /// Base URL of Polar's API, instead of production's
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// Use Polar's sandbox, with its own accounts and tokens
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,

    /// HTTP client to use
    #[arg(long, global = true, value_name = "NAME", default_value = "ureq")]
    pub(crate) transport: TransportName,

    /// Time limit of a call, over all attempts [default: 30]
    #[arg(long, global = true, value_name = "SECS", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) timeout: Option<Duration>,

    /// Maximum retries; a write of unknown outcome is never retried [default: 2]
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    pub(crate) max_retries: Option<u32>,

    /// Print results and errors as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print results and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Log every request attempt (no personal data)
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    #[arg(long, global = true, value_name = "FILE", help = CA_FILE)]
    pub(crate) ca_file: Option<PathBuf>,

    #[arg(long, global = true, help = NO_PROXY)]
    pub(crate) no_proxy: bool,

    /// Allow http:// to other machines, which sends tokens unencrypted
    #[arg(long, global = true)]
    pub(crate) allow_http: bool,
}

/// The two transports: hyper is asynchronous, inside a runtime; ureq is blocking.
///
/// ureq is the default: it needs no runtime, and a program that makes one call gains nothing from
/// an asynchronous one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TransportName {
    // Without documentation of their own, for it would spread every help over two pages.
    Hyper,
    Ureq,
}

impl Options {
    /// How often to try again what did not come about.
    pub(crate) fn patience(&self) -> u32 {
        self.max_retries
            .unwrap_or_else(|| polar_core::RetryPolicy::default().max_retries)
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|time| !time.is_zero() && *time <= LONGEST)
        .ok_or("give seconds, more than 0 and at most 86400, such as 30 or 2.5")
}

const CA_FILE: &str = "PEM file of more certificates to trust, as with SSL_CERT_FILE";
const NO_PROXY: &str = "Do not use the proxies in HTTPS_PROXY and HTTP_PROXY";
/// A day.
const LONGEST: Duration = Duration::from_secs(86_400);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_within_a_day() {
        assert_eq!(seconds("30"), Ok(Duration::from_secs(30)));
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        assert_eq!(seconds("86400"), Ok(LONGEST));
        for wrong in [
            "", "0", "-1", "NaN", "inf", "1e300", "86401", "30s", "1e-12",
        ] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
