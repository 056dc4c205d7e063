use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use polar_core::{BaseUrl, Config, blocking};
use polar_types::InvitationToken;
use polar_ureq::UreqTransport;
use rustls::crypto::ring;
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::{BoxError, by_hand, responses::INVITATION_TOKEN};

/// Claims over ureq.
#[derive(Debug)]
pub(super) enum OverUreq {
    Sdk(blocking::Client, InvitationToken),
    ByHand(Agent, String),
}

impl OverUreq {
    pub(super) fn sdk(base: &str) -> Result<Self, BoxError> {
        let config = Config::new().base_url(base.parse::<BaseUrl>()?);
        let transport = UreqTransport::builder().idle_connections(POOL).build();
        let token = InvitationToken::new(INVITATION_TOKEN)?;
        Ok(Self::Sdk(blocking::Client::new(transport, config), token))
    }

    /// The pool has the same size and idle timeout as that of the SDK.
    pub(super) fn by_hand(base: &str) -> Self {
        let system = rustls_native_certs::load_native_certs().certs;
        let roots: Vec<_> = system
            .iter()
            .map(|certificate| Certificate::from_der(certificate).to_owned())
            .collect();
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(roots)));
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_age(Duration::from_secs(4))
            .max_idle_connections(POOL)
            .max_idle_connections_per_host(POOL)
            .build();
        Self::ByHand(Agent::new_with_config(config), base.to_owned())
    }

    /// Makes this number of claims with this concurrency.
    pub(super) fn claim_all(&self, concurrency: usize, claims: usize) -> Result<(), BoxError> {
        let started = AtomicUsize::new(0);
        let work = || {
            while started.fetch_add(1, Relaxed) < claims {
                self.claim()?;
            }
            Ok::<(), BoxError>(())
        };
        if concurrency == 1 {
            return work();
        }
        thread::scope(|scope| {
            let threads: Vec<_> = (0..concurrency).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().map_err(|_| "a thread of claims panicked")?)
        })
    }

    fn claim(&self) -> Result<(), BoxError> {
        match self {
            Self::Sdk(client, token) => {
                drop(std::hint::black_box(client.customer_seats().claim(token)?));
            }
            Self::ByHand(agent, base) => {
                let request = by_hand::request(base, INVITATION_TOKEN)?;
                let (head, body) = request.into_parts();
                let mut response = agent.run(http::Request::from_parts(head, &*body))?;
                if !response.status().is_success() {
                    return Err(response.status().to_string().into());
                }
                let body = response.body_mut().read_to_vec()?;
                std::hint::black_box(by_hand::session_token(&body)?);
            }
        }
        Ok(())
    }
}

const POOL: usize = 256;
