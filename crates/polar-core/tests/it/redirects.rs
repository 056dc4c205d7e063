//! Redirects are not followed, and one that only changes a trailing slash is reported with the
//! correct path.

use http::Method;
use polar_core::{Auth, Error, Operation, Outcome, Spec, Target, customer_seats::GetClaimInfo};
use polar_testkit::script::ScriptStep;

use crate::both_clients::{INVITATION, config, invitation, run};

/// A read at any path.
#[derive(Clone)]
struct Read(fn() -> Target);

impl Operation for Read {
    type Output = ();
    const SPEC: Spec = Spec::read("customers.list", Method::GET, Auth::AccessToken);

    fn target(&self) -> Target {
        (self.0)()
    }
}

/// A write at a path without its slash.
#[derive(Clone)]
struct Write;

impl Operation for Write {
    type Output = ();
    const SPEC: Spec = Spec::write(
        "customers.create",
        Method::POST,
        Auth::AccessToken,
        "List the customers.",
    );

    fn target(&self) -> Target {
        Target::new("/v1/customers")
    }
}

fn customers() -> Target {
    Target::new("/v1/customers").query("limit", 100)
}

fn redirected<O: Operation + Clone>(operation: &O, status: u16, location: &str) -> Error {
    let step = || vec![ScriptStep::respond(status, "").header("location", location)];
    let (result, trace) = run(&config(), operation, step);
    assert_eq!(trace.sent().count(), 1, "the redirect was followed");
    result.err().unwrap()
}

#[test]
fn missing_trailing_slash_is_reported_with_the_correct_path() {
    for (status, location) in [
        (307, "https://api.polar.sh/v1/customers/?limit=100"),
        (308, "http://api.polar.sh/v1/customers/?limit=100"),
        (301, "/v1/customers/?limit=100"),
        (302, "https://API.polar.sh/v1/customers/"),
    ] {
        let error = redirected(&Read(customers), status, location);
        let expected =
            format!("customers.list failed: the server redirected to /v1/customers/ ({status} ");
        assert!(error.to_string().starts_with(&expected), "{error}");
        let next = "Use the path /v1/customers/ for this operation, with a trailing slash.";
        assert_eq!(error.next_step().unwrap(), next);
        assert!(!error.is_retryable());
        assert_eq!(
            error.raw_response().unwrap().headers()["location"],
            location
        );
    }
}

#[test]
fn extra_trailing_slash_is_reported_with_the_route() {
    let slashed = || {
        Target::new("/v1/things/")
            .segment("key", "s3/cret é")
            .trailing_slash()
    };
    for location in [
        "/v1/things/s3%2Fcret%20%C3%A9",
        "/v1/things/s3/cret%20%c3%a9",
    ] {
        let error = redirected(&Read(slashed), 307, location);
        let next = "Use the path /v1/things/{key} for this operation, without a trailing slash.";
        assert_eq!(error.next_step().unwrap(), next);
        assert!(
            error
                .to_string()
                .contains("redirected to /v1/things/{key} (307"),
            "{error}"
        );
        assert!(
            !format!("{error:#} {error:?}").contains("cret"),
            "{error:?}"
        );
    }
}

#[test]
fn next_step_of_a_write_contains_the_path_and_the_recovery() {
    let error = redirected(&Write, 307, "https://api.polar.sh/v1/customers/");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(
        error.next_step().unwrap(),
        "Use the path /v1/customers/ for this operation, with a trailing slash. List the customers."
    );
}

#[test]
fn other_redirects_are_unexpected_responses() {
    for (status, location) in [
        (307, "https://api.polar.sh/v1/customers?limit=100"),
        (307, "https://api.polar.sh/v1/customers//"),
        (307, "https://api.polar.sh/v1/members/"),
        (307, "https://api.polar.sh/"),
        (307, "https://www.polar.sh/v1/customers/"),
        (303, "https://api.polar.sh/v1/customers/"),
        (300, "https://api.polar.sh/v1/customers/"),
        (307, "not a url"),
        (307, ""),
    ] {
        let error = redirected(&Read(customers), status, location);
        assert!(
            !error.to_string().contains("redirected"),
            "{location}: {error}"
        );
        assert!(
            error.next_step().unwrap().starts_with("Check the base URL"),
            "{location}"
        );
    }
}

#[test]
fn redirect_error_contains_no_token_of_the_path() {
    let location = format!("https://api.polar.sh/v1/customer-seats/claim/{INVITATION}/");
    let error = redirected(&GetClaimInfo::new(invitation()), 307, &location);
    let text = format!("{error:#} {error:?}");
    assert!(text.contains("/v1/customer-seats/claim/{token}/"), "{text}");
    assert!(!text.contains(INVITATION), "{text}");
}
