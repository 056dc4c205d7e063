//! Recipes for the whole API, over scripts with lost responses.

mod create_once;
mod ensure_activated;
mod ensure_canceled;
mod get_or_create;
mod ingest_once;
mod refund_once;

use polar_core::{
    recipes::{Cancellation, Ensured, Ingestion},
    types::sample,
};
use serde::Serialize;

use super::*;

/// Calls a recipe with both clients over the same script, and compares them. Returns the result, with
/// an error as its outcome and text, and the requests.
macro_rules! run {
    ($steps:expr, |$polar:ident| $call:expr) => {{
        let (result, trace) = both(
            $steps,
            |$polar| $call.map_err(|error| (error.outcome(), format!("{error:#}"))),
            async |$polar| {
                let result = $call.await;
                result.map_err(|error| (error.outcome(), format!("{error:#}")))
            },
        );
        (result, methods(&trace))
    }};
}

use run;

/// One case of a recipe: the script, the expected result in a word, and the expected requests.
type Case<'a> = (&'a dyn Fn() -> Vec<ScriptStep>, &'a str, &'a [&'a str]);

/// Checks cases with a function that calls the recipe over a script.
fn check(cases: &[Case<'_>], run: impl Fn(&dyn Fn() -> Vec<ScriptStep>) -> (String, Vec<String>)) {
    for (number, (steps, expected, requests)) in cases.iter().enumerate() {
        let (result, sent) = run(steps);
        assert_eq!(result, *expected, "case {number}: {sent:?}");
        assert_eq!(sent, *requests, "case {number}");
    }
}

/// The result of a recipe in a word.
fn word<T>(result: &Result<Ensured<T>, (Outcome, String)>) -> String {
    match result {
        Ok(Ensured::Created(_)) => "created".to_owned(),
        Ok(Ensured::Found(_)) => "found".to_owned(),
        Err((outcome, _)) => format!("{outcome:?}"),
    }
}

fn created(value: &impl Serialize) -> ScriptStep {
    ScriptStep::respond(201, serde_json::to_vec(value).unwrap())
}

/// The only page of a list.
fn page<T: Serialize>(items: &[T]) -> ScriptStep {
    page_of(items, 1)
}

/// One of several pages of a list.
fn page_of<T: Serialize>(items: &[T], max_page: u64) -> ScriptStep {
    ok(&serde_json::json!({
        "items": items,
        "pagination": { "total_count": items.len(), "max_page": max_page },
    }))
}

fn not_found() -> ScriptStep {
    refused(404, "ResourceNotFound", r#""Not found""#)
}

/// A rule about a field, as Polar reports it.
fn rule(field: &str) -> ScriptStep {
    let detail = format!(r#"[{{"type":"value_error","loc":["body","{field}"],"msg":"No."}}]"#);
    refused(422, "PolarRequestValidationError", &detail)
}

fn refused(status: u16, name: &str, detail: &str) -> ScriptStep {
    ScriptStep::respond(status, format!(r#"{{"error":"{name}","detail":{detail}}}"#))
}

/// Too many requests, for longer than a call may take.
fn limited() -> ScriptStep {
    ScriptStep::respond(429, "").header("retry-after", "60")
}

#[test]
fn futures_of_recipes_are_send() {
    let client = Client::new(ScriptedTransport::new([]), config());
    let session = crate::both_clients::session();
    assert_send(
        client
            .customers()
            .get_or_create("ann", get_or_create::request()),
    );
    let request = ensure_activated::request("laptop");
    let keys = client.license_keys();
    assert_send(keys.ensure_activated(ensure_activated::id(), request.clone()));
    let keys = client.customer_portal(&session).license_keys();
    assert_send(keys.ensure_activated(ensure_activated::id(), request));
    assert_send(client.events().ingest_once(&mut Ingestion::default()));
    let now = Cancellation::now();
    assert_send(
        client
            .subscriptions()
            .ensure_canceled(ensure_canceled::id(), now),
    );
    assert_send(
        client
            .refunds()
            .refund_once(refund_once::request(), "ticket"),
    );
    assert_send(
        client
            .checkouts()
            .create_once(create_once::request(), "cart"),
    );
}
