//! Replaying one exchange through both clients.

use polar_core::{
    Auth, Client, Config, Error, RetryPolicy, blocking,
    http::Uri,
    types::{AccessToken, CustomerSessionToken},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, SentRequest, block_on};
use serde_json::Value;

use crate::{
    Impossible, Part, RecordedRequest, Recording, Request, body, outcome,
    request::{decode, form, query},
    table::{self, Built, Returned, Row},
};

/// The result of replaying an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The clients send the recorded request, and return what the recorded response says.
    Right,
    /// The types make the request impossible, and the server rejected it for the same reason.
    Impossible(Impossible),
    /// Something is different.
    Wrong(Vec<String>),
}

/// Replays an exchange.
#[must_use]
pub fn replay(recording: &Recording) -> Verdict {
    let row = match row(recording) {
        Ok(row) => row,
        Err(verdict) => return verdict,
    };
    if row.method.as_str() != recording.request.method {
        return wrong(format!("the method of {} is {}", row.id, row.method));
    }
    let Some(request) = Request::new(&recording.request, row.template) else {
        return wrong(format!("the path of {} is {}", row.id, row.template));
    };
    let result = (row.build)(&request).and_then(|built| calls(recording, row, &built));
    match result {
        Ok(problems) if problems.is_empty() => Verdict::Right,
        Ok(problems) => Verdict::Wrong(problems),
        Err(impossible) => Verdict::Impossible(impossible),
    }
}

fn wrong(problem: String) -> Verdict {
    Verdict::Wrong(vec![problem])
}

/// The operation of an exchange, by its id or by its method and path.
fn row(recording: &Recording) -> Result<&'static Row, Verdict> {
    let request = &recording.request;
    let found = match &recording.operation_id {
        Some(id) => table::by_id(id),
        None => table::by_request(request),
    };
    found.ok_or_else(|| {
        let path = request.path.split('?').next().unwrap_or_default();
        wrong(format!("no operation has `{} {path}`", request.method))
    })
}

/// Calls the operation with both clients, and returns what is wrong.
fn calls(recording: &Recording, row: &Row, built: &Built) -> Result<Vec<String>, Impossible> {
    let blocking = call(recording, built, |transport, config, session| {
        built.call_blocking(&blocking::Client::new(transport, config), session)
    });
    let asynchronous = call(recording, built, |transport, config, session| {
        block_on(built.call(&Client::new(transport, config), session))
    });
    let mut problems = Vec::new();
    for (sent, result) in [blocking, asynchronous] {
        let Some(sent) = sent else {
            return Err(not_sent(&result));
        };
        problems.extend(compare_requests(&recording.request, &sent));
        problems.extend(outcome::compare(row.id, &recording.response, &result));
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

/// Calls a client over a transport that plays the recorded response. Returns the request that it sent,
/// and the result.
fn call(
    recording: &Recording,
    built: &Built,
    call: impl FnOnce(
        ScriptedTransport,
        Config,
        Option<&CustomerSessionToken>,
    ) -> Result<Returned, Error>,
) -> (Option<SentRequest>, Result<Returned, Error>) {
    let request = &recording.request;
    let response = &recording.response;
    let body = response.body.clone().unwrap_or_default();
    let step = ScriptStep::respond(response.status, body);
    let step = response
        .headers()
        .fold(step, |step, (name, value)| step.header(name, value));
    let transport = ScriptedTransport::new([step]);
    let mut config = Config::new().retry(RetryPolicy::none());
    let version = request
        .header("polar-version")
        .and_then(|text| text.parse().ok());
    if let Some(version) = version {
        config = config.api_version(version);
    }
    // A session cookie of a browser is a credential, too.
    let token = request
        .bearer()
        .or_else(|| request.header("cookie").map(|_| "cookie"));
    let session = token.and_then(|token| CustomerSessionToken::new(token).ok());
    if let Some(token) = token.and_then(|token| AccessToken::new(token).ok()) {
        config = config.access_token(token);
    }
    let is_portal = built.spec().auth == Auth::CustomerSession;
    let session = session.filter(|_| is_portal);
    let result = call(transport.clone(), config, session.as_ref());
    let sent = transport.trace().sent().next().cloned();
    (sent, result)
}

/// Why a client sent nothing.
fn not_sent(result: &Result<Returned, Error>) -> Impossible {
    let reason = match result {
        Ok(_) => "nothing was sent".to_owned(),
        Err(error) => error.to_string(),
    };
    if reason.contains("token is missing") {
        Impossible::new(Part::Token, "", "is missing")
    } else {
        Impossible::new(Part::Body, "", reason)
    }
}

/// Compares the method, the path, the query and the body.
fn compare_requests(recorded: &RecordedRequest, sent: &SentRequest) -> Vec<String> {
    let mut problems = Vec::new();
    if recorded.method != sent.method.as_str() {
        problems.push(format!("{} is sent as {}", recorded.method, sent.method));
    }
    let path = recorded.path.split('?').next().unwrap_or_default();
    let segments = |path: &str| path.split('/').map(decode).collect::<Vec<_>>();
    if segments(path) != segments(sent.uri.path()) {
        problems.push(format!("the path {path} is sent as {}", sent.uri.path()));
    }
    problems.extend(compare_queries(&recorded.path, &sent.uri));
    let is_form = sent
        .headers
        .get("content-type")
        .is_some_and(|value| value.as_bytes().ends_with(b"form-urlencoded"));
    let recorded = recorded.body.as_deref().unwrap_or_default();
    let sent = String::from_utf8_lossy(&sent.body);
    if is_form {
        problems.extend(compare_pairs("body", form(recorded), form(&sent)));
    } else if recorded.is_empty() != sent.is_empty() {
        problems.push(format!("the body `{recorded}` is sent as `{sent}`"));
    } else {
        let [recorded, sent] =
            [recorded, &*sent].map(|text| serde_json::from_str::<Value>(text).unwrap_or_default());
        body::same("body", &recorded, &sent, &mut problems);
    }
    problems
}

fn compare_queries(recorded: &str, sent: &Uri) -> Vec<String> {
    let sent = sent.path_and_query().map_or("", |path| path.as_str());
    compare_pairs("query", query(recorded), query(sent))
}

/// Compares pairs in any order.
fn compare_pairs(
    part: &str,
    mut recorded: Vec<(String, String)>,
    mut sent: Vec<(String, String)>,
) -> Vec<String> {
    recorded.sort();
    sent.sort();
    if recorded == sent {
        return Vec::new();
    }
    let difference = |one: &[(String, String)], other: &[(String, String)]| {
        let only = one.iter().filter(|pair| !other.contains(pair));
        let only: Vec<String> = only.map(|(key, value)| format!("{key}={value}")).collect();
        only.join("&")
    };
    vec![format!(
        "{part}: `{}` is sent as `{}`",
        difference(&recorded, &sent),
        difference(&sent, &recorded)
    )]
}
