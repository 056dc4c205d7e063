use std::{error::Error, sync::Arc};

use http::Uri;
use polar_core::TransportErrorKind;
use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};
use tokio::{sync::OnceCell, task};
use tokio_rustls::TlsConnector;

use crate::{
    ExtraRoots,
    connect::Stream,
    error::{Reason, Unconnected},
    origin::bare_host,
};

/// Makes TLS sessions. What it trusts is loaded once, when the first one is made.
#[derive(Debug, Default)]
pub(crate) struct Tls {
    extra: ExtraRoots,
    config: OnceCell<Arc<ClientConfig>>,
}

impl Tls {
    pub(crate) fn new(extra: ExtraRoots) -> Self {
        Self {
            extra,
            config: OnceCell::new(),
        }
    }

    /// Makes the session for a host on top of a stream to it.
    pub(crate) async fn secure(&self, uri: &Uri, stream: Stream) -> Result<Stream, Unconnected> {
        let name = ServerName::try_from(bare_host(uri).to_owned()).map_err(refused)?;
        let config = Arc::clone(self.config().await?);
        let session = TlsConnector::from(config)
            .connect(name, stream)
            .await
            .map_err(refused)?;
        Ok(Box::new(session))
    }

    async fn config(&self) -> Result<&Arc<ClientConfig>, Unconnected> {
        let load = || async {
            let extra = self.extra.store();
            // Reading the system's certificates takes milliseconds that others need.
            task::spawn_blocking(move || load(extra))
                .await
                .map_err(refused)?
        };
        self.config.get_or_try_init(load).await
    }
}

/// TLS 1.2 and 1.3 with ring, named here so that no other crate's choice can interfere. No keys
/// are logged, whatever the environment says.
fn load(extra: RootCertStore) -> Result<Arc<ClientConfig>, Unconnected> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(refused)?
        .with_root_certificates(trusted(extra)?)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// What the system trusts, less what cannot be understood of it, and the extra ones.
fn trusted(mut roots: RootCertStore) -> Result<RootCertStore, Unconnected> {
    let mut system = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        return Err(match system.errors.pop() {
            Some(error) => refused(error),
            None => refused(Reason::NoRoots),
        });
    }
    Ok(roots)
}

fn refused(error: impl Error + Send + Sync + 'static) -> Unconnected {
    Unconnected::new(TransportErrorKind::Tls, error)
}
