//! What an operation is: a plain value that says what to send and how to read the response.

mod body;
mod decode;
mod from_response;
mod spec;
mod target;

pub use body::Body;
pub(crate) use body::{JSON, assign_body};
pub(crate) use decode::object;
pub use decode::{DecodeError, json};
pub use from_response::FromResponse;
pub(crate) use spec::OK_OR_CREATED;
pub use spec::{Auth, Idempotency, Spec};
pub use target::Target;

use crate::{InvalidRequest, Response};

/// One operation of the API, as a value.
///
/// It knows nothing of clients, retries or transports, so it can be written, compared and tested
/// alone. `client.call(operation)` carries it out, on either client.
///
/// A read needs a path. Any 2xx status is a success, and [`FromResponse`] says what the response
/// can be read into:
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
///         // Polar's collections end in a slash: the request is for `/v1/products/{id}`.
///         Target::new("/v1/products/").segment("id", self.0)
///     }
/// }
/// ```
///
/// A write also says how to find out what happened when no response arrives. This one is answered
/// with 204 and no body:
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
///         "Get the license key to see whether the activation is still there.",
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
///     fn secret(&self) -> Option<&str> {
///         Some(&self.key)
///     }
/// }
/// ```
pub trait Operation {
    /// What the response to a success is read into. `()` ignores its body.
    type Output: FromResponse;

    /// What is true of every call of this operation.
    const SPEC: Spec;

    /// The path and query.
    fn target(&self) -> Target;

    /// The body of the request. There is none unless this is overridden.
    ///
    /// # Errors
    ///
    /// When the operation's own values cannot be sent. Nothing is sent then.
    fn body(&self) -> Result<Body, InvalidRequest> {
        Ok(Body::empty())
    }

    /// A secret that the path or the body carries. It is cut out of whatever words of the server
    /// repeat it.
    fn secret(&self) -> Option<&str> {
        None
    }

    /// Reads the response to a success: one with a status that [`SPEC`](Self::SPEC)
    /// [expects](Spec::expects).
    ///
    /// # Errors
    ///
    /// When the response does not have the documented form. It is kept, as it came, in the error
    /// that the client makes of this one.
    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        Self::Output::from_response(response)
    }
}
