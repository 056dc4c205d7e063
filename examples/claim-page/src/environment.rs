//! The settings for Polar itself, from the environment: arguments are visible to all users of the
//! machine.

use std::error::Error;

use example_claim_page::{Contact, Secret, Settings};
use polar_hyper::{
    BaseUrl, Config,
    types::{AccessToken, SubscriptionId},
};

/// Reads the settings. Errors name the variable, and contain no secret.
pub(crate) fn settings(get: impl Fn(&str) -> Option<String>) -> Result<Settings, Box<dyn Error>> {
    let need = |name: &str, what: &str| {
        let value = get(name).filter(|value| !value.trim().is_empty());
        value.ok_or_else(|| format!("{name} is not set: set it to {what}"))
    };
    let token = need("POLAR_ACCESS_TOKEN", "the organization's access token")?;
    let token = AccessToken::new(token).map_err(|e| format!("POLAR_ACCESS_TOKEN: {e}"))?;
    let team = need(
        "POLAR_SUBSCRIPTION_ID",
        "the id of the subscription that has the seats",
    )?;
    let team: SubscriptionId = team
        .parse()
        .map_err(|e| format!("POLAR_SUBSCRIPTION_ID: {e}"))?;
    let portal = need(
        "POLAR_PORTAL",
        "the customer portal, https://polar.sh/SLUG/portal",
    )?;
    let contact = Contact::new(
        need("CONTACT_NAME", "the name of the contact person")?,
        need("CONTACT_EMAIL", "the email address of the contact person")?,
    );
    let password = need(
        "MANAGER_PASSWORD",
        "the billing manager's password, at least 16 characters",
    )?;
    if password.chars().count() < 16 {
        return Err("MANAGER_PASSWORD is shorter than 16 characters".into());
    }
    let base_url = match get("POLAR_BASE_URL") {
        Some(url) => url.parse().map_err(|e| format!("POLAR_BASE_URL: {e}"))?,
        None => BaseUrl::production(),
    };
    let config = Config::new()
        .base_url(base_url)
        .access_token(token)
        .user_agent("example-claim-page");
    let client = polar_hyper::client(config);
    Ok(Settings::new(
        client,
        team,
        portal,
        contact,
        Secret::new(&password),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> Result<Settings, String> {
        let get = |name: &str| {
            let other = changes.iter().find(|(other, _)| *other == name);
            let default = [
                ("POLAR_ACCESS_TOKEN", "polar_oat_canary"),
                (
                    "POLAR_SUBSCRIPTION_ID",
                    "4663fc95-f630-47e4-8260-a644811e7711",
                ),
                ("POLAR_PORTAL", "https://polar.sh/acme/portal"),
                ("CONTACT_NAME", "Kim Lee"),
                ("CONTACT_EMAIL", "kim@acme.com"),
                ("MANAGER_PASSWORD", "correct horse battery"),
            ];
            let default = default.iter().find(|(known, _)| *known == name);
            other.or(default).map(|(_, value)| (*value).to_owned())
        };
        settings(get).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn environment_settings_require_https() {
        let settings = read(&[]).unwrap();
        assert!(settings.https);
        assert!(!format!("{settings:?}").contains("canary"));
    }

    #[tokio::test]
    async fn errors_name_the_variable_and_no_secret() {
        for (name, value) in [
            ("POLAR_ACCESS_TOKEN", "can ary\n"),
            ("POLAR_SUBSCRIPTION_ID", "canary"),
            ("POLAR_BASE_URL", "http://canary@polar.test"),
            ("MANAGER_PASSWORD", "canary"),
            ("CONTACT_NAME", " "),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert!(error.starts_with(name), "{error}");
            assert!(
                !error.contains("canary") && !error.contains("can ary"),
                "{error}"
            );
        }
    }
}
