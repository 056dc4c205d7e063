use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use polar_core::RetryPolicy;

/// Options of commands that call Polar's API.
#[derive(Args)]
#[command(next_help_heading = "API options")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct ApiOptions {
    #[arg(long, global = true, value_name = "URL", help = BASE_URL)]
    pub(crate) base_url: Option<String>,

    /// Use Polar's sandbox, which has separate accounts and tokens
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,

    /// HTTP client to use
    #[arg(long, global = true, value_name = "NAME", default_value = "ureq")]
    pub(crate) transport: TransportName,

    /// Time limit for a call, including its retries
    #[arg(
        long,
        global = true,
        value_name = "SECS",
        default_value = "30",
        value_parser = seconds,
        allow_negative_numbers = true
    )]
    pub(crate) timeout: Duration,

    /// Maximum number of retries for a call
    #[arg(
        long,
        global = true,
        value_name = "N",
        default_value_t = RetryPolicy::default().max_retries,
        allow_negative_numbers = true
    )]
    pub(crate) max_retries: u32,

    /// PEM file with additional certificates to trust
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Ignore the proxy environment variables
    #[arg(long, global = true)]
    pub(crate) no_proxy: bool,

    /// Allow http:// to other machines, which sends tokens unencrypted
    #[arg(long, global = true)]
    pub(crate) allow_http: bool,

    /// Log every request attempt (no personal data)
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// Options of commands that report their progress.
#[derive(Args)]
pub(crate) struct ProgressOptions {
    /// Suppress progress output
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// The name of an HTTP client: asynchronous (hyper) or blocking (ureq).
///
/// ureq is the default because a program that makes one call at a time needs no async runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TransportName {
    // Documented variants would put each possible value on its own line in every help.
    Hyper,
    Ureq,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|time| !time.is_zero() && *time <= ONE_DAY)
        .ok_or("expected seconds, above 0 and at most 86400, such as 30 or 2.5")
}

const BASE_URL: &str = "Base URL of Polar's API [env: POLAR_BASE_URL]";
const ONE_DAY: Duration = Duration::from_secs(86_400);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeout_is_at_most_one_day() {
        assert_eq!(seconds("30"), Ok(Duration::from_secs(30)));
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        assert_eq!(seconds("86400"), Ok(ONE_DAY));
        for wrong in [
            "", "0", "-1", "NaN", "inf", "1e300", "86401", "30s", "1e-12",
        ] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn default_timeout_is_the_one_of_the_library() {
        let config = polar_core::Config::new();
        assert!(format!("{config:?}").contains("timeout: 30s"), "{config:?}");
    }
}
