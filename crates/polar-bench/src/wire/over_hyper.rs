use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use polar_core::{BaseUrl, Config};
use polar_types::InvitationToken;
use rustls::crypto::ring;
use tokio::task::JoinSet;

use crate::{BoxError, by_hand, responses::INVITATION_TOKEN};

/// Claims over hyper.
#[derive(Debug, Clone)]
pub(super) enum OverHyper {
    Sdk(polar_core::Client, InvitationToken),
    ByHand(Client<HttpsConnector<HttpConnector>, Full<Bytes>>, String),
}

impl OverHyper {
    pub(super) fn sdk(base: &str) -> Result<Self, BoxError> {
        let config = Config::new().base_url(base.parse::<BaseUrl>()?);
        let token = InvitationToken::new(INVITATION_TOKEN)?;
        Ok(Self::Sdk(polar_hyper::client(config), token))
    }

    /// The pool has the same idle timeout as that of the SDK.
    pub(super) fn by_hand(base: &str) -> Result<Self, BoxError> {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(4))
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self::ByHand(client, base.to_owned()))
    }

    /// Makes this number of claims with this concurrency.
    pub(super) async fn claim_all(
        &self,
        concurrency: usize,
        claims: usize,
    ) -> Result<(), BoxError> {
        let started = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for _ in 0..concurrency {
            let (client, started) = (self.clone(), Arc::clone(&started));
            tasks.spawn(async move {
                while started.fetch_add(1, Relaxed) < claims {
                    client.claim().await?;
                }
                Ok::<(), BoxError>(())
            });
        }
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        Ok(())
    }

    async fn claim(&self) -> Result<(), BoxError> {
        match self {
            Self::Sdk(client, token) => {
                drop(std::hint::black_box(
                    client.customer_seats().claim(token).await?,
                ));
            }
            Self::ByHand(client, base) => {
                let request = by_hand::request(base, INVITATION_TOKEN)?.map(Full::new);
                let response = client.request(request).await?;
                if !response.status().is_success() {
                    return Err(response.status().to_string().into());
                }
                let body = response.into_body().collect().await?.to_bytes();
                std::hint::black_box(by_hand::session_token(&body)?);
            }
        }
        Ok(())
    }
}
