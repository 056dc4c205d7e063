use axum::{
    http::{HeaderValue, header},
    response::Response,
};

/// What every answer carries: no script runs, no other site may frame a page or be sent its
/// address, and nothing is kept by a cache.
pub(crate) async fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // The address of a page may hold an invitation. Mind that a browser sends `Origin: null`
        // with forms under this policy, so `Origin` cannot be what forms are checked by.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
