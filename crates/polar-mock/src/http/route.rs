use crate::{generated::OPERATIONS, schema};
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The operations of the mock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    PortalList,
    PortalAssign,
    PortalRevoke,
    PortalResend,
    PortalSubscriptions,
    Introspect,
    SessionUser,
    Assign,
    List,
    Revoke,
    Resend,
    ClaimInfo,
    ClaimStream,
    Claim,
}

/// The route of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// An operation on seats, with the value of the path's parameter.
    Operation(Operation, String),
    /// Another operation of the API, with the values of the path's parameters.
    Resource(&'static schema::Operation, Vec<String>),
    /// A path that allows other methods, with the method of its first route.
    OtherMethod(&'static str),
    /// The same path with or without a trailing slash.
    OtherSlash(String),
    NotFound,
}

/// Returns a percent-decoded path, which the server matches against its routes.
pub(crate) fn decode(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

/// Returns the route of a decoded path: the first that matches path and method, otherwise the first
/// that matches the path, otherwise a redirect if only a trailing slash differs.
pub(crate) fn find(method: &Method, path: &str) -> Route {
    let fitting = || {
        ROUTES
            .iter()
            .filter_map(|route| Some((route, route.parameter(path)?)))
    };
    if let Some((route, parameter)) = fitting().find(|(route, _)| route.method == method.as_str()) {
        return Route::Operation(route.operation, parameter.to_owned());
    }
    let resources = || {
        OPERATIONS
            .iter()
            .filter_map(|one| Some((one, one.matches(path)?)))
    };
    if let Some((operation, values)) = resources().find(|(one, _)| one.has_method(method)) {
        let values = values.into_iter().map(str::to_owned).collect();
        return Route::Resource(operation, values);
    }
    if let Some((route, _)) = fitting().next() {
        return Route::OtherMethod(route.method);
    }
    if let Some((operation, _)) = resources().next() {
        return Route::OtherMethod(operation.method);
    }
    let other = match path.strip_suffix('/') {
        Some(stripped) => stripped.trim_end_matches('/').to_owned(),
        None => format!("{path}/"),
    };
    if ROUTES.iter().any(|route| route.parameter(&other).is_some())
        || OPERATIONS.iter().any(|one| one.matches(&other).is_some())
    {
        Route::OtherSlash(other)
    } else {
        Route::NotFound
    }
}

/// Returns the template of a decoded path, such as `/v1/customer-seats/{seat_id}`, whether or not its
/// route has this method, and whether or not a trailing slash differs.
pub(crate) fn template(method: &Method, path: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix(OLD_PREFIX) {
        return template(method, &format!("/v1{rest}")).map(|template| format!("/api{template}"));
    }
    if let Some(template) = exact_template(method, path) {
        return Some(template);
    }
    if let Some(stripped) = path.strip_suffix('/') {
        return exact_template(method, stripped).map(|template| template + "/");
    }
    let template = exact_template(method, &format!("{path}/"))?;
    Some(template.strip_suffix('/')?.to_owned())
}

fn exact_template(method: &Method, path: &str) -> Option<String> {
    let fitting = || OPERATIONS.iter().filter(|one| one.matches(path).is_some());
    let operation = fitting().find(|one| one.has_method(method));
    if let Some(operation) = operation.or_else(|| fitting().next()) {
        return Some(operation.path.to_owned());
    }
    // The API's document lacks only the stream of a claim.
    let mut routes = ROUTES.iter();
    let route = routes.find(|route| route.parameter(path).is_some())?;
    Some(route.path.replace("{}", "{invitation_token}"))
}

/// Returns the `Location` of a redirect to another path of the same host.
pub(crate) fn redirect(host: &str, path: &str, query: Option<&str>) -> String {
    let mark = if query.is_some() { "?" } else { "" };
    let url = format!("http://{host}{path}{mark}{}", query.unwrap_or_default());
    utf8_percent_encode(&url, REDIRECT_ESCAPED).to_string()
}

struct Entry {
    method: &'static str,
    path: &'static str,
    operation: Operation,
}

impl Entry {
    /// Returns the value of `{}`, which is empty for a path without it; `None` if the path does not
    /// match.
    fn parameter<'p>(&self, path: &'p str) -> Option<&'p str> {
        let Some((before, after)) = self.path.split_once("{}") else {
            return (path == self.path).then_some("");
        };
        let parameter = path.strip_prefix(before)?.strip_suffix(after)?;
        (!parameter.is_empty() && !parameter.contains('/')).then_some(parameter)
    }
}

const fn entry(method: &'static str, path: &'static str, operation: Operation) -> Entry {
    Entry {
        method,
        path,
        operation,
    }
}

