//! Verifying webhooks, compared with a bare HMAC.

use std::{
    hint::black_box,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use polar_types::WebhookSecret;
use polar_webhooks::{Scheme, Signer, Verifier, VerifyError, WebhookId};
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    BoxError, Subject, Work,
    borrowed::{OtherEvent, SeatEvent, UtcTime},
    responses,
};

pub(super) fn all() -> Vec<Subject> {
    let mut all = vec![
        Subject::of_text(
            "verify and read a seat event: by hand",
            responses::seat_event,
            |body| by_hand(body, is_seat_event),
        ),
        Subject::of_text(
            "verify and read a seat event: polar-webhooks",
            responses::seat_event,
            |body| ours(body, Scheme::Original),
        ),
    ];
    for (size, bytes) in [("1 KiB", 1024), ("64 KiB", 64 * 1024)] {
        let name = |what: &str| format!("verify {size}: {what}");
        // A body that is not JSON is verified, too, and its parsing fails immediately.
        let noise = move || "x".repeat(bytes);
        let event = move || responses::other_event(bytes);
        all.extend([
            Subject::of_text(name("bare HMAC"), noise, |body| by_hand(body, |_| true)),
            Subject::of_text(name("original key"), noise, |body| {
                ours(body, Scheme::Original)
            }),
            Subject::of_text(name("standard key"), noise, |body| {
                ours(body, Scheme::Standard)
            }),
            Subject::of_text(name("and read, by hand"), event, |body| {
                by_hand(body, is_event)
            }),
            Subject::of_text(name("and read"), event, |body| ours(body, Scheme::Original)),
        ]);
    }
    all
}

fn is_seat_event(body: &[u8]) -> bool {
    serde_json::from_slice::<SeatEvent<'_, Uuid, UtcTime>>(body).is_ok()
}

fn is_event(body: &[u8]) -> bool {
    serde_json::from_slice::<OtherEvent<'_, UtcTime>>(body).is_ok()
}

/// The minimum: one HMAC, its comparison, and the given processing of the body.
fn by_hand(body: String, read: fn(&[u8]) -> bool) -> Result<Work, BoxError> {
    let key = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
    let [_, (_, timestamp), (_, signature)] = signed(body.as_bytes(), Scheme::Original)?;
    let verify = move || -> Option<bool> {
        let signature = black_box(&*signature).strip_prefix("v1,")?;
        let mut mac = key.clone();
        for part in [
            ID.as_bytes(),
            b".",
            timestamp.as_bytes(),
            b".",
            black_box(body.as_bytes()),
        ] {
            mac.update(part);
        }
        mac.verify_slice(&STANDARD.decode(signature).ok()?).ok()?;
        Some(black_box(read(body.as_bytes())))
    };
    Ok(Box::new(move || verify() == Some(true)))
}

fn ours(body: String, scheme: Scheme) -> Result<Work, BoxError> {
    let verifier = Verifier::new(&WebhookSecret::new(SECRET)?);
    let headers = signed(body.as_bytes(), scheme)?;
    Ok(Box::new(move || {
        let headers = black_box(&headers)
            .iter()
            .map(|(name, value)| (name, value));
        let outcome = verifier.verify(headers, black_box(body.as_bytes()), now());
        matches!(black_box(outcome), Ok(_) | Err(VerifyError::NotAnEvent(_)))
    }))
}

fn signed(body: &[u8], scheme: Scheme) -> Result<[(&'static str, String); 3], BoxError> {
    let signer = Signer::new(&WebhookSecret::new(SECRET)?, scheme)?;
    Ok(signer.sign(&WebhookId::new(ID)?, now(), body))
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_411_307)
}

/// Valid in both schemes.
const SECRET: &str = "whsec_wRYQTyhRYCSTs3lXjA38r3f8tPcDFhyYTyDQh00NVsw";
const ID: &str = "732ed57f-6553-47f7-a46e-01d6bcf11d90";
