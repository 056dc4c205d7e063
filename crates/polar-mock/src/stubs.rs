//! Stubs: closures that respond to an operation in place of the mock.

use std::{collections::BTreeMap, fmt, sync::Arc};

use ::http::{Response, StatusCode};
use bytes::Bytes;
use polar_core::{FromRequest, RequestValues};
use serde::Serialize;

use crate::{error_response::ErrorResponse, generated::OPERATIONS, http, schema::Operation};

/// Returns the body of a success, or an error.
type Respond = dyn Fn(&RequestValues<'_>) -> Result<Vec<u8>, ErrorResponse> + Send + Sync;

/// The stubs, by the id of the operation.
#[derive(Default)]
pub(crate) struct Stubs {
    known: BTreeMap<&'static str, Arc<Respond>>,
    /// The call that waits for its response: a stub runs without the lock of the mock.
    waiting: Option<StubCall>,
}

impl Stubs {
    /// Adds a stub, in place of an earlier one of the same operation.
    pub(crate) fn add<O>(
        &mut self,
        respond: impl Fn(O) -> Result<O::Output, ErrorResponse> + Send + Sync + 'static,
    ) where
        O: FromRequest,
        O::Output: Serialize,
    {
        let failed = |detail: String| ErrorResponse::new(500, "InvalidStub", detail);
        let respond: Arc<Respond> = Arc::new(move |values| {
            let operation = O::from_request(values).map_err(|error| failed(error.to_string()))?;
            let output = respond(operation)?;
            serde_json::to_vec(&output).map_err(|error| failed(error.to_string()))
        });
        let route = O::route();
        let operation = OPERATIONS.iter().find(|one| {
            let values = one.matches(&route);
            one.has_method(&O::SPEC.method)
                && values.is_some_and(|values| values.iter().all(|value| value.starts_with('{')))
        });
        self.known.extend(operation.map(|one| (one.id, respond)));
    }

    pub(crate) fn clear(&mut self) {
        self.known.clear();
    }

    pub(crate) fn has(&self, operation: &Operation) -> bool {
        self.known.contains_key(operation.id)
    }

    /// Keeps a valid call of an operation that has a stub, and returns a response without a body.
    pub(crate) fn hold(
        &mut self,
        operation: &Operation,
        path: Vec<String>,
        query: Vec<(String, String)>,
        body: Bytes,
    ) -> Response<Bytes> {
        let respond = self.known.get(operation.id).cloned();
        self.waiting = respond.map(|respond| StubCall {
            respond,
            status: operation.status,
            path,
            query,
            body,
        });
        Response::default()
    }

    pub(crate) fn take_call(&mut self) -> Option<StubCall> {
        self.waiting.take()
    }
}

impl fmt::Debug for Stubs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.known.keys()).finish()
    }
}

/// A call of an operation that has a stub.
pub(crate) struct StubCall {
    respond: Arc<Respond>,
    /// The status of a success.
    status: u16,
    path: Vec<String>,
    query: Vec<(String, String)>,
    body: Bytes,
}

impl StubCall {
    /// Runs the stub, and fills in the response.
    pub(crate) fn finish(self, response: &mut Response<Bytes>) {
        let values = RequestValues::new(&self.path, &self.query, &self.body);
        let own = match (self.respond)(&values) {
            Ok(body) => {
                let status = StatusCode::from_u16(self.status).unwrap_or_default();
                let mut own = if status == StatusCode::NO_CONTENT {
                    Response::default()
                } else {
                    http::response(status, "application/json", body)
                };
                *own.status_mut() = status;
                own
            }
            Err(error) => error.into_response(),
        };
        let (head, body) = own.into_parts();
        *response.status_mut() = head.status;
        response.headers_mut().extend(head.headers);
        *response.body_mut() = body;
    }
}
