//! The expected results, derived from the recorded responses.

use std::time::Duration;

use polar_core::{ApiError, Error, ErrorKind, Outcome, Remedy, Sent, types::ErrorName};
use polar_e2e::Operation;
use serde_json::Value;

use super::{describe, record::Exchange};

pub(super) fn assert_right(
    exchange: &Exchange,
    operation: &Operation,
    result: &Result<Value, Error>,
) {
    let name = &exchange.name;
    let response = &exchange.response;
    match (response.status, result) {
        (200, Ok(value)) => assert_same(value, &response.text(), name),
        (400..=499, Err(error)) => assert_api_error(exchange, error),
        (300..=399 | 500..=599, Err(error)) => {
            let outcome = if operation.is_read() {
                Outcome::NotDone
            } else {
                Outcome::Unknown
            };
            assert_eq!(
                (error.outcome(), error.sent()),
                (outcome, Sent::Yes),
                "{name}"
            );
            assert_eq!(error.status().unwrap().as_u16(), response.status, "{name}");
            let kind = error.kind();
            let is_right = match response.status {
                500.. => matches!(kind, ErrorKind::Server(_)),
                _ => matches!(kind, ErrorKind::Unexpected(_)),
            };
            assert!(is_right, "{name}: {error:?}");
        }
        _ => panic!("{name}: {} became {}", response.status, describe(result)),
    }
}

/// Asserts that every field is returned as it was sent.
fn assert_same(value: &Value, sent: &str, name: &str) {
    let sent: Value = serde_json::from_str(sent).unwrap();
    assert_eq!(value, &sent, "{name}");
}

fn assert_api_error(exchange: &Exchange, error: &Error) {
    let Exchange { name, response, .. } = exchange;
    let body = response.json();
    let api_error = error
        .api_error()
        .unwrap_or_else(|| panic!("{name}: {error:?}"));
    let outcome = if response.status == 429 {
        Outcome::RateLimited
    } else {
        Outcome::Refused
    };
    assert_eq!(
        (error.outcome(), error.sent()),
        (outcome, Sent::Yes),
        "{name}"
    );
    assert_eq!(error.status().unwrap().as_u16(), response.status, "{name}");
    assert_eq!(api_error.status().as_u16(), response.status, "{name}");
    assert_eq!(
        api_error.name().map(ErrorName::as_str),
        body["error"].as_str(),
        "{name}"
    );
    assert_eq!(api_error.message(), message(&body), "{name}");
    assert_eq!(
        api_error.missing_scope().map(str::to_owned),
        scope(exchange),
        "{name}"
    );
    assert_fields(api_error, &body, name);
    let after = response.header("retry-after");
    let after = after.map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    assert_eq!(error.retry_after(), after, "{name}");
    let (remedy, is_permanent) = (remedy(exchange), response.status != 429);
    assert_eq!(api_error.remedy(), remedy, "{name}");
    assert_eq!(api_error.is_permanent(), is_permanent, "{name}");
    // Only responses to an unknown API version have no version header.
    let unknown_version = response.status == 404 && response.header("polar-version").is_none();
    assert_eq!(api_error.is_unknown_version(), unknown_version, "{name}");
    assert!(
        error.to_string().contains(&response.status.to_string()),
        "{name}: {error}"
    );
}

fn message(body: &Value) -> Option<&str> {
    body["detail"]
        .as_str()
        .or_else(|| body["error_description"].as_str())
}

/// Asserts the fields of a 422: paths with names and indexes, and no input.
fn assert_fields(api_error: &ApiError, body: &Value, name: &str) {
    let items = body["detail"].as_array().cloned().unwrap_or_default();
    assert_eq!(api_error.fields().len(), items.len(), "{name}");
    for (field, item) in api_error.fields().iter().zip(items) {
        let path = item["loc"]
            .as_array()
            .unwrap()
            .iter()
            .map(|segment| match segment {
                Value::String(name) => name.clone(),
                index => index.to_string(),
            });
        assert_eq!(field.path(), path.collect::<Vec<_>>().join("."), "{name}");
        assert_eq!(Some(field.kind.as_str()), item["type"].as_str(), "{name}");
        assert_eq!(Some(field.msg.as_str()), item["msg"].as_str(), "{name}");
        assert!(field.input.is_none() && field.ctx.is_none(), "{name}");
    }
}

/// Returns the missing scope in the challenge.
fn scope(exchange: &Exchange) -> Option<String> {
    let challenge = exchange.response.header("www-authenticate")?;
    let scope = challenge.split("scope=\"").nth(1)?.split('"').next()?;
    Some(scope.to_owned())
}

/// Returns the remedy by the documentation of the errors.
fn remedy(exchange: &Exchange) -> Remedy {
    let body = exchange.response.json();
    let detail = body["detail"].as_str().unwrap_or_default();
    match (
        exchange.response.status,
        body["error"].as_str().unwrap_or_default(),
    ) {
        (429, _) => Remedy::Wait,
        (401, _) => Remedy::Credentials,
        (403, "insufficient_scope") => Remedy::Scope(scope(exchange).unwrap()),
        (403, "NotPermitted") => Remedy::Role,
        (403, "FeatureNotEnabled") => Remedy::Feature,
        (404, "ResourceNotFound") if detail.ends_with("invitation token") => Remedy::Invitation,
        (404, "ResourceNotFound") => Remedy::Id,
        (404, "") => Remedy::Version,
        (400, "InvalidInvitationToken") => Remedy::Invitation,
        (400, "SeatNotAvailable") => Remedy::FreeSeat,
        (400, "SeatAlreadyAssigned") => Remedy::AlreadyAssigned,
        (400, "SeatNotPending") => Remedy::PendingSeat,
        (404, "CustomerNotFound" | "MemberNotFound")
        | (400, "MemberEmailMismatch" | "InvalidSeatAssignmentRequest") => Remedy::Recipient,
        (400 | 411 | 413 | 422, _) => Remedy::Request,
        (status, name) => panic!("{}: no remedy is known for {status} {name}", exchange.name),
    }
}
