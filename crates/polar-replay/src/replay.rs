//! Replaying one exchange.

use polar_core::{Auth, http::Uri};
use polar_testkit::script::SentRequest;
use serde_json::Value;

use crate::{
    Impossible, Part, RecordedRequest, Recording, Request,
    document::{Difference, NO_FIELD, NO_REQUIRED, document},
    outcome,
    play::{PLACEHOLDER, credential, play, play_response},
    request::{decode, form, query},
    table::{self, Built, Row},
};

/// The result of replaying an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Both clients send the recorded request, and return what the recorded response says.
    Right,
    /// The types make the request impossible, and the server rejected it, too.
    Impossible(Vec<Impossible>),
    /// Something is different.
    Wrong(Vec<String>),
}

/// What is different.
#[derive(Default)]
struct Differences {
    impossible: Vec<Impossible>,
    wrong: Vec<String>,
}

/// Replays an exchange.
#[must_use]
pub fn replay(recording: &Recording) -> Verdict {
    let request = &recording.request;
    let row = match &recording.operation_id {
        Some(id) => table::by_id(id),
        None => table::by_request(request),
    };
    let path = request.path.split('?').next().unwrap_or_default();
    let Some(row) = row else {
        return wrong(format!("no operation has `{} {path}`", request.method));
    };
    if row.method.as_str() != request.method {
        return wrong(format!("the method of {} is {}", row.id, row.method));
    }
    let Some(request) = Request::new(request, row.template) else {
        return wrong(format!("the path of {} is {}", row.id, row.template));
    };
    let differences = match (row.build)(&request) {
        Ok(built) => calls(recording, row, &built),
        Err(impossible) => Differences {
            impossible: vec![impossible],
            wrong: response_of_impossible(recording, row),
        },
    };
    verdict(recording, row, differences)
}

fn wrong(problem: String) -> Verdict {
    Verdict::Wrong(vec![problem])
}

fn verdict(recording: &Recording, row: &Row, differences: Differences) -> Verdict {
    let Differences { impossible, wrong } = differences;
    if wrong.is_empty() && impossible.is_empty() {
        Verdict::Right
    } else if wrong.is_empty() && is_deliberate(recording, row, &impossible) {
        Verdict::Impossible(impossible)
    } else {
        let impossible = impossible.iter().map(ToString::to_string);
        Verdict::Wrong(wrong.into_iter().chain(impossible).collect())
    }
}

/// Whether an impossible request was meant to be malformed, and is not a good one that the types
/// cannot express: the server names the field, or nothing in the request is what the operation takes.
fn is_deliberate(recording: &Recording, row: &Row, impossible: &[Impossible]) -> bool {
    let Recording {
        request, response, ..
    } = recording;
    // Of an error of this name, the server had found the types right.
    if response.json().get("error") == Some(&Value::from("PolarRequestValidationError")) {
        return false;
    }
    if response.status == 422 && impossible.iter().any(|it| is_named(&response.json(), it)) {
        return true;
    }
    let is_form = request
        .header("content-type")
        .is_some_and(|value| value.ends_with("form-urlencoded"));
    let body = parse(request.body.as_deref().unwrap_or_default(), is_form).unwrap_or_default();
    let is_all_wrong = |impossible: &Impossible| match impossible.part {
        Part::Path => false,
        Part::Query => query(&request.path).is_empty(),
        Part::Body => document().valid_fields(row.id, &body).is_empty(),
        Part::Token => true,
    };
    let is_ignored = || {
        let fields = body.as_object().into_iter().flatten();
        let has_effect = |value: &Value| contains(&response.json(), value);
        impossible.iter().all(|it| it.reason == NO_FIELD) && !fields.map(|(_, v)| v).any(has_effect)
    };
    impossible.iter().all(is_all_wrong)
        && match response.status {
            200..=299 => is_ignored(),
            status => (400..=499).contains(&status),
        }
}

/// Whether an error of the server is about a field, or has the same message.
fn is_named(error: &Value, impossible: &Impossible) -> bool {
    let part = impossible.part.to_string();
    let mut names = impossible.field.split(['.', '[', ']']);
    let field = names.rfind(|name| !name.is_empty());
    let details = error.get("detail").and_then(Value::as_array);
    details.into_iter().flatten().any(|detail| {
        let location = detail.get("loc").and_then(Value::as_array);
        let location: Vec<String> = location
            .into_iter()
            .flatten()
            .map(|segment| {
                segment
                    .as_str()
                    .map_or_else(|| segment.to_string(), str::to_owned)
            })
            .collect();
        // What a whole object lacks, the error names inside of it.
        let is_at = |field: &str| match impossible.reason.as_str() {
            NO_REQUIRED => location.iter().any(|name| name == field),
            _ => location.last().is_some_and(|last| last == field),
        };
        let message = detail
            .get("msg")
            .and_then(Value::as_str)
            .unwrap_or_default();
        // Types allow any word, so one that the server does not know is never impossible.
        let is_word = detail.get("type").is_some_and(|kind| kind == "enum");
        location.first() == Some(&part)
            && !is_word
            && (message.ends_with(&impossible.reason) || field.is_none_or(is_at))
    })
}

