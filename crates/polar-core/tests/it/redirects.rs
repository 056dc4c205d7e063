//! Redirects: never followed, and told for what they are where only a slash is wrong.

use http::Method;
use polar_core::{Auth, Error, Operation, Outcome, Spec, Target, customer_seats::GetClaimInfo};
use polar_testkit::script::ScriptStep;

use crate::both::{INVITATION, config, invitation, run};

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
    assert_eq!(trace.sent().count(), 1, "it is not followed");
    result.err().unwrap()
}

#[test]
fn a_missing_slash_is_told_with_the_right_path() {
    for (status, location) in [
        (307, "https://api.polar.sh/v1/customers/?limit=100"),
        (308, "http://api.polar.sh/v1/customers/?limit=100"),
        (301, "/v1/customers/?limit=100"),
        (302, "https://API.polar.sh/v1/customers/"),
    ] {
        let error = redirected(&Read(customers), status, location);
        let told = format!("customers.list was redirected to /v1/customers/ ({status} ");
        assert!(error.to_string().starts_with(&told), "{error}");
        let next = "Use the path /v1/customers/ for this operation, with a slash at the end.";
        assert_eq!(error.next_step().unwrap(), next);
        assert!(!error.is_retryable());
        assert_eq!(
            error.raw_response().unwrap().headers()["location"],
            location
        );
    }
}

#[test]
fn a_slash_too_many_is_told_with_names_in_the_place_of_values() {
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
        let next = "Use the path /v1/things/{key} for this operation, without a slash at the end.";
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
fn a_write_is_told_the_path_and_how_to_find_out() {
    let error = redirected(&Write, 307, "https://api.polar.sh/v1/customers/");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(
        error.next_step().unwrap(),
        "Use the path /v1/customers/ for this operation, with a slash at the end. List the customers."
    );
}

#[test]
fn any_other_redirect_is_not_taken_for_one_of_a_slash() {
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
fn no_token_of_a_path_is_told() {
    let location = format!("https://api.polar.sh/v1/customer-seats/claim/{INVITATION}/");
    let error = redirected(&GetClaimInfo::new(invitation()), 307, &location);
    let told = format!("{error:#} {error:?}");
    assert!(told.contains("/v1/customer-seats/claim/{token}/"), "{told}");
    assert!(!told.contains(INVITATION), "{told}");
}
