use std::{error::Error as StdError, iter::successors, time::Duration};

use polar_core::{ApiError, Error, Outcome, Sent, types::ErrorName};
use serde::Serialize;

use super::{Theme, exact, json_line, sanitize};
use crate::{
    csv_file::CsvError,
    error::{BulkError, CliError, Effect, ExitStatus, Incomplete, SavedResponse, StopReason},
};

/// An error as it is printed. Its JSON form is stable.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorReport {
    kind: &'static str,
    /// The name that the API gives the error, or the code of an invalid webhook.
    code: Option<String>,
    message: String,
    status: Option<u16>,
    sent: &'static str,
    outcome: &'static str,
    /// In seconds, rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// Present only if Ctrl-C or SIGTERM stopped a bulk command.
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupted: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Field>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    file_errors: Vec<FileError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<String>,
    /// The sources of the error. JSON appends them to the message, text has a line for each.
    #[serde(skip)]
    causes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Field {
    path: String,
    message: String,
}

/// An error in a file. Without a column, it concerns the whole line.
#[derive(Debug, Serialize)]
struct FileError {
    line: u64,
    /// Starts at 1.
    column: Option<usize>,
    column_name: Option<String>,
    reason: String,
}

impl From<&CsvError> for FileError {
    fn from(error: &CsvError) -> Self {
        let place = error.column.as_ref();
        Self {
            line: error.line,
            column: place.map(|place| place.number),
            column_name: place.map(|place| place.name.clone()),
            reason: error.problem.clone(),
        }
    }
}

impl ErrorReport {
    pub(crate) fn new(error: &CliError) -> Self {
        match error {
            CliError::InvalidInput { message, hint } => Self {
                next_step: hint.clone(),
                ..Self::local("invalid", message.clone())
            },
            CliError::InvalidFile {
                message,
                errors,
                hint,
            } => Self {
                file_errors: errors.iter().map(FileError::from).collect(),
                next_step: hint.map(ToOwned::to_owned),
                ..Self::local("invalid", message.clone())
            },
            CliError::Local(message) => Self::local("local", message.clone()),
            CliError::Call(error) => Self::of_call(error, None),
            CliError::Incomplete(incomplete) => Self::of_many(incomplete),
            CliError::Reported(_) => Self::local("local", "see the printed result".to_owned()),
            CliError::UndecodedClaim(error, saved) => Self::of_call(error, Some(saved)),
            CliError::InvalidWebhook(invalid) => Self {
                code: Some(invalid.code().to_owned()),
                outcome: "refused",
                ..Self::local("refused", invalid.to_string())
            },
            CliError::Output {
                source,
                effect,
                saved,
            } => {
                let report = Self::local("output", "the result could not be written".to_owned());
                let (sent, outcome, advice) = match effect {
                    Effect::Local => ("no", "not_done", None),
                    Effect::Read => ("yes", "not_done", None),
                    Effect::Write => ("yes", "unknown", Some(UNWRITTEN)),
                    Effect::Idempotent => ("yes", "unknown", Some(AGAIN)),
                };
                Self {
                    sent,
                    outcome,
                    next_step: joined(advice.map(ToOwned::to_owned), saved.message()),
                    causes: vec![source.to_string()],
                    ..report
                }
            }
        }
    }

    /// Returns `{"error": …}` on one line.
    pub(crate) fn json(mut self) -> String {
        #[derive(Serialize)]
        struct Document {
            error: ErrorReport,
        }
        for cause in self.causes.drain(..) {
            self.message.push_str(": ");
            self.message.push_str(&cause);
        }
        let document = serde_json::to_string(&Document { error: self });
        // Strings and numbers can always be serialized.
        json_line(&document.unwrap_or_default())
    }

    /// Returns the message, its causes and the hint.
    pub(crate) fn to_text(&self, theme: Theme) -> String {
        let message = self
            .fields
            .iter()
            .fold(self.message.clone(), |message, field| {
                match option(&field.path) {
                    Some(option) => message.replace(&field.path, option),
                    None => message,
                }
            });
        // File names, environment variables and servers can put anything into these texts.
        let message: Vec<_> = message.lines().map(sanitize).collect();
        let mut text = format!("{} {}\n", theme.error("error:"), message.join("\n"));
        for cause in &self.causes {
            text.extend([
                "  ",
                &theme.dimmed("caused by:"),
                " ",
                &sanitize(cause),
                "\n",
            ]);
        }
        if let Some(step) = &self.next_step {
            text.extend([&theme.bold("help:"), " ", &sanitize(step), "\n"]);
        }
        text
    }

