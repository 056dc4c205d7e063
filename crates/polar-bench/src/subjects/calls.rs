//! Complete calls over a transport with a ready response: the operation, the call machine, and the
//! decoding.

use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use polar_core::{BaseUrl, Client, Config, blocking};
use polar_types::{AccessToken, InvitationToken, SubscriptionId};

use crate::{BoxError, Subject, Work, by_hand, ready_transport::ReadyTransport, responses};

pub(super) fn all() -> Vec<Subject> {
    vec![
        Subject::new("claim: by hand", || {
            let body = responses::claim();
            Ok(Box::new(move || black_box(claim_by_hand(&body)).is_ok()))
        }),
        Subject::new("claim: blocking client", || claim_blocking(0)),
        Subject::new("claim: async client", || claim_async(0)),
        Subject::new("claim in 11 attempts: blocking client", || {
            claim_blocking(10)
        }),
        Subject::new("claim in 11 attempts: async client", || claim_async(10)),
        Subject::new("list: async client", list),
    ]
}

fn claim_by_hand(body: &str) -> Result<String, BoxError> {
    let request = by_hand::request(BASE, black_box(responses::INVITATION_TOKEN))?;
    drop(black_box(request));
    by_hand::session_token(black_box(body.as_bytes()))
}

fn claim_blocking(dead_connections: u32) -> Result<Work, BoxError> {
    let client = blocking::Client::new(
        ReadyTransport::new(responses::claim(), dead_connections),
        config()?,
    );
    let token = InvitationToken::new(responses::INVITATION_TOKEN)?;
    Ok(Box::new(move || {
        let claimed = client.customer_seats().claim(black_box(&token));
        black_box(claimed).is_ok()
    }))
}

fn claim_async(dead_connections: u32) -> Result<Work, BoxError> {
    let client = Client::new(
        ReadyTransport::new(responses::claim(), dead_connections),
        config()?,
    );
    let token = InvitationToken::new(responses::INVITATION_TOKEN)?;
    Ok(Box::new(move || {
        let claimed = poll_once(client.customer_seats().claim(black_box(&token)));
        black_box(claimed).is_some_and(|claimed| claimed.is_ok())
    }))
}

fn list() -> Result<Work, BoxError> {
    let config = config()?.access_token(AccessToken::new("polar_oat_example")?);
    let client = Client::new(ReadyTransport::new(responses::seats_list(1), 0), config);
    let subscription: SubscriptionId = SUBSCRIPTION.parse()?;
    Ok(Box::new(move || {
        let list = poll_once(client.customer_seats().list(black_box(subscription)));
        black_box(list).is_some_and(|list| list.is_ok())
    }))
}

/// Returns the output of a future that is ready at once.
fn poll_once<T>(work: impl Future<Output = T>) -> Option<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

fn config() -> Result<Config, BoxError> {
    Ok(Config::new().base_url(BASE.parse::<BaseUrl>()?))
}

const BASE: &str = "https://api.example.com";
const SUBSCRIPTION: &str = "c9f0f895-fb98-4b91-99f5-1fd0297e236d";
