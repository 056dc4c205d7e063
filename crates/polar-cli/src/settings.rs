//! Settings from options and environment variables.
//!
//! Tokens come from environment variables only, because every user of a machine can read the
//! arguments of its processes.

use std::{ffi::OsString, fs, str::FromStr};

use polar_core::{
    BaseUrl, Config, RetryPolicy,
    types::{AccessToken, CustomerSessionToken, InvalidSecret},
};

use crate::{args::ApiOptions, error::CliError, report::file_name};

/// Returns the base URL from `--base-url`, `--sandbox` or `POLAR_BASE_URL`, in this order.
pub(crate) fn base_url(
    api: &ApiOptions,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<BaseUrl, CliError> {
    let (source, text) = match (&api.base_url, api.sandbox) {
        (Some(_), true) => {
            return Err(CliError::invalid(
                "--base-url cannot be used with --sandbox",
            ));
        }
        (Some(text), false) => ("--base-url", text.clone()),
        (None, true) => return Ok(BaseUrl::sandbox()),
        (None, false) => match env(BASE_URL).filter(|text| !text.is_empty()) {
            Some(text) => (BASE_URL, text.to_string_lossy().into_owned()),
            None => return Ok(BaseUrl::production()),
        },
    };
    let parsed = if api.allow_http {
        BaseUrl::allowing_http(&text)
    } else {
        BaseUrl::from_str(&text)
    };
    parsed.map_err(|error| {
        let error = CliError::invalid(format!("{source}: the {error}"));
        if !api.allow_http && BaseUrl::allowing_http(&text).is_ok() {
            error.with_hint("Pass --allow-http to send tokens unencrypted.")
        } else {
            error
        }
    })
}

/// Returns the configuration of a client, without a token.
pub(crate) fn config(api: &ApiOptions, base_url: BaseUrl) -> Config {
    Config::new()
        .base_url(base_url)
        .user_agent(USER_AGENT)
        .timeout(api.timeout)
        .retry(RetryPolicy::default().max_retries(api.max_retries))
}

/// Returns the certificates in `--ca-file`, parsed by `from_pem`.
pub(crate) fn extra_roots<R, E: std::fmt::Display>(
    api: &ApiOptions,
    from_pem: impl Fn(&[u8]) -> Result<R, E>,
) -> Result<Option<R>, CliError> {
    let Some(file) = &api.ca_file else {
        return Ok(None);
    };
    let invalid = |problem| CliError::invalid(format!("--ca-file: {problem}"));
    let pem = fs::read(file)
        .map_err(|error| invalid(format!("cannot read {}: {error}", file_name(file))))?;
    from_pem(&pem)
        .map(Some)
        .map_err(|error| invalid(format!("{}: {error}", file_name(file))))
}

/// Returns the organization's access token.
pub(crate) fn access_token(
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<AccessToken, CliError> {
    let value = "an organization access token (polar_oat_…)";
    token(env, ACCESS_TOKEN, AccessToken::new, value)
}

/// Returns the session token for the customer portal.
pub(crate) fn session_token(
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<CustomerSessionToken, CliError> {
    let value = "the session token from `polar-seats claim` (polar_mst_… or polar_cst_…)";
    token(env, SESSION_TOKEN, CustomerSessionToken::new, value)
}

fn token<T>(
    env: &dyn Fn(&str) -> Option<OsString>,
    name: &str,
    parse: impl Fn(String) -> Result<T, InvalidSecret>,
    value: &str,
) -> Result<T, CliError> {
    let text = env(name).filter(|text| !text.is_empty()).ok_or_else(|| {
        CliError::invalid(format!("{name} is not set")).with_hint(format!("Set it to {value}."))
    })?;
    // Invalid UTF-8 becomes replacement characters, which no token may contain.
    parse(text.to_string_lossy().into_owned())
        .map_err(|error| CliError::invalid(format!("{name}: {error}")))
}

const BASE_URL: &str = "POLAR_BASE_URL";
const ACCESS_TOKEN: &str = "POLAR_ACCESS_TOKEN";
const SESSION_TOKEN: &str = "POLAR_CUSTOMER_SESSION_TOKEN";
const USER_AGENT: &str = concat!("polar-seats/", env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct TestArgs {
        #[command(flatten)]
        api: ApiOptions,
    }

    fn parse(args: &str) -> ApiOptions {
        let args = format!("polar-seats {args}");
        TestArgs::try_parse_from(args.split_whitespace())
            .unwrap()
            .api
    }

    fn base(args: &str, env: Option<&str>) -> Result<String, String> {
        let env = |name: &str| env.filter(|_| name == BASE_URL).map(OsString::from);
        match base_url(&parse(args), &env) {
            Ok(base) => Ok(base.to_string()),
            Err(error) => Err(error.invalid_message()),
        }
    }

    fn token_error(value: Option<&str>) -> String {
        let env = |name: &str| value.filter(|_| name == ACCESS_TOKEN).map(OsString::from);
        access_token(&env).unwrap_err().invalid_message()
    }

    #[test]
    fn base_url_option_wins_over_environment() {
        let env = Some("https://env.example");
        for (args, env, expected) in [
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
            assert_eq!(base(args, env), Ok(expected.to_owned()), "{args} {env:?}");
        }
    }

    #[test]
    fn base_url_error_names_its_source() {
        let both = base("--sandbox --base-url https://x.example", None).unwrap_err();
        assert_eq!(both, "--base-url cannot be used with --sandbox");
        let env = base("", Some("ftp://x")).unwrap_err();
        assert!(env.starts_with("POLAR_BASE_URL: the base URL "), "{env}");
        let http = base("--base-url http://x.example", None).unwrap_err();
        assert!(http.contains("--allow-http"), "{http}");
        assert!(base("--base-url http://x.example --allow-http", None).is_ok());
    }

    #[test]
    fn missing_token_error_names_the_variable() {
        for value in [None, Some("")] {
            let error = token_error(value);
            assert!(
                error.starts_with("POLAR_ACCESS_TOKEN is not set"),
                "{error}"
            );
        }
    }

    #[test]
    fn invalid_token_error_does_not_contain_the_token() {
        for value in ["canary\n", "canary canary", "canary\u{fffd}"] {
            let error = token_error(Some(value));
            assert!(error.starts_with("POLAR_ACCESS_TOKEN: "), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn ca_file_error_names_the_file() {
        let error = |args: &str| {
            extra_roots(&parse(args), |_| Err::<(), _>("no certificate"))
                .unwrap_err()
                .invalid_message()
        };
        let missing = error("--ca-file /no/such/file");
        assert!(
            missing.starts_with("--ca-file: cannot read /no/such/file: "),
            "{missing}"
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roots.pem");
        fs::write(&file, "x").unwrap();
        let empty = error(&format!("--ca-file {}", file.display()));
        assert!(empty.ends_with("roots.pem: no certificate"), "{empty}");
        let none = extra_roots(&parse(""), |_| Err::<(), _>("no certificate"));
        assert!(none.is_ok_and(|roots| roots.is_none()));
    }
}
