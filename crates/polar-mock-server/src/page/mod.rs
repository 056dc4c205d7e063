//! The page at `/_mock/`: what Mailpit is to mail, for seats.
//!
//! It is one file without build step or outside asset. It reads `/_mock/state` and, of the webhooks,
//! `/_mock/deliveries` every two seconds, and its buttons are requests that anybody can make.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};

use crate::webhooks::Attempts;

/// The page or what only it asks for, when this is a request for that.
pub(crate) fn page(head: &Parts, attempts: &Attempts) -> Option<Response<Bytes>> {
    let location = match head.uri.path() {
        "/_mock/deliveries" if head.method == Method::GET => {
            let mut reply = Response::new(attempts.json());
            let json = HeaderValue::from_static("application/json");
            reply.headers_mut().insert(header::CONTENT_TYPE, json);
            return Some(reply);
        }
        "/_mock/" => None,
        "/_mock" | "/" => Some(HeaderValue::from_static("/_mock/")),
        _ => return None,
    };
    if head.method != Method::GET {
        return None;
    }
    let mut reply = Response::new(Bytes::new());
    if let Some(location) = location {
        *reply.status_mut() = StatusCode::SEE_OTHER;
        reply.headers_mut().insert(header::LOCATION, location);
        return Some(reply);
    }
    *reply.body_mut() = Bytes::from_static(HTML);
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The page is whole in itself: it loads nothing, and talks to this server alone.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ] {
        reply
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Some(reply)
}

const HTML: &[u8] = include_bytes!("page.html");

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn answer(method: Method, path: &str) -> Option<Response<Bytes>> {
        let request = Request::builder().method(method).uri(path);
        let (head, ()) = request.body(()).unwrap().into_parts();
        page(&head, &Attempts::default())
    }

    #[test]
    fn the_page_is_whole_in_itself() {
        let reply = answer(Method::GET, "/_mock/").unwrap();
        let html = std::str::from_utf8(reply.body()).unwrap();
        assert!(html.starts_with("<!doctype html>"));
        for outside in ["src=\"http", "href=\"http", "@import", "url("] {
            assert!(!html.contains(outside), "{outside}");
        }
        // Names and e-mails come from anybody; they are set as text, never as markup.
        assert!(!html.contains("innerHTML"));
    }

    #[test]
    fn whoever_opens_the_server_is_led_to_it() {
        let reply = answer(Method::GET, "/").unwrap();
        assert_eq!(reply.status(), StatusCode::SEE_OTHER);
        assert_eq!(reply.headers()[header::LOCATION], "/_mock/");
    }

    #[test]
    fn everything_else_is_left_to_the_mock() {
        assert!(answer(Method::POST, "/_mock/").is_none());
        assert!(answer(Method::GET, "/_mock/outbox").is_none());
        assert!(answer(Method::POST, "/_mock/deliveries").is_none());
        assert!(answer(Method::GET, "/v1/customer-seats").is_none());
    }
}
