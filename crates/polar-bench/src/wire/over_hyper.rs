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

use crate::{Failure, answers::INVITATION_TOKEN, by_hand};

/// Claims over hyper.
#[derive(Debug, Clone)]
pub(super) enum OverHyper {
    Sdk(polar_core::Client, InvitationToken),
    ByHand(Client<HttpsConnector<HttpConnector>, Full<Bytes>>, String),
}

impl OverHyper {
    pub(super) fn sdk(base: &str) -> Result<Self, Failure> {
        let config = Config::new().base_url(base.parse::<BaseUrl>()?);
        let token = InvitationToken::new(INVITATION_TOKEN)?;
        Ok(Self::Sdk(polar_hyper::client(config), token))
    }

    /// The pool keeps connections for as long as ours.
    pub(super) fn by_hand(base: &str) -> Result<Self, Failure> {
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

    /// Claims so often, so many at a time.
    pub(super) async fn claim_all(&self, at_a_time: usize, claims: usize) -> Result<(), Failure> {
        let begun = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for _ in 0..at_a_time {
            let (client, begun) = (self.clone(), Arc::clone(&begun));
            tasks.spawn(async move {
                while begun.fetch_add(1, Relaxed) < claims {
                    client.claim().await?;
                }
                Ok::<(), Failure>(())
            });
        }
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        Ok(())
    }

    async fn claim(&self) -> Result<(), Failure> {
        match self {
            Self::Sdk(client, token) => {
                drop(std::hint::black_box(
                    client.customer_seats().claim(token).await?,
                ));
            }
            Self::ByHand(client, base) => {
                let request = by_hand::request(base, INVITATION_TOKEN)?.map(Full::new);
                let answer = client.request(request).await?;
                if !answer.status().is_success() {
                    return Err(answer.status().to_string().into());
                }
                let body = answer.into_body().collect().await?.to_bytes();
                std::hint::black_box(by_hand::session_token(&body)?);
            }
        }
        Ok(())
    }
}
