//! The documentation of an operation and of a resource.

use std::fmt::Write as _;

use super::{Observed, Operation};
use crate::{
    docs, document,
    overlay::{Credential, Idempotency, OperationPage},
    plan::Plan,
};

impl Plan<'_> {
    pub(super) fn resource_docs(&mut self, module: &str) -> String {
        let docs = self.overlay.docs.modules.get(module).cloned();
        if docs.is_none() {
            self.problem(format!("[docs.modules] has no entry for {module}"));
        }
        docs.unwrap_or_default()
    }

    /// What it does, what it sends, whether it is sent again, its errors, and how to recover.
    pub(super) fn operation_docs(
        &self,
        operation: &document::Operation,
        page: &OperationPage,
        planned: &Operation,
        observed: &Observed,
    ) -> String {
        let phrases = &self.overlay.docs.phrases;
        let described = operation.description.iter().chain(&operation.summary);
        let described = described.map(|text| docs::clean(text, phrases));
        let meaning = page.docs.clone().unwrap_or_else(|| {
            let mut described = described.filter(|text| !text.is_empty());
            docs::third_person(&described.next().unwrap_or_default())
        });
        let mut text = format!("{meaning}\n\n{}", sends(operation, planned));
        if let Some(scopes) = scopes(operation) {
            let _ = write!(text, "\n\nScopes: {scopes}.");
        }
        let _ = write!(text, "\n\n{}", retries(planned.idempotency));
        if planned.is_paged {
            text += "\n\nReturns one page of 10 items, or of `limit`, which is at most 100. `pages` of the client \
                     returns the items of all pages.";
        }
        let _ = write!(
            text,
            "\n\n# Errors\n\n{}",
            observed.describe(operation, &page.errors, phrases)
        );
        let recovery = planned.recovery.as_deref();
        let recovery = recovery.unwrap_or("Call it again: it changes nothing.");
        let _ = write!(text, "\n\n# After a lost response\n\n{recovery}");
        text
    }
}

fn sends(operation: &document::Operation, planned: &Operation) -> String {
    let credential = match planned.credential {
        Credential::None => "without a token",
        Credential::AccessToken => "with the access token",
        Credential::Session if accepts(operation, "customer_session") => {
            "with a customer or member session"
        }
        Credential::Session => "with a member session",
    };
    let body = match &operation.body {
        Some(_) if planned.is_form => ", with `request` as a form",
        Some(_) => ", with `request` as JSON",
        None => "",
    };
    format!(
        "Sends `{} {}` {credential}{body}.",
        operation.method, operation.path
    )
}

fn accepts(operation: &document::Operation, credential: &str) -> bool {
    operation
        .security
        .iter()
        .any(|(kind, _)| kind == credential)
}

/// The scopes of which one is enough.
fn scopes(operation: &document::Operation) -> Option<String> {
    let (_, scopes) = operation
        .security
        .iter()
        .max_by_key(|(_, scopes)| scopes.len())?;
    let scopes: Vec<String> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
    (!scopes.is_empty()).then(|| scopes.join(" or "))
}

const fn retries(idempotency: Idempotency) -> &'static str {
    match idempotency {
        Idempotency::Safe => "Safe: it changes nothing, so it is sent again after a failure.",
        Idempotency::Idempotent => {
            "Idempotent: carrying it out twice has the effect of once. It is sent again after a lost \
             response only if [`RetryPolicy`](crate::RetryPolicy) allows that."
        }
        Idempotency::NonIdempotent => {
            "Not idempotent: it is never sent again unless it certainly did not reach Polar or was \
             not carried out."
        }
        Idempotency::ByRequest => {
            "Idempotent only if every event has an `external_id`, by which Polar recognizes events \
             that it has already. Otherwise it is never sent again after a lost response."
        }
    }
}
