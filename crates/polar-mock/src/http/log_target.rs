//! The target of a request as a log may show it.

use http::{Method, Uri};
use uuid::Uuid;

use super::route::{decode, template};

/// Returns the path and query of a request without tokens, ids of people and addresses.
///
/// The path is the template of its route. Of a path without a route, only segments that are words
/// are shown; of the query, only numbers, Booleans and UUIDs.
pub(crate) fn log_target(method: &Method, uri: &Uri) -> String {
    let path = decode(uri.path());
    let path = template(method, &path).unwrap_or_else(|| {
        let segments = path.split('/').map(|segment| shown(segment, is_word));
        segments.collect::<Vec<_>>().join("/")
    });
    let Some(query) = uri.query().filter(|query| !query.is_empty()) else {
        return path;
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) => format!("{}={}", shown(name, is_word), shown(value, is_plain)),
        None => shown(pair, is_word).to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn shown(text: &str, is_allowed: impl Fn(&str) -> bool) -> &str {
    if is_allowed(text) { text } else { HIDDEN }
}

/// Returns whether a segment or a name is a word of an API. Tokens are longer, or have digits or
/// capitals.
fn is_word(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c == '-' || c == '_';
    text == "v1" || text.len() <= LONGEST_WORD && text.chars().all(is_letter)
}

/// Returns whether a value is a number, a Boolean or a UUID.
fn is_plain(text: &str) -> bool {
    let is_number = text.len() <= LONGEST_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number || matches!(text, "true" | "false") || Uuid::try_parse(text).is_ok()
}

const HIDDEN: &str = "…";
const LONGEST_WORD: usize = 24;
const LONGEST_NUMBER: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(method: &str, target: &str) -> String {
        log_target(&method.parse().unwrap(), &target.parse().unwrap())
    }

    #[test]
    fn path_is_the_template_of_its_route() {
        for (method, target, expected) in [
            ("POST", "/v1/customer-seats", "/v1/customer-seats"),
            (
                "DELETE",
                "/v1/customer-seats/CANARY",
                "/v1/customer-seats/{seat_id}",
            ),
            (
                "GET",
                "/v1/customer-seats/claim/canary",
                "/v1/customer-seats/claim/{invitation_token}",
            ),
            (
                "GET",
                "/v1/customer-seats/claim/canary/stream",
                "/v1/customer-seats/claim/{invitation_token}/stream",
            ),
            // The route without its method, with another slash, or with the old prefix.
            (
                "PUT",
                "/v1/customer-seats/claim/canary",
                "/v1/customer-seats/claim/{invitation_token}",
            ),
            (
                "GET",
                "/v1/customer-seats/claim/canary/",
                "/v1/customer-seats/claim/{invitation_token}/",
            ),
            (
                "GET",
                "/api/v1/customer-seats/claim/%63anary",
                "/api/v1/customer-seats/claim/{invitation_token}",
            ),
            ("GET", "/v1/products/", "/v1/products/"),
            ("GET", "/v1/products", "/v1/products"),
            (
                "GET",
                "/v1/checkouts/client/canary",
                "/v1/checkouts/client/{client_secret}",
            ),
            (
                "GET",
                "/v1/customer-portal/seats/subscriptions",
                "/v1/customer-portal/seats/subscriptions",
            ),
        ] {
            assert_eq!(shown(method, target), expected, "{method} {target}");
        }
    }

    #[test]
    fn other_path_has_words_only() {
        assert_eq!(shown("GET", "/v1/custmers/"), "/v1/custmers/");
        assert_eq!(shown("GET", "/_mock/state"), "/_mock/state");
        for token in [
            "CANARY",
            "wgy2e",
            "%E2%80%AE",
            "a@b.c",
            "abcdefghijklmnopqrstuvwxyz",
        ] {
            assert_eq!(shown("GET", &format!("/x/{token}/y")), "/x/…/y", "{token}");
        }
    }

    #[test]
    fn query_has_numbers_booleans_and_uuids_only() {
        const ID: &str = "4663fc95-f630-47e4-8260-a644811e7711";
        assert_eq!(
            shown(
                "GET",
                &format!("/v1/orders/?page=2&active=true&customer_id={ID}")
            ),
            format!("/v1/orders/?page=2&active=true&customer_id={ID}")
        );
        assert_eq!(
            shown(
                "GET",
                "/v1/orders/?email=a@b.c&query=ann&CANARY&x=polar_oat_1&n=1234567890&=&"
            ),
            "/v1/orders/?email=…&query=…&…&x=…&n=…&=&"
        );
        assert_eq!(shown("GET", "/v1/orders/?"), "/v1/orders/");
    }
}
