use http::Uri;
pub(crate) use polar_net::tls::rustls::{Settings, is_tls_error};
use polar_net::{
    Error,
    tls::rustls::{handshake_error, server_name},
};
use tokio_rustls::TlsConnector;

use crate::stream::BoxedIo;

/// Opens a session with the host of a URI.
pub(crate) async fn connect(settings: &Settings, uri: &Uri, io: BoxedIo) -> Result<BoxedIo, Error> {
    let session = TlsConnector::from(settings.config())
        .connect(server_name(uri)?, io)
        .await
        .map_err(handshake_error)?;
    Ok(Box::new(session))
}
