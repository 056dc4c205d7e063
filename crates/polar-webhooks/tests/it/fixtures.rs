//! Recorded deliveries, and an implementation of signing that is independent of the library.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use polar_webhooks::types::WebhookSecret;
use serde::Deserialize;
use sha2::Sha256;

/// A recorded request and the secret of its endpoint.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) name: String,
    pub(crate) secret: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Delivery {
    pub(crate) fn header(&self, name: &str) -> &str {
        &self.headers[name]
    }

    /// Returns when it was sent.
    pub(crate) fn sent(&self) -> SystemTime {
        at(self.header("webhook-timestamp").parse().unwrap())
    }

    pub(crate) fn secret(&self) -> WebhookSecret {
        secret(&self.secret)
    }
}

pub(crate) fn deliveries() -> Vec<Delivery> {
    serde_json::from_str(include_str!("../fixtures/deliveries.json")).unwrap()
}

pub(crate) fn delivery(name: &str) -> Delivery {
    let mut all = deliveries().into_iter();
    all.find(|delivery| delivery.name == name).unwrap()
}

pub(crate) fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::new(text).unwrap()
}

pub(crate) fn at(unix_seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(unix_seconds)
}

/// Returns the three headers for a key and a timestamp, which need not be valid.
pub(crate) fn signed_with(key: &[u8], timestamp: &str, body: &[u8]) -> [(&'static str, String); 3] {
    [
        ("webhook-id", ID.to_owned()),
        ("webhook-timestamp", timestamp.to_owned()),
        (
            "webhook-signature",
            format!("v1,{}", signature(key, ID, timestamp, body)),
        ),
    ]
}

pub(crate) fn signature(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

pub(crate) const ID: &str = "732ed57f-6553-47f7-a46e-01d6bcf11d90";
pub(crate) const EVENT: &[u8] =
    br#"{"type":"order.paid","timestamp":"2026-11-23T05:21:48Z","data":{}}"#;
