use http::Uri;
use polar_net::Error;
pub(crate) use polar_net::tls::none::{Settings, is_tls_error};

use crate::stream::BoxedIo;

/// Cannot be called.
pub(crate) async fn connect(settings: &Settings, _: &Uri, _: BoxedIo) -> Result<BoxedIo, Error> {
    match *settings {}
}
