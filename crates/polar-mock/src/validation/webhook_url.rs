use std::net::IpAddr;

use http::Uri;

use super::Violation;

/// Checks the URL of a webhook endpoint: `https://` and a public host. Polar accepts no others; the mock
/// also accepts `http://` and a local host with a port, where the receiver of a test is.
pub(crate) fn check(url: &str) -> Result<(), Violation> {
    let parsed: Uri = url.parse().unwrap_or_default();
    let is_public = is_public(parsed.host().unwrap_or_default());
    match parsed.scheme_str() {
        Some("https") if is_public => Ok(()),
        Some("https") => Err(Violation::value_error(
            "Webhook URLs cannot point to localhost or private IP addresses.",
        )),
        Some("http") if !is_public && parsed.port().is_some() => Ok(()),
        _ => Err(Violation::new("url_scheme", "URL scheme should be 'https'")
            .with("expected_schemes", "'https'".into())),
    }
}

/// Returns whether a host can be one of the internet: neither a name of this machine or its network,
/// nor a private address.
fn is_public(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => {
            let is_local = address.is_loopback() || address.is_unspecified();
            !(is_local || address.is_private() || address.is_link_local())
        }
        Ok(IpAddr::V6(address)) => !(address.is_loopback() || address.is_unique_local()),
        Err(_) => host.contains('.'),
    }
}
