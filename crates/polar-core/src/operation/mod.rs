//! Operations: values that describe what to send and how to decode the response.

mod body;
mod decode;
pub(crate) mod read;
mod response;
mod spec;
#[cfg(feature = "full")]
pub(crate) mod table;
mod target;

pub use body::Body;
pub(crate) use body::{JSON, assign_body};
pub(crate) use decode::json_object;
pub use decode::{DecodeError, json};
pub use read::{FromRequest, RequestValues};
pub use response::{FromResponse, RawResponse};
pub(crate) use spec::OK_OR_CREATED;
#[cfg(feature = "full")]
pub(crate) use spec::by_request;
pub use spec::{Auth, Idempotency, Spec};
pub use target::Target;

use crate::{InvalidRequest, Response};

/// One operation of the API, as a value.
///
/// An operation is independent of clients, retries and transports, so it can be compared and tested
/// on its own. [`Client::call`](crate::Client::call) sends it.
///
/// A read needs only a path. Any 2xx status is a success; [`FromResponse`] lists the types that a
/// response can be decoded into:
///
/// ```
/// use polar_core::{Auth, Operation, Spec, Target, http::Method, types::ProductId};
///
/// /// Reads one product.
/// struct GetProduct(ProductId);
///
/// impl Operation for GetProduct {
///     type Output = serde_json::Value;
///     const SPEC: Spec = Spec::read("products.get", Method::GET, Auth::AccessToken);
///
///     fn target(&self) -> Target {
///         // Polar's collection paths end in a slash. The request is for `/v1/products/{id}`.
///         Target::new("/v1/products/").segment("id", self.0)
///     }
/// }
/// ```
///
/// A write also describes how to find out what happened if no response arrives. Polar responds to
/// this one with 204 and no body:
///
/// ```
/// use polar_core::{
///     Auth, Body, InvalidRequest, Operation, Spec, Target,
///     http::{Method, StatusCode},
/// };
/// use serde::Serialize;
///
/// /// Deactivates an activation of a license key.
/// #[derive(Serialize)]
/// struct Deactivate {
///     key: String,
///     organization_id: String,
///     activation_id: String,
/// }
///
/// impl Operation for Deactivate {
///     type Output = ();
///     const SPEC: Spec = Spec::write(
///         "customer_portal.license_keys.deactivate",
///         Method::POST,
///         Auth::None,
///         "Get the license key and check whether the activation still exists.",
///     )
///     .expects(&[StatusCode::NO_CONTENT]);
///
///     fn target(&self) -> Target {
///         Target::new("/v1/customer-portal/license-keys/deactivate")
///     }
///
///     fn body(&self) -> Result<Body, InvalidRequest> {
///         Body::json(self)
///     }
///
///     fn secrets(&self) -> Vec<&str> {
///         vec![&self.key]
///     }
/// }
/// ```
pub trait Operation {
    /// The type that a successful response is decoded into. `()` ignores the body.
    type Output: FromResponse;

    /// The properties of this operation.
    const SPEC: Spec;

    /// Returns the path and query.
    fn target(&self) -> Target;

    /// Returns the body of the request. Default: no body.
    ///
    /// # Errors
    ///
    /// If the values of the operation are invalid. Nothing is sent then.
    fn body(&self) -> Result<Body, InvalidRequest> {
        Ok(Body::empty())
    }

    /// Returns whether this operation, with its values, can be sent again: that of
    /// [`SPEC`](Self::SPEC) unless it depends on the values.
    fn idempotency(&self) -> Idempotency {
        Self::SPEC.idempotency
    }

    /// Returns the secrets in the path, the query and the body. They are redacted in messages of the
    /// server.
    fn secrets(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Decodes a successful response: one with a status that [`SPEC`](Self::SPEC)
    /// [expects](Spec::expects).
    ///
    /// # Errors
    ///
    /// If the response does not have the documented form. The error that the client returns
    /// contains the unchanged response.
    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        Self::Output::from_response(response)
    }
}