/// The routes in the server's order, which determines the value of `Allow`.
const ROUTES: [Entry; 14] = [
    entry("GET", "/v1/customer-portal/seats", Operation::PortalList),
    entry("POST", "/v1/customer-portal/seats", Operation::PortalAssign),
    entry(
        "DELETE",
        "/v1/customer-portal/seats/{}",
        Operation::PortalRevoke,
    ),
    entry(
        "POST",
        "/v1/customer-portal/seats/{}/resend",
        Operation::PortalResend,
    ),
    entry(
        "GET",
        "/v1/customer-portal/seats/subscriptions",
        Operation::PortalSubscriptions,
    ),
    entry(
        "GET",
        "/v1/customer-portal/customer-session/introspect",
        Operation::Introspect,
    ),
    entry(
        "GET",
        "/v1/customer-portal/customer-session/user",
        Operation::SessionUser,
    ),
    entry("POST", "/v1/customer-seats", Operation::Assign),
    entry("GET", "/v1/customer-seats", Operation::List),
    entry("DELETE", "/v1/customer-seats/{}", Operation::Revoke),
    entry("POST", "/v1/customer-seats/{}/resend", Operation::Resend),
    entry("GET", "/v1/customer-seats/claim/{}", Operation::ClaimInfo),
    entry(
        "GET",
        "/v1/customer-seats/claim/{}/stream",
        Operation::ClaimStream,
    ),
    entry("POST", "/v1/customer-seats/claim", Operation::Claim),
];

/// The API's old prefix, which still works.
pub(crate) const OLD_PREFIX: &str = "/api/v1";
/// The characters that the server escapes in a `Location`.
const REDIRECT_ESCAPED: &AsciiSet = &all_except(b"_.-~:/%#?=@[]!$&'()*+,;");

/// Returns ASCII except letters, digits and these bytes.
const fn all_except(mut bytes: &[u8]) -> AsciiSet {
    let mut set = NON_ALPHANUMERIC.remove(b'_');
    while let [byte, rest @ ..] = bytes {
        set = set.remove(*byte);
        bytes = rest;
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: &str, path: &str) -> Route {
        find(&method.parse().unwrap(), &decode(path))
    }

    fn to(operation: Operation, parameter: &str) -> Route {
        Route::Operation(operation, parameter.to_owned())
    }

    #[test]
    fn route_is_matched_after_percent_decoding() {
        let stream = route("GET", "/v1/customer-seats/claim/a%2Fstream");
        assert_eq!(stream, to(Operation::ClaimStream, "a"));
        assert_eq!(
            route("GET", "/v1/customer-seats/claim/a%2Fb"),
            Route::NotFound
        );
        assert_eq!(
            route("GET", "/v1/customer-seats/claim/%64"),
            to(Operation::ClaimInfo, "d")
        );
        assert_eq!(
            route("GET", "/v1/customer-seats/claim/.."),
            to(Operation::ClaimInfo, "..")
        );
    }

    #[test]
    fn method_not_allowed_names_the_method_of_the_first_route() {
        for (method, path, allowed) in [
            ("PUT", "/v1/customer-seats", "POST"),
            ("HEAD", "/v1/customer-seats", "POST"),
            ("PUT", "/v1/customer-seats/x", "DELETE"),
            ("GET", "/v1/customer-seats/claim", "DELETE"),
            ("POST", "/v1/customer-seats/claim/x", "GET"),
            ("HEAD", "/v1/customer-seats/claim/x/stream", "GET"),
            ("PUT", "/v1/customer-portal/seats", "GET"),
            ("POST", "/v1/customer-portal/seats/subscriptions", "DELETE"),
        ] {
            assert_eq!(
                route(method, path),
                Route::OtherMethod(allowed),
                "{method} {path}"
            );
        }
    }

    #[test]
    fn route_parameter_can_be_any_word() {
        assert_eq!(
            route("DELETE", "/v1/customer-seats/claim"),
            to(Operation::Revoke, "claim")
        );
        assert_eq!(
            route("POST", "/v1/customer-seats/claim"),
            to(Operation::Claim, "")
        );
        let resend = route("POST", "/v1/customer-seats/claim/resend");
        assert_eq!(resend, to(Operation::Resend, "claim"));
    }

    #[test]
    fn trailing_slash_redirects_and_double_slash_does_not() {
        let without = Route::OtherSlash("/v1/customer-seats/claim".to_owned());
        assert_eq!(route("POST", "/v1/customer-seats/claim/"), without);
        assert_eq!(route("POST", "/v1/customer-seats/claim//"), without);
        assert_eq!(route("GET", "/v1//customer-seats"), Route::NotFound);
        assert_eq!(route("GET", "/v1/Customer-Seats"), Route::NotFound);
    }

    #[test]
    fn redirect_keeps_the_query_and_escapes_the_path() {
        let location = redirect("h:1", "/v1/customer-seats/claim/ä b", Some("a=%20&b"));
        assert_eq!(
            location,
            "http://h:1/v1/customer-seats/claim/%C3%A4%20b?a=%20&b"
        );
    }
}
