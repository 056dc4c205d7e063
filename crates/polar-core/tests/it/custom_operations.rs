//! Operations defined outside the library: success statuses, response types and request bodies.

use http::{HeaderValue, Method, StatusCode, header};
use polar_core::{
    Auth, Body, Error, ErrorKind, FromResponse, InvalidRequest, Operation, Outcome, RawResponse,
    Sent, Spec, Target,
    customer_portal::{customer_session, seats},
    customer_seats::{Claim, GetClaimInfo, List, Resend, Revoke},
    types::{AssignSeat, PortalAssignSeat, Recipient, SubscriptionId},
};
use polar_testkit::script::ScriptStep;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::both_clients::{config, invitation, run, seat_id};

/// A write that accepts any 2xx, decoded into any type.
struct Write<T>(std::marker::PhantomData<T>);

impl<T> Clone for Write<T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<T: FromResponse> Operation for Write<T> {
    type Output = T;
    const SPEC: Spec = Spec::write("thing.do", Method::POST, Auth::AccessToken, "Check.");

    fn target(&self) -> Target {
        Target::new("/v1/things/")
    }
}

fn write<T: FromResponse>(status: u16, body: &str) -> Result<T, Error> {
    let steps = || vec![ScriptStep::respond(status, body.to_owned())];
    run(&config(), &Write::<T>(std::marker::PhantomData), steps).0
}

#[derive(Debug, PartialEq, Deserialize)]
struct Thing {
    id: u8,
}

#[test]
fn any_2xx_is_a_success_by_default() {
    for status in [200, 201, 202, 203, 204, 205, 206, 226, 299] {
        for body in ["", "null", "{}", "[1]", "Accepted"] {
            write::<()>(status, body).unwrap_or_else(|error| panic!("{status} {body}: {error:?}"));
        }
        assert_eq!(
            write::<Thing>(status, r#"{"id":7}"#).unwrap(),
            Thing { id: 7 }
        );
    }
    for status in [101, 199, 300, 304, 307, 400, 500, 600] {
        assert!(write::<()>(status, "").is_err(), "{status}");
    }
}

#[test]
fn missing_body_decodes_into_optional_types() {
    for (status, body) in [(204, ""), (202, "null"), (200, ""), (200, " \n")] {
        assert_eq!(
            write::<Option<Thing>>(status, body).unwrap(),
            None,
            "{status}"
        );
        assert_eq!(
            write::<Value>(status, body).unwrap(),
            Value::Null,
            "{status}"
        );
    }
    assert_eq!(
        write::<Option<Thing>>(200, r#"{"id":7}"#).unwrap(),
        Some(Thing { id: 7 })
    );
    let error = write::<Thing>(204, "").unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Undecodable(..)),
        "{error:?}"
    );
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[test]
fn raw_response_is_unchanged() {
    let csv = write::<RawResponse>(200, "name,email\nAnn,ann@acme.com\n").unwrap();
    assert_eq!(csv.status(), StatusCode::OK);
    assert_eq!(&csv.expose()[..], b"name,email\nAnn,ann@acme.com\n");
    assert!(!format!("{csv:?}").contains("Ann"));
}

/// A write that expects only 204.
#[derive(Clone)]
struct Delete;

impl Operation for Delete {
    type Output = ();
    const SPEC: Spec = Spec::write("thing.delete", Method::DELETE, Auth::AccessToken, "Check.")
        .expects(&[StatusCode::NO_CONTENT]);

    fn target(&self) -> Target {
        Target::new("/v1/things/").segment("id", 7)
    }
}

#[test]
fn other_2xx_than_expected_is_an_error() {
    let (result, _) = run(&config(), &Delete, || vec![ScriptStep::respond(204, "")]);
    result.unwrap();
    for status in [200, 201, 202, 206] {
        let (result, trace) = run(&config(), &Delete, || {
            vec![ScriptStep::respond(status, "null")]
        });
        assert_unexpected(&result.unwrap_err(), status, Outcome::Unknown);
        assert_eq!(trace.sent().count(), 1);
    }
}

#[test]
fn operations_of_the_library_expect_only_200_and_201() {
    let subscription: SubscriptionId = SubscriptionId::new(seat_id().as_uuid());
    let ann = || Recipient::email("ann@acme.com");
    only_200_and_201(&AssignSeat::new(subscription, ann()));
    only_200_and_201(&List::new(subscription));
    only_200_and_201(&Revoke::new(seat_id()));
    only_200_and_201(&Resend::new(seat_id()));
    only_200_and_201(&GetClaimInfo::new(invitation()));
    only_200_and_201(&Claim::new(invitation()));
    only_200_and_201(&seats::List::new(subscription));
    only_200_and_201(&PortalAssignSeat::new(subscription, ann()));
    only_200_and_201(&seats::Revoke::new(seat_id()));
    only_200_and_201(&seats::Resend::new(seat_id()));
    only_200_and_201(&seats::Subscriptions::new());
    only_200_and_201(&customer_session::Introspect::new());
    only_200_and_201(&customer_session::User::new());
}

fn only_200_and_201<O: Operation + Clone>(operation: &O) {
    let outcome = match O::SPEC.method {
        Method::GET => Outcome::NotDone,
        _ => Outcome::Unknown,
    };
    for status in [202, 203, 204, 205, 206] {
        let (result, trace) = run(&config(), operation, || {
            vec![ScriptStep::respond(status, "{}")]
        });
        let error = result.err().expect(O::SPEC.name);
        assert_unexpected(&error, status, outcome);
        assert_eq!(trace.sent().count(), 1);
    }
    for status in [200, 201] {
        // The status is a success, whether or not the body can be decoded.
        let (result, _) = run(&config(), operation, || {
            vec![ScriptStep::respond(status, "[]")]
        });
        if let Err(error) = result {
            assert!(
                matches!(error.kind(), ErrorKind::Undecodable(..)),
                "{error:?}"
            );
        }
    }
}

fn assert_unexpected(error: &Error, status: u16, outcome: Outcome) {
    assert!(
        matches!(error.kind(), ErrorKind::Unexpected(_)),
        "{error:?}"
    );
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert_eq!(
        (error.outcome(), error.sent()),
        (outcome, Sent::Yes),
        "{error:?}"
    );
}

/// A write with a body that is not JSON.
#[derive(Clone)]
struct Form;

impl Operation for Form {
    type Output = Value;
    const SPEC: Spec = Spec::write("thing.post", Method::POST, Auth::AccessToken, "Check.");

    fn target(&self) -> Target {
        Target::new("/v1/things").trailing_slash()
    }

    fn body(&self) -> Result<Body, InvalidRequest> {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        Ok(Body::new(form, "a=1&b=2"))
    }
}

#[test]
fn body_is_sent_with_its_media_type() {
    let (result, trace) = run(&config(), &Form, || {
        vec![ScriptStep::respond(202, r#"{"ok":true}"#)]
    });
    assert_eq!(result.unwrap(), json!({"ok": true}));
    let sent = trace.sent().next().unwrap();
    assert_eq!(
        sent.headers[header::CONTENT_TYPE],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(sent.headers[header::CONTENT_LENGTH], "7");
    assert_eq!(&sent.body[..], b"a=1&b=2");
    assert!(!format!("{:?}", Form.body().unwrap()).contains("a=1"));
}
