use std::time::{Duration, SystemTime};

use arbitrary::{Arbitrary, Unstructured};
use polar_types::WebhookSecret;
use polar_webhooks::{Scheme, Signer, Verifier, VerifyError, WebhookId};

#[derive(Debug, Arbitrary)]
struct Delivery {
    secret: String,
    headers: Vec<(Name, String)>,
    id: String,
    now: u32,
    standard: bool,
    flip: u16,
    body: Vec<u8>,
}

#[derive(Debug, Arbitrary)]
enum Name {
    Id,
    Timestamp,
    Signature,
    Other(String),
}

/// Arbitrary headers do not verify and do not panic. A signed delivery verifies, and does not after
/// one bit of its body is flipped.
pub fn webhook_verify(data: &[u8]) {
    let Ok(delivery) = Delivery::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let Ok(secret) = WebhookSecret::new(delivery.secret.as_str()) else {
        return;
    };
    let verifier = Verifier::new(&secret);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(delivery.now.into());

    let headers: Vec<_> = delivery
        .headers
        .iter()
        .map(|(name, value)| {
            let name = match name {
                Name::Id => "webhook-id",
                Name::Timestamp => "webhook-timestamp",
                Name::Signature => "webhook-signature",
                Name::Other(name) => name.as_str(),
            };
            (name, value.as_str())
        })
        .collect();
    assert!(verifier.verify(headers, &delivery.body, now).is_err());

    let Ok(id) = WebhookId::new(delivery.id.as_str()) else {
        return;
    };
    let scheme = if delivery.standard {
        Scheme::Standard
    } else {
        Scheme::Original
    };
    let Ok(signer) = Signer::new(&secret, scheme) else {
        return;
    };
    let mut body = delivery.body;
    let signed = signer.sign(&id, now, &body);
    let pairs = || signed.iter().map(|(name, value)| (*name, value.as_str()));
    let accepted = |result: Result<_, VerifyError>| {
        matches!(result.map(drop), Ok(()) | Err(VerifyError::NotAnEvent(..)))
    };
    assert!(
        accepted(verifier.verify(pairs(), &body, now)),
        "a signed delivery verifies"
    );
    if !body.is_empty() {
        let bit = usize::from(delivery.flip) % (body.len() * 8);
        body[bit / 8] ^= 1 << (bit % 8);
        assert!(
            !accepted(verifier.verify(pairs(), &body, now)),
            "a flipped bit makes the signature invalid"
        );
    }
}