    fn local(kind: &'static str, message: String) -> Self {
        Self {
            kind,
            code: None,
            message,
            status: None,
            sent: "no",
            outcome: "not_done",
            retry_after: None,
            interrupted: None,
            fields: Vec::new(),
            file_errors: Vec::new(),
            next_step: None,
            causes: Vec::new(),
        }
    }

    /// The error of a bulk command, with the causes of what stopped it.
    fn of_many(incomplete: &Incomplete) -> Self {
        let stop = match &incomplete.cause {
            Some(BulkError::Stopped(stop)) => Some(*stop),
            _ => None,
        };
        let (causes, next_step) = match &incomplete.cause {
            // The message mentions the interruption, and another error is reported separately.
            None | Some(BulkError::Stopped(StopReason::Interrupted | StopReason::Failed)) => {
                (Vec::new(), None)
            }
            Some(BulkError::Stopped(StopReason::AskedToWait(wait))) => (
                vec![format!(
                    "the server asked to wait {}; this command waits at most {} in a row",
                    exact(*wait),
                    exact(StopReason::LONGEST_WAIT)
                )],
                Some("Wait as long as the server asked.".to_owned()),
            ),
            Some(BulkError::Call(error)) => {
                let below = successors(error.source(), |&cause| cause.source());
                let causes =
                    std::iter::once(error.to_string()).chain(below.map(ToString::to_string));
                (causes.collect(), error.next_step())
            }
            Some(BulkError::Journal(error)) => {
                (vec![format!("cannot write the journal: {error}")], None)
            }
            Some(BulkError::Rejects(error)) => (
                vec![format!("cannot write the rejected rows: {error}")],
                None,
            ),
        };
        Self {
            sent: "yes",
            outcome: match incomplete.exit {
                ExitStatus::Refused => "refused",
                ExitStatus::Unknown => "unknown",
                _ => "not_done",
            },
            retry_after: stop.and_then(|stop| match stop {
                StopReason::AskedToWait(wait) => Some(whole_seconds(wait)),
                _ => None,
            }),
            interrupted: (stop == Some(StopReason::Interrupted)).then_some(true),
            next_step: joined(next_step, Some(incomplete.next_step.clone())),
            causes,
            ..Self::local("incomplete", incomplete.message.clone())
        }
    }

    fn of_call(error: &Error, saved: Option<&SavedResponse>) -> Self {
        let fields = error.api_error().map(ApiError::fields).unwrap_or_default();
        Self {
            kind: error.kind().as_str(),
            code: error.name().map(ErrorName::to_string),
            message: error.to_string(),
            status: error.status().map(|status| status.as_u16()),
            sent: match error.sent() {
                Sent::No => "no",
                Sent::Yes => "yes",
                _ => "unknown",
            },
            outcome: match error.outcome() {
                Outcome::Refused | Outcome::RateLimited => "refused",
                Outcome::NotDone => "not_done",
                _ => "unknown",
            },
            retry_after: error.retry_after().map(whole_seconds),
            interrupted: None,
            fields: fields
                .iter()
                .map(|field| Field {
                    path: field.path(),
                    message: field.msg.clone(),
                })
                .collect(),
            file_errors: Vec::new(),
            next_step: joined(error.next_step(), saved.and_then(SavedResponse::message)),
            causes: successors(error.source(), |&cause| cause.source())
                .map(ToString::to_string)
                .collect(),
        }
    }
}

/// Returns the option that sets a field of a request.
fn option(path: &str) -> Option<&'static str> {
    let (_, option) = OPTIONS.iter().find(|(field, _)| *field == path)?;
    Some(option)
}

fn joined(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) => Some(format!("{first} {second}")),
        (first, second) => first.or(second),
    }
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs()
        .saturating_add(u64::from(time.subsec_nanos() > 0))
}

const OPTIONS: [(&str, &str); 9] = [
    ("body.email", "--email"),
    ("body.customer_id", "--customer"),
    ("body.external_customer_id", "--external-customer"),
    ("body.member_id", "--member"),
    ("body.external_member_id", "--external-member"),
    ("body.metadata", "--metadata"),
    ("body.subscription_id", "--subscription"),
    ("body.order_id", "--order"),
    ("body.checkout_id", "--checkout"),
];

const UNWRITTEN: &str =
    "Polar carried out the request, so do not repeat it. List the seats to see the result.";

const AGAIN: &str =
    "Polar carried out the request. Running the command again is safe and prints the result.";

#[cfg(test)]
mod tests;
