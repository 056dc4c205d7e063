//! The page at `/_mock/`: state, mails, events and deliveries in a browser, as Mailpit shows mail.
//!
//! It is one file without a build step or external assets. It reads `/_mock/state` and
//! `/_mock/deliveries` every two seconds, and its buttons send the documented control requests.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};

use crate::webhooks::AttemptLog;

/// Returns the page or the list of deliveries if that is what a request is for.
pub(crate) fn page(head: &Parts, attempts: &AttemptLog) -> Option<Response<Bytes>> {
    let location = match head.uri.path() {
        "/_mock/deliveries" if head.method == Method::GET => {
            let mut response = Response::new(attempts.json());
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            return Some(response);
        }
        "/_mock/" => None,
        "/_mock" | "/" => Some(HeaderValue::from_static("/_mock/")),
        _ => return None,
    };
    if head.method != Method::GET {
        return None;
    }
    let mut response = Response::new(Bytes::new());
    if let Some(location) = location {
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, location);
        return Some(response);
    }
    *response.body_mut() = Bytes::from_static(HTML);
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The page loads nothing else and sends requests only to this server.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}

const HTML: &[u8] = include_bytes!("page.html");

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn respond(method: Method, path: &str) -> Option<Response<Bytes>> {
        let request = Request::builder().method(method).uri(path);
        let (head, ()) = request.body(()).unwrap().into_parts();
        page(&head, &AttemptLog::default())
    }

    #[test]
    fn page_loads_no_external_assets() {
        let response = respond(Method::GET, "/_mock/").unwrap();
        let html = std::str::from_utf8(response.body()).unwrap();
        assert!(html.starts_with("<!doctype html>"));
        for outside in ["src=\"http", "href=\"http", "@import", "url("] {
            assert!(!html.contains(outside), "{outside}");
        }
        // Names and emails are untrusted: they are set as text, never as markup.
        assert!(!html.contains("innerHTML"));
    }

    #[test]
    fn page_has_a_button_for_each_control_request() {
        let html = std::str::from_utf8(HTML).unwrap();
        for path in ["clock", "faults", "webhooks/trigger"] {
            assert!(
                html.contains(&format!("\"POST\", \"/_mock/{path}\"")),
                "{path}"
            );
        }
        for form in ["clock", "faults", "trigger"] {
            assert!(html.contains(&format!("<form id=\"{form}\">")), "{form}");
        }
    }

    #[test]
    fn root_redirects_to_the_page() {
        let response = respond(Method::GET, "/").unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[header::LOCATION], "/_mock/");
    }

    #[test]
    fn other_requests_are_left_to_the_mock() {
        assert!(respond(Method::POST, "/_mock/").is_none());
        assert!(respond(Method::GET, "/_mock/outbox").is_none());
        assert!(respond(Method::POST, "/_mock/deliveries").is_none());
        assert!(respond(Method::GET, "/v1/customer-seats").is_none());
    }
}
