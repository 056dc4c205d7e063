use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use polar_hyper::ExtraRoots;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{ServerConfig, ServerConnection, crypto::ring, pki_types::PrivateKeyDer};

/// A certificate authority that is trusted only as an extra root.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// The certificate and key of a server.
#[derive(Debug, Clone)]
pub struct Identity(Arc<ServerConfig>);

impl Authority {
    /// Returns a new authority.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        let name = &mut params.distinguished_name;
        // Each has another name. With the same name, the key of one would be tried for another.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        name.push(DnType::CommonName, format!("Test authority {number}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// Returns its own certificate.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Returns its own certificate, to be trusted.
    #[must_use]
    pub fn roots(&self) -> ExtraRoots {
        ExtraRoots::from_pem(self.pem.as_bytes()).unwrap()
    }

    /// Signs a certificate for this name or address.
    #[must_use]
    pub fn certify(&self, name: &str) -> Identity {
        self.sign(&params(name))
    }

    /// Signs a certificate for this name or address that has expired.
    #[must_use]
    pub fn certify_long_ago(&self, name: &str) -> Identity {
        let mut params = params(name);
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        Identity::new(&params.signed_by(&key, &self.issuer).unwrap(), &key)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Identity {
    /// Returns a self-signed certificate for this name or address.
    #[must_use]
    pub fn self_signed(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Self::new(&params(name).self_signed(&key).unwrap(), &key)
    }

    fn new(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self(Arc::new(config))
    }

    pub(crate) fn session(&self) -> ServerConnection {
        ServerConnection::new(Arc::clone(&self.0)).unwrap()
    }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

static NUMBER: AtomicUsize = AtomicUsize::new(1);
