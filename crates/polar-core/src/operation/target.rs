use std::{
    borrow::Cow,
    fmt::{self, Display, Write},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::InvalidRequest;

/// The path and query of a request, built so that no value can leave its place.
///
/// Values are percent-encoded, down to the unreserved characters. A segment that is empty, `.` or
/// `..` cannot be made safe by encoding, since servers and proxies undo it before they route; it
/// makes the target invalid, and the request is refused before anything is sent.
///
/// A slash at the end counts: most of Polar's collections have one, and what is in them has none.
/// Between two segments there is always exactly one:
///
/// ```
/// use polar_core::Target;
///
/// const CUSTOMERS: &str = "/v1/customers/";
/// let list = Target::new(CUSTOMERS).query("limit", 100);
/// assert_eq!(list.path_and_query()?, "/v1/customers/?limit=100");
/// let get = Target::new(CUSTOMERS).segment("id", 7);
/// assert_eq!(get.path_and_query()?, "/v1/customers/7");
/// let benefits = Target::new(CUSTOMERS).segment("id", 7).literal("benefits").trailing_slash();
/// assert_eq!(benefits.path_and_query()?, "/v1/customers/7/benefits/");
/// # Ok::<(), polar_core::InvalidRequest>(())
/// ```
///
/// `Debug` shows the route with the names of the parameters, never their values.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    path_and_query: Cow<'static, str>,
    route: Cow<'static, str>,
    has_query: bool,
    fault: Option<InvalidRequest>,
}

impl Target {
    /// Begins with a literal path, such as `/v1/customer-seats` or `/v1/customers/`.
    #[must_use]
    pub const fn new(path: &'static str) -> Self {
        Self {
            path_and_query: Cow::Borrowed(path),
            route: Cow::Borrowed(path),
            has_query: false,
            fault: None,
        }
    }

    /// Appends one segment with a value; `name` stands for it wherever the route is shown.
    #[must_use]
    pub fn segment(mut self, name: &'static str, value: impl Display) -> Self {
        self = self.trailing_slash();
        let path = self.path_and_query.to_mut();
        let start = path.len();
        encode(path, value);
        // What is refused looks the same encoded.
        if matches!(path.get(start..), Some("" | "." | "..")) {
            self.fault.get_or_insert_with(|| {
                InvalidRequest::new(
                    name,
                    "must not be empty, `.` or `..`: it is a part of the path",
                )
            });
        }
        self.show(format_args!("{{{name}}}"));
        self
    }

    /// Appends one literal segment.
    #[must_use]
    pub fn literal(mut self, segment: &'static str) -> Self {
        self = self.trailing_slash();
        self.path_and_query += segment;
        self.route += segment;
        self
    }

    /// Ends the path in a slash, if it does not have one there already.
    #[must_use]
    pub fn trailing_slash(mut self) -> Self {
        for text in [&mut self.path_and_query, &mut self.route] {
            if !text.ends_with('/') {
                *text += "/";
            }
        }
        self
    }

    /// Appends a query parameter.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl Display) -> Self {
        let separator = if self.has_query { '&' } else { '?' };
        let path = self.path_and_query.to_mut();
        path.push(separator);
        path.push_str(name);
        path.push('=');
        encode(path, value);
        self.show(format_args!("{separator}{name}"));
        self.has_query = true;
        self
    }

    /// The route, with names in the place of values: `/v1/customer-seats/{seat_id}/resend`. Safe
    /// to log.
    #[must_use]
    pub fn route(&self) -> &str {
        &self.route
    }

    /// The encoded path and query, as sent. It may hold a secret.
    ///
    /// # Errors
    ///
    /// When a segment cannot stand in a path.
    pub fn path_and_query(&self) -> Result<&str, InvalidRequest> {
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None => Ok(&self.path_and_query),
        }
    }

    pub(crate) fn into_parts(self) -> Result<[Cow<'static, str>; 2], InvalidRequest> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok([self.path_and_query, self.route]),
        }
    }

    fn show(&mut self, part: fmt::Arguments<'_>) {
        // Writing to a text does not fail.
        let _ = self.route.to_mut().write_fmt(part);
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.route).finish()
    }
}

/// Appends a value, so that no character of it means anything in a URL.
fn encode(text: &mut String, value: impl Display) {
    struct Encoded<'a>(&'a mut String);

    impl Write for Encoded<'_> {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            self.0.extend(utf8_percent_encode(piece, RESERVED));
            Ok(())
        }
    }

    // As above; a value that cannot be displayed is as good as empty.
    let _ = write!(Encoded(text), "{value}");
}

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    fn claim_info(token: &str) -> Target {
        Target::new("/v1/customer-seats/claim").segment("token", token)
    }

    #[test]
    fn a_value_stays_in_its_segment() {
        for (token, path) in [
            ("a/b", "a%2Fb"),
            ("a?b=c", "a%3Fb%3Dc"),
            ("a#b", "a%23b"),
            ("%2e%2e", "%252e%252e"),
            ("../../products", "..%2F..%2Fproducts"),
            ("a\\..\\..\\b", "a%5C..%5C..%5Cb"),
            ("tökén", "t%C3%B6k%C3%A9n"),
            ("A-z_0.9~", "A-z_0.9~"),
        ] {
            let target = claim_info(token);
            assert_eq!(
                target.path_and_query().unwrap(),
                format!("/v1/customer-seats/claim/{path}"),
            );
        }
    }

    #[test]
    fn one_slash_stands_between_segments_and_at_the_end_as_many_as_asked_for() {
        let bare = Target::new("/v1/x");
        let slashed = Target::new("/v1/x/");
        for (target, path, route) in [
            (bare.clone(), "/v1/x", "/v1/x"),
            (bare.clone().trailing_slash(), "/v1/x/", "/v1/x/"),
            (slashed.clone().trailing_slash(), "/v1/x/", "/v1/x/"),
            (bare.clone().segment("id", 7), "/v1/x/7", "/v1/x/{id}"),
            (slashed.clone().segment("id", 7), "/v1/x/7", "/v1/x/{id}"),
            (slashed.clone().literal("y"), "/v1/x/y", "/v1/x/y"),
            (
                slashed
                    .segment("id", "a/")
                    .literal("y")
                    .trailing_slash()
                    .query("q", 1),
                "/v1/x/a%2F/y/?q=1",
                "/v1/x/{id}/y/?q",
            ),
        ] {
            assert_eq!(target.path_and_query().unwrap(), path);
            assert_eq!(target.route(), route);
        }
        for value in ["", ".", ".."] {
            let target = Target::new("/v1/x/").segment("id", value);
            assert!(target.path_and_query().is_err(), "{value:?}");
        }
    }

    #[test]
    fn a_segment_that_would_climb_is_refused() {
        for token in ["", ".", ".."] {
            assert!(claim_info(token).path_and_query().is_err(), "{token:?}");
        }
    }

    #[test]
    fn what_is_shown_has_names_and_no_values() {
        let target = claim_info("s3cret").query("page", 7);
        assert_eq!(target.route(), "/v1/customer-seats/claim/{token}?page");
        assert!(!format!("{target:?}").contains("s3cret"));
        assert_eq!(
            target.path_and_query().unwrap(),
            "/v1/customer-seats/claim/s3cret?page=7"
        );
    }

    #[test]
    fn query_values_cannot_add_parameters() {
        let target = Target::new("/v1/x").query("a", "1&b=2").query("c", "d e");
        assert_eq!(
            target.path_and_query().unwrap(),
            "/v1/x?a=1%26b%3D2&c=d%20e"
        );
    }
}
