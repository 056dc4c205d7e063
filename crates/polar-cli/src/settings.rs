//! What the options and the environment say, made into what a client needs.

use std::{ffi::OsString, str::FromStr};

use polar_core::{BaseUrl, Config, RetryPolicy};

use crate::{args::Options, error::CliError};

/// Where Polar is: `--base-url`, else `--sandbox`, else `POLAR_BASE_URL`, else production.
pub(crate) fn base_url(
    options: &Options,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<BaseUrl, CliError> {
    let (place, text) = match (&options.base_url, options.sandbox) {
        (Some(_), true) => {
            return Err(CliError::invalid(
                "--base-url and --sandbox exclude each other",
            ));
        }
        (Some(text), false) => ("--base-url", text.clone()),
        (None, true) => return Ok(BaseUrl::sandbox()),
        (None, false) => match env(BASE_URL).filter(|text| !text.is_empty()) {
            Some(text) => (BASE_URL, text.to_string_lossy().into_owned()),
            None => return Ok(BaseUrl::production()),
        },
    };
    let parsed = if options.allow_http {
        BaseUrl::allowing_http(&text)
    } else {
        BaseUrl::from_str(&text)
    };
    parsed.map_err(|error| {
        let hint = if !options.allow_http && BaseUrl::allowing_http(&text).is_ok() {
            " (--allow-http)"
        } else {
            ""
        };
        CliError::invalid(format!("{place}: the {error}{hint}"))
    })
}

/// A client's configuration, but for tokens.
pub(crate) fn config(options: &Options, base_url: BaseUrl) -> Config {
    let mut config = Config::new().base_url(base_url).user_agent(USER_AGENT);
    if let Some(timeout) = options.timeout {
        config = config.timeout(timeout);
    }
    if let Some(retries) = options.max_retries {
        config = config.retry(RetryPolicy::default().max_retries(retries));
    }
    config
}

const BASE_URL: &str = "POLAR_BASE_URL";
const USER_AGENT: &str = concat!("polar-seats/", env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Told {
        #[command(flatten)]
        options: Options,
    }

    fn base(line: &str, env: Option<&str>) -> Result<String, String> {
        let args = format!("polar-seats {line}");
        let told = Told::try_parse_from(args.split_whitespace()).unwrap();
        let env = |name: &str| env.filter(|_| name == BASE_URL).map(OsString::from);
        match base_url(&told.options, &env) {
            Ok(base) => Ok(base.to_string()),
            Err(CliError::InvalidInput(message)) => Err(message),
            Err(other) => panic!("exit {:?}", other.exit_status()),
        }
    }

    #[test]
    fn the_nearest_word_on_where_polar_is_counts() {
        let env = Some("https://env.example");
        for (line, env, expected) in [
            ("", None, "https://api.polar.sh"),
            ("", Some(""), "https://api.polar.sh"),
            ("", env, "https://env.example"),
            ("--sandbox", env, "https://sandbox-api.polar.sh"),
            (
                "--base-url https://own.example/x/",
                env,
                "https://own.example/x",
            ),
        ] {
            assert_eq!(base(line, env), Ok(expected.to_owned()), "{line} {env:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_it_is_said_with_its_place() {
        let both = base("--sandbox --base-url https://x.example", None).unwrap_err();
        assert_eq!(both, "--base-url and --sandbox exclude each other");
        let env = base("", Some("ftp://x")).unwrap_err();
        assert!(
            env.starts_with("POLAR_BASE_URL: the base URL must begin with https://"),
            "{env}"
        );
        let http = base("--base-url http://x.example", None).unwrap_err();
        assert!(http.ends_with("(--allow-http)"), "{http}");
        assert!(base("--base-url http://x.example --allow-http", None).is_ok());
    }
}