fn contains(value: &Value, wanted: &Value) -> bool {
    value == wanted
        || match value {
            Value::Array(items) => items.iter().any(|item| contains(item, wanted)),
            Value::Object(fields) => fields.values().any(|field| contains(field, wanted)),
            _ => false,
        }
}

/// The response to a request that cannot be built: an error, which is read alike for all operations.
fn response_of_impossible(recording: &Recording, row: &Row) -> Vec<String> {
    let response = &recording.response;
    if response.is_success() {
        return vec![format!("the server accepted it ({})", response.status)];
    }
    outcome::compare(row.id, response, &play_response(response))
}

/// Calls the operation with both clients, and compares.
fn calls(recording: &Recording, row: &Row, built: &Built) -> Differences {
    let mut differences = Differences::default();
    let mut token = credential(&recording.request);
    if token.is_none() && built.spec().auth != Auth::None {
        for played in play(recording, built, None) {
            match played.result {
                Err(error) if error.is_invalid() => {}
                _ => differences
                    .wrong
                    .push("it is sent without a token".to_owned()),
            }
        }
        let missing = Impossible::new(Part::Token, "", "is missing");
        differences.impossible.push(missing);
        token = Some(PLACEHOLDER);
    }
    for played in play(recording, built, token) {
        match (&played.sent, &played.result) {
            (Some(sent), result) => {
                requests(&recording.request, sent, row, &mut differences);
                let wrong = outcome::compare(row.id, &recording.response, result);
                differences.wrong.extend(wrong);
            }
            (None, Err(error)) => {
                let invalid = Impossible::new(Part::Body, "", error.to_string());
                differences.impossible.push(invalid);
                differences
                    .wrong
                    .extend(response_of_impossible(recording, row));
            }
            (None, Ok(_)) => differences.wrong.push("nothing was sent".to_owned()),
        }
    }
    // What both clients have in common is said once.
    differences.wrong.sort();
    differences.wrong.dedup();
    differences.impossible.sort();
    differences.impossible.dedup();
    differences
}

/// Compares the method, the path, the query and the body.
fn requests(
    recorded: &RecordedRequest,
    sent: &SentRequest,
    row: &Row,
    differences: &mut Differences,
) {
    let wrong = &mut differences.wrong;
    if recorded.method != sent.method.as_str() {
        wrong.push(format!("{} is sent as {}", recorded.method, sent.method));
    }
    let path = recorded.path.split('?').next().unwrap_or_default();
    let segments = |path: &str| path.split('/').map(decode).collect::<Vec<_>>();
    if segments(path) != segments(sent.uri.path()) {
        wrong.push(format!("the path {path} is sent as {}", sent.uri.path()));
    }
    wrong.extend(queries(&recorded.path, &sent.uri));
    let is_form = sent
        .headers
        .get("content-type")
        .is_some_and(|value| value.as_bytes().ends_with(b"form-urlencoded"));
    let recorded = recorded.body.as_deref().unwrap_or_default();
    let sent = String::from_utf8_lossy(&sent.body);
    if is_form {
        wrong.extend(pairs("body", form(recorded), form(&sent)));
    }
    match (parse(recorded, is_form), parse(&sent, is_form)) {
        (Ok(recorded), Ok(sent)) => {
            for difference in document().compare_requests(row.id, &recorded, &sent) {
                match difference {
                    Difference::Impossible(impossible) => differences.impossible.push(impossible),
                    Difference::Wrong(problem) => wrong.push(problem),
                }
            }
        }
        _ => wrong.push(format!("the body `{recorded}` is sent as `{sent}`")),
    }
}

/// Parses a body: a form is an object of texts.
fn parse(body: &str, is_form: bool) -> serde_json::Result<Value> {
    match body {
        "" => Ok(Value::Null),
        body if is_form => Ok(form(body).into_iter().collect()),
        body => serde_json::from_str(body),
    }
}

fn queries(recorded: &str, sent: &Uri) -> Option<String> {
    let sent = sent.path_and_query().map_or("", |path| path.as_str());
    pairs("query", query(recorded), query(sent))
}

/// Compares pairs in any order.
fn pairs(
    part: &str,
    mut recorded: Vec<(String, String)>,
    mut sent: Vec<(String, String)>,
) -> Option<String> {
    recorded.sort();
    sent.sort();
    let difference = |one: &[(String, String)], other: &[(String, String)]| {
        let only = one.iter().filter(|pair| !other.contains(pair));
        let only: Vec<String> = only.map(|(key, value)| format!("{key}={value}")).collect();
        only.join("&")
    };
    (recorded != sent).then(|| {
        format!(
            "{part}: `{}` is sent as `{}`",
            difference(&recorded, &sent),
            difference(&sent, &recorded)
        )
    })
}
