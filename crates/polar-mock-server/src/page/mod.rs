//! The page at `/_mock/`, as Mailpit is for mail, and the pages of checkouts.
//!
//! They are files without a build step or external assets. The page reads `/_mock/overview` and
//! `/_mock/deliveries` every two seconds, and lists and changes resources below `/_mock/as/`, where
//! neither rate limits nor injected faults apply. The page of a checkout is for its buyer, and uses only
//! what Polar has for the checkout's secret.

mod assets;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};

use self::assets::{APP, Asset, CHECKOUT, asset};
use crate::webhooks::AttemptLog;

/// Returns a page, one of its files or the list of deliveries, if that is what a request is for. Without a
/// list of deliveries there are only the pages of checkouts.
pub(crate) fn page(head: &Parts, attempts: Option<&AttemptLog>) -> Option<Response<Bytes>> {
    if head.method != Method::GET {
        return None;
    }
    let path = head.uri.path();
    if let Some(name) = path.strip_prefix("/page/") {
        return asset(name).map(found);
    }
    if is_checkout(path) {
        return Some(found(CHECKOUT));
    }
    let attempts = attempts?;
    match path {
        "/_mock/" => Some(found(APP)),
        "/_mock" | "/" => Some(redirect()),
        "/_mock/deliveries" => {
            let json = HeaderValue::from_static("application/json");
            let mut response = Response::new(attempts.json());
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            Some(response)
        }
        _ => None,
    }
}

/// Returns whether a path is the `url` of a checkout, or its default `success_url`.
fn is_checkout(path: &str) -> bool {
    let secret = path.strip_prefix("/checkout/");
    let secret = secret.map(|rest| rest.strip_suffix("/confirmation").unwrap_or(rest));
    secret.is_some_and(|secret| !secret.is_empty() && !secret.contains('/'))
}

fn redirect() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let page = HeaderValue::from_static("/_mock/");
    response.headers_mut().insert(header::LOCATION, page);
    response
}

fn found(asset: Asset) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(asset.text.as_bytes()));
    for (name, value) in [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The pages load only their own files and send requests only to this server.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::{assets::ASSETS, *};

    fn respond(method: Method, path: &str) -> Option<Response<Bytes>> {
        let request = Request::builder().method(method).uri(path);
        let (head, ()) = request.body(()).unwrap().into_parts();
        page(&head, Some(&AttemptLog::default()))
    }

    fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
        let pages = [("app.html", APP), ("checkout.html", CHECKOUT)];
        let all = pages.into_iter().chain(ASSETS.iter().copied());
        all.map(|(name, asset)| (name, asset.text))
    }

    #[test]
    fn files_load_no_external_assets_and_insert_no_markup() {
        for (name, text) in files() {
            for outside in [
                "src=\"http",
                "href=\"http",
                "@import",
                "url(http",
                "from \"http",
            ] {
                assert!(!text.contains(outside), "{name}: {outside}");
            }
            // Names and emails are untrusted: they are set as text, never as markup.
            for markup in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
            ] {
                assert!(!text.contains(markup), "{name}: {markup}");
            }
            // The content security policy forbids both.
            for inline in ["<style", " style=\"", "onclick=\"", "eval("] {
                assert!(!text.contains(inline), "{name}: {inline}");
            }
        }
    }

    #[test]
    fn files_that_are_used_are_served() {
        let mut used = 0;
        for (name, text) in files() {
            for part in text.split('"').filter(|part| !part.contains(' ')) {
                let file = part.strip_prefix("/page/");
                let Some(file) = file.or_else(|| part.strip_prefix("./")) else {
                    continue;
                };
                let response = respond(Method::GET, &format!("/page/{file}"));
                assert!(response.is_some(), "{name} uses {file}");
                used += 1;
            }
        }
        assert!(used > ASSETS.len(), "{used}");
        assert!(respond(Method::GET, "/page/other.js").is_none());
    }

    #[test]
    fn files_are_small() {
        let total: usize = files().map(|(_, text)| text.len()).sum();
        assert!(total < 120 * 1024, "{total} bytes");
        for (name, text) in files() {
            let lines = text.lines().count();
            assert!(lines <= 350, "{name}: {lines} lines");
        }
    }

    #[test]
    fn pages_forbid_inline_code() {
        for path in ["/_mock/", "/checkout/polar_c_1", "/page/app.js"] {
            let response = respond(Method::GET, path).unwrap();
            let policy = &response.headers()[header::CONTENT_SECURITY_POLICY];
            let policy = policy.to_str().unwrap();
            assert!(policy.starts_with("default-src 'none';"), "{policy}");
            assert!(!policy.contains("unsafe"), "{policy}");
        }
    }

    #[test]
    fn root_redirects_to_the_page() {
        let response = respond(Method::GET, "/").unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[header::LOCATION], "/_mock/");
    }

    #[test]
    fn checkout_has_a_page_at_its_url() {
        for path in ["/checkout/polar_c_1", "/checkout/polar_c_1/confirmation"] {
            let response = respond(Method::GET, path).unwrap();
            let html = std::str::from_utf8(response.body()).unwrap();
            assert!(html.contains("<title>Test checkout</title>"), "{path}");
        }
        for path in [
            "/checkout/",
            "/checkout/a/b",
            "/checkout//confirmation",
            "/checkout",
        ] {
            assert!(respond(Method::GET, path).is_none(), "{path}");
        }
    }

    #[test]
    fn other_requests_are_left_to_the_mock() {
        assert!(respond(Method::POST, "/_mock/").is_none());
        assert!(respond(Method::GET, "/_mock/outbox").is_none());
        assert!(respond(Method::POST, "/_mock/deliveries").is_none());
        assert!(respond(Method::GET, "/v1/customer-seats").is_none());
        assert!(respond(Method::POST, "/checkout/polar_c_1").is_none());
    }
}
