//! `webhook verify` and `webhook listen`.

mod forward;
mod listen;
mod listen_process;
mod verify;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use polar_webhooks::{Scheme, Signer, WebhookId, types::WebhookSecret};
use serde::Deserialize;

/// A received request.
#[derive(Debug, Clone, Deserialize)]
struct Request {
    headers: BTreeMap<String, String>,
    body: String,
}

/// A recorded delivery, and the secret of its endpoint.
#[derive(Debug, Deserialize)]
struct Recorded {
    name: String,
    secret: String,
    #[serde(flatten)]
    request: Request,
}

impl Recorded {
    fn all() -> Vec<Self> {
        let file = "../polar-webhooks/tests/fixtures/deliveries.json";
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
    }

    fn one() -> Self {
        Self::all().into_iter().next().unwrap()
    }

    fn sent(&self) -> i64 {
        self.request.headers["webhook-timestamp"].parse().unwrap()
    }
}

impl Request {
    /// Signs a request that is sent at an offset from now.
    fn signed(secret: &str, scheme: Scheme, body: &str, seconds_from_now: i64) -> Self {
        let secret = WebhookSecret::new(secret).unwrap();
        let distance = Duration::from_secs(seconds_from_now.unsigned_abs());
        let now = SystemTime::now();
        let timestamp = if seconds_from_now < 0 {
            now - distance
        } else {
            now + distance
        };
        let headers = Signer::new(&secret, scheme).unwrap().sign(
            &WebhookId::new(ID).unwrap(),
            timestamp,
            body.as_bytes(),
        );
        Self {
            headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
            body: body.to_owned(),
        }
    }

    fn fresh(body: &str) -> Self {
        Self::signed(SECRET, Scheme::Original, body, 0)
    }

    fn with(mut self, header: &str, value: &str) -> Self {
        self.headers.insert(header.to_owned(), value.to_owned());
        self
    }

    fn without(mut self, header: &str) -> Self {
        self.headers.remove(header);
        self
    }
}

/// Base64 after its prefix, so that it fits both schemes.
const SECRET: &str = "whsec_CANARYCANARYCANARYCANARYCANARYCANARYCA";
const OTHER: &str = "CANARY chosen by hand, with spaces";
const ID: &str = "732ed57f-6553-47f7-a46e-01d6bcf11d90";
/// An event of an unknown type.
const NEW_EVENT: &str =
    r#"{"type":"customer_seat.painted","timestamp":"2027-01-01T00:00:00Z","data":{"n":1.0}}"#;
