//! What an operation is: a plain value that says what to send and how to read the answer.

mod decode;
mod encode;
mod spec;
mod target;

use bytes::Bytes;

pub(crate) use decode::object;
pub use decode::{DecodeError, json};
pub(crate) use encode::{assign_body, json_body};
pub use spec::{Auth, Replay, Spec};
pub use target::Target;

use crate::{Invalid, Reply};

/// One operation of the API, as a value.
///
/// It knows nothing of clients, retries or transports, so it can be written, compared and tested
/// alone. `client.call(operation)` carries it out, on either client.
///
/// ```
/// use bytes::Bytes;
/// use http::Method;
/// use polar_core::{Auth, DecodeError, Invalid, Operation, Reply, Spec, Target, json};
///
/// /// Reads one product, as JSON.
/// struct GetProduct(polar_core::types::ProductId);
///
/// impl Operation for GetProduct {
///     type Output = serde_json::Value;
///     const SPEC: Spec = Spec::read("products.get", Method::GET, Auth::AccessToken);
///
///     fn target(&self) -> Target {
///         Target::new("/v1/products").segment("id", self.0)
///     }
///
///     fn decode(reply: &Reply) -> Result<Self::Output, DecodeError> {
///         json(reply)
///     }
/// }
/// ```
pub trait Operation {
    /// What a successful answer is read into.
    type Output;

    /// What is true of every call of this operation.
    const SPEC: Spec;

    /// The path and query.
    fn target(&self) -> Target;

    /// The JSON body; empty when there is none.
    ///
    /// # Errors
    ///
    /// When the operation's own values cannot be sent. Nothing is sent then.
    fn body(&self) -> Result<Bytes, Invalid> {
        Ok(Bytes::new())
    }

    /// A secret that the path or the body carries. It is cut out of whatever words of the server
    /// repeat it.
    fn secret(&self) -> Option<&str> {
        None
    }

    /// Reads the answer of a success (status 200 or 201).
    ///
    /// # Errors
    ///
    /// When the answer does not have the documented form. The raw answer is kept in the error
    /// that the client makes of it.
    fn decode(reply: &Reply) -> Result<Self::Output, DecodeError>;
}
