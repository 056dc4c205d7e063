use polar_core::FromRequest;
use serde::Serialize;

use super::Mock;
use crate::error_response::ErrorResponse;

impl Mock {
    /// Responds to an operation with a closure. The operation can be one that the mock does not
    /// support (a 501 without a stub), or one to which the closure responds in place of the mock. A
    /// later stub of the same operation replaces it.
    ///
    /// The closure takes the operation as a client sends it. The mock first checks the caller and
    /// the values, as Polar does. The closure may use the mock.
    ///
    /// Operations on seats cannot have a stub, nor can those that return CSV.
    ///
    /// ```
    /// use polar_mock::{ErrorResponse, Mock};
    /// use polar_ureq::{
    ///     Client, Config, checkout_links,
    ///     types::{checkout_links::CheckoutLink, sample},
    /// };
    ///
    /// let mock = Mock::new();
    /// let acme = mock.organization("Acme");
    /// mock.on(|get: checkout_links::Get| {
    ///     if get.id == sample::<CheckoutLink>().id {
    ///         return Ok(sample::<CheckoutLink>());
    ///     }
    ///     Err(ErrorResponse::new(404, "ResourceNotFound", "Checkout link not found."))
    /// });
    /// let config = Config::new().access_token(acme.access_token());
    /// let polar = Client::new(mock.blocking_transport(), config);
    /// assert_eq!(polar.call(checkout_links::Get::new(sample::<CheckoutLink>().id))?, sample());
    /// # Ok::<(), polar_ureq::Error>(())
    /// ```
    pub fn on<O>(
        &self,
        respond: impl Fn(O) -> Result<O::Output, ErrorResponse> + Send + Sync + 'static,
    ) where
        O: FromRequest,
        O::Output: Serialize,
    {
        self.polar().state.stubs.add(respond);
    }

    /// Removes all stubs.
    pub fn clear_stubs(&self) {
        self.polar().state.stubs.clear();
    }
}
