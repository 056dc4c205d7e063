//! The table of all operations, and operations without their types.

use std::{fmt, future::Future, pin::Pin};

use polar_core::{
    Client, Csv, Error, Operation, Spec, blocking,
    http::Method,
    types::{CustomerSessionToken, Sample, sample},
};
use serde::Serialize;
use serde_json::Value;

use crate::{Impossible, RecordedRequest, Request, generated, seats};

/// One operation of the API.
#[derive(Debug)]
pub struct Row {
    /// The id in Polar's document, such as `orders:list`.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path with the names of its parameters, such as `/v1/orders/{id}`.
    pub template: &'static str,
    /// Makes the operation of a request.
    pub build: fn(&Request<'_>) -> Result<Built, Impossible>,
}

impl Row {
    /// Makes the operation with a sample of every value: optional ones are set, and lists have an item.
    ///
    /// # Errors
    ///
    /// If a value has no sample.
    pub fn sample(&self) -> Result<Built, Impossible> {
        (self.build)(&Request::samples())
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Returns all operations.
pub fn operations() -> impl Iterator<Item = &'static Row> {
    seats::OPERATIONS.iter().chain(generated::OPERATIONS)
}

/// Returns the operation with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Row> {
    operations().find(|row| row.id == id)
}

/// Returns the operation that has the method and the path of a request.
#[must_use]
pub fn by_request(request: &RecordedRequest) -> Option<&'static Row> {
    operations()
        .filter(|row| {
            row.method.as_str() == request.method && Request::new(request, row.template).is_some()
        })
        .min_by_key(|row| row.template.matches('{').count())
}

/// An operation without its type.
pub struct Built(Box<dyn Erased>);

/// What a call returned.
#[derive(Debug, Clone, PartialEq)]
pub struct Returned {
    /// The value, written as JSON; a CSV export as a string.
    pub json: Value,
    /// How the value is printed with `{:?}`.
    pub debug: String,
}

/// A call of the async client.
pub type Call<'a> = Pin<Box<dyn Future<Output = Result<Returned, Error>> + 'a>>;

impl Built {
    /// Takes an operation whose result can be written as JSON.
    pub fn json<O>(operation: O) -> Self
    where
        O: Operation<Output: Serialize + Sample + fmt::Debug> + Clone + fmt::Debug + 'static,
    {
        Self(Box::new(Typed {
            operation,
            write: |output| serde_json::to_value(output).unwrap_or_default(),
            sample: || serde_json::to_string(&sample::<O::Output>()).unwrap_or_default(),
        }))
    }

    /// Takes an operation that returns nothing.
    pub fn nothing<O>(operation: O) -> Self
    where
        O: Operation<Output = ()> + Clone + fmt::Debug + 'static,
    {
        Self(Box::new(Typed {
            operation,
            write: |()| Value::Null,
            sample: String::new,
        }))
    }

    /// Takes an operation that returns a CSV export.
    pub fn csv<O>(operation: O) -> Self
    where
        O: Operation<Output = Csv> + Clone + fmt::Debug + 'static,
    {
        Self(Box::new(Typed {
            operation,
            write: |csv| String::from_utf8_lossy(csv.as_bytes()).into(),
            sample: || "id,name\n1,Ada\n".to_owned(),
        }))
    }

    /// Returns the properties of the operation, with the idempotency of its values.
    #[must_use]
    pub fn spec(&self) -> Spec {
        self.0.spec()
    }

    /// Returns the body of a successful response, made of samples.
    #[must_use]
    pub fn sample_response(&self) -> String {
        self.0.sample_response()
    }

    /// Calls the operation with the async client, in the portal if there is a session.
    #[must_use]
    pub fn call<'a>(
        &'a self,
        client: &'a Client,
        session: Option<&'a CustomerSessionToken>,
    ) -> Call<'a> {
        self.0.call(client, session)
    }

    /// Calls the operation with the blocking client, in the portal if there is a session.
    ///
    /// # Errors
    ///
    /// Returns the error of the client.
    pub fn call_blocking(
        &self,
        client: &blocking::Client,
        session: Option<&CustomerSessionToken>,
    ) -> Result<Returned, Error> {
        self.0.call_blocking(client, session)
    }
}

impl fmt::Debug for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

trait Erased: fmt::Debug {
    fn spec(&self) -> Spec;

    fn sample_response(&self) -> String;

    fn call<'a>(
        &'a self,
        client: &'a Client,
        session: Option<&'a CustomerSessionToken>,
    ) -> Call<'a>;

    fn call_blocking(
        &self,
        client: &blocking::Client,
        session: Option<&CustomerSessionToken>,
    ) -> Result<Returned, Error>;
}

struct Typed<O: Operation> {
    operation: O,
    write: fn(&O::Output) -> Value,
    sample: fn() -> String,
}

impl<O: Operation<Output: fmt::Debug>> Typed<O> {
    fn returned(&self, output: &O::Output) -> Returned {
        Returned {
            json: (self.write)(output),
            debug: format!("{output:?}"),
        }
    }
}

impl<O: Operation<Output: fmt::Debug> + Clone + fmt::Debug> Erased for Typed<O> {
    fn spec(&self) -> Spec {
        let mut spec = O::SPEC;
        spec.idempotency = self.operation.idempotency();
        spec
    }

    fn sample_response(&self) -> String {
        (self.sample)()
    }

    fn call<'a>(
        &'a self,
        client: &'a Client,
        session: Option<&'a CustomerSessionToken>,
    ) -> Call<'a> {
        Box::pin(async move {
            let operation = self.operation.clone();
            let output = match session {
                Some(session) => client.customer_portal(session).call(operation).await,
                None => client.call(operation).await,
            };
            output.map(|output| self.returned(&output))
        })
    }

    fn call_blocking(
        &self,
        client: &blocking::Client,
        session: Option<&CustomerSessionToken>,
    ) -> Result<Returned, Error> {
        let operation = self.operation.clone();
        let output = match session {
            Some(session) => client.customer_portal(session).call(operation),
            None => client.call(operation),
        };
        output.map(|output| self.returned(&output))
    }
}

impl<O: Operation + fmt::Debug> fmt::Debug for Typed<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operation.fmt(f)
    }
}
