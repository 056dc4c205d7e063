use polar_core::{
    recipes::{Cancellation, EnsureCanceledError, EnsuredCanceled},
    types::{
        SubscriptionId, SubscriptionStatus, customers::CustomerCancellationReason,
        subscriptions::Subscription,
    },
};

use super::*;

const GET: &str = "GET /v1/subscriptions/562fc41d-939c-461d-ac2f-d5d9ac734617";
const UPDATE: &str = "PATCH /v1/subscriptions/562fc41d-939c-461d-ac2f-d5d9ac734617";

fn active() -> Subscription {
    let mut subscription: Subscription = sample();
    subscription.status = SubscriptionStatus::Active;
    subscription.cancel_at_period_end = false;
    subscription.ends_at = None;
    subscription.ended_at = None;
    subscription
}

fn canceled() -> Subscription {
    let mut subscription = active();
    subscription.cancel_at_period_end = true;
    subscription
}

fn ended() -> Subscription {
    let mut subscription = active();
    subscription.status = SubscriptionStatus::Canceled;
    subscription
}

pub(super) fn id() -> SubscriptionId {
    "562fc41d-939c-461d-ac2f-d5d9ac734617".parse().unwrap()
}

fn run(cancellation: &Cancellation, steps: &dyn Fn() -> Vec<ScriptStep>) -> (String, Vec<String>) {
    let how = || cancellation.clone();
    let (result, requests) = run!(steps, |polar| polar
        .subscriptions()
        .ensure_canceled(id(), how()));
    let word = match result {
        Ok(EnsuredCanceled::Canceled(_)) => "canceled".to_owned(),
        Ok(_) => "already".to_owned(),
        Err((outcome, _)) => format!("{outcome:?}"),
    };
    (word, requests)
}

fn already() -> ScriptStep {
    refused(
        403,
        "AlreadyCanceledSubscription",
        r#""This subscription is already canceled""#,
    )
}

#[test]
fn subscription_is_canceled_once_at_the_end_of_the_period() {
    let none = || ok(&active());
    let some = || ok(&canceled());
    check(
        &[
            (&|| vec![none(), some()], "canceled", &[GET, UPDATE]),
            (&|| vec![some()], "already", &[GET]),
            (&|| vec![ok(&ended())], "already", &[GET]),
            // A lost response.
            (
                &|| vec![none(), lost(), some()],
                "canceled",
                &[GET, UPDATE, GET],
            ),
            (
                &|| vec![none(), lost(), none()],
                "Unknown",
                &[GET, UPDATE, GET],
            ),
            (
                &|| vec![none(), lost(), limited()],
                "Unknown",
                &[GET, UPDATE, GET],
            ),
            (
                &|| vec![none(), ScriptStep::never_respond(), some()],
                "canceled",
                &[GET, UPDATE, GET],
            ),
            // Another caller canceled it in the meantime.
            (
                &|| vec![none(), already(), some()],
                "already",
                &[GET, UPDATE, GET],
            ),
            // Polar refuses. It does so with this name for a paused subscription, too.
            (
                &|| vec![none(), already(), none()],
                "Refused",
                &[GET, UPDATE, GET],
            ),
            (&|| vec![not_found()], "Refused", &[GET]),
            (
                &|| vec![none(), refused(409, "SubscriptionLocked", "\"x\"")],
                "Refused",
                &[GET, UPDATE],
            ),
            (&|| vec![none(), limited()], "RateLimited", &[GET, UPDATE]),
        ],
        |steps| run(&Cancellation::at_period_end(), steps),
    );
}

#[test]
fn scheduled_cancellation_is_not_enough_to_end_a_subscription_now() {
    let scheduled = || ok(&canceled());
    check(
        &[
            (
                &|| vec![scheduled(), ok(&ended())],
                "canceled",
                &[GET, UPDATE],
            ),
            (
                &|| vec![scheduled(), lost(), ok(&ended())],
                "canceled",
                &[GET, UPDATE, GET],
            ),
            (
                &|| vec![scheduled(), lost(), scheduled()],
                "Unknown",
                &[GET, UPDATE, GET],
            ),
            (&|| vec![ok(&ended())], "already", &[GET]),
        ],
        |steps| run(&Cancellation::now(), steps),
    );
}

#[test]
fn request_has_the_reason_and_the_comment() {
    let why = |cancellation: Cancellation| {
        cancellation
            .reason(CustomerCancellationReason::TooExpensive)
            .comment("See you")
    };
    let reason = r#""customer_cancellation_reason":"too_expensive","customer_cancellation_comment":"See you","#;
    for (cancellation, response, expected) in [
        (
            Cancellation::at_period_end(),
            canceled(),
            r#"{"cancel_at_period_end":true}"#.to_owned(),
        ),
        (
            Cancellation::now(),
            ended(),
            r#"{"revoke":true}"#.to_owned(),
        ),
        (
            why(Cancellation::at_period_end()),
            canceled(),
            format!(r#"{{{reason}"cancel_at_period_end":true}}"#),
        ),
        (
            why(Cancellation::now()),
            ended(),
            format!(r#"{{{reason}"revoke":true}}"#),
        ),
    ] {
        let transport = ScriptedTransport::new([ok(&active()), ok(&response)]);
        let client = blocking::Client::new(transport.clone(), config());
        client
            .subscriptions()
            .ensure_canceled(id(), cancellation)
            .unwrap();
        let trace = transport.trace();
        let body = &trace.sent().last().unwrap().body;
        assert_eq!(std::str::from_utf8(body).unwrap(), expected);
    }
}

#[test]
fn success_without_a_cancellation_is_an_error() {
    let steps = [ok(&active()), ok(&active())];
    let client = blocking::Client::new(ScriptedTransport::new(steps), config());
    let how = Cancellation::at_period_end();
    let error = client
        .subscriptions()
        .ensure_canceled(id(), how)
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(
        error.to_string(),
        "Polar returned a success, but the subscription is not canceled"
    );
    assert!(error.cause().is_none());
    let EnsureCanceledError::NotCanceled { subscription } = error else {
        panic!("{error}");
    };
    assert_eq!(*subscription, active());
}
