use std::{
    collections::HashMap,
    error::Error,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, Uri, header, uri::PathAndQuery};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use polar_mock::{Delivery, Mock};
use tokio::{
    net::TcpStream,
    sync::mpsc::{Receiver, Sender, channel},
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{DeliveryFailure, Webhooks, order::SendOrder};

/// Delivers the events of a mock, forever.
///
/// It polls the mock, since events are also raised in process, without a request to the server.
pub(crate) async fn dispatch(mock: Mock, webhooks: Webhooks) {
    let mut endpoints: HashMap<String, Sender<Delivery>> = HashMap::new();
    let mut order = SendOrder::new(webhooks.shuffle);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let dispatcher = Dispatcher { mock, webhooks };
    loop {
        ticks.tick().await;
        for delivery in order.tick(dispatcher.mock.take_deliveries()) {
            let queue = endpoints.entry(delivery.url.clone()).or_insert_with(|| {
                let (sender, receiver) = channel(QUEUE_LENGTH);
                tokio::spawn(dispatcher.clone().serve(receiver));
                sender
            });
            if let Err(rejected) = queue.try_send(delivery) {
                dispatcher.fail(&rejected.into_inner(), 1, QUEUE_FULL.into());
            }
        }
    }
}

#[derive(Clone)]
struct Dispatcher {
    mock: Mock,
    webhooks: Webhooks,
}

impl Dispatcher {
    /// Sends the first attempts to an endpoint in sequence, so that a slow endpoint delays only
    /// itself.
    async fn serve(self, mut queue: Receiver<Delivery>) {
        while let Some(delivery) = queue.recv().await {
            let now = SystemTime::now();
            if !self.attempt(&delivery, 1, now).await && self.webhooks.attempts > 1 {
                tokio::spawn(self.clone().retry(delivery, now));
            }
        }
    }

    async fn retry(self, delivery: Delivery, mut sent: SystemTime) {
        for failed in 1..self.webhooks.attempts {
            sleep(self.webhooks.pause_after(failed)).await;
            // Each attempt has a new timestamp, in seconds, even after a shorter pause.
            let later = sent.checked_add(Duration::from_secs(1)).unwrap_or(sent);
            sent = SystemTime::now().max(later);
            if self.attempt(&delivery, failed + 1, sent).await {
                return;
            }
        }
    }

    /// Returns whether the attempt succeeded.
    async fn attempt(&self, delivery: &Delivery, number: u32, now: SystemTime) -> bool {
        let result = match delivery.request(now) {
            Ok(request) => post(request).await,
            Err(error) => Err(error.into()),
        };
        match result {
            Ok((status, body)) if status.is_success() => {
                self.record(delivery, number, Some(status), &body);
                self.webhooks.log.record(delivery, number, None);
                true
            }
            Ok((status, body)) => {
                self.record(delivery, number, Some(status), &body);
                self.fail(
                    delivery,
                    number,
                    format!("the response was {status}").into(),
                );
                false
            }
            Err(error) => {
                self.record(delivery, number, None, &error.to_string());
                self.fail(delivery, number, error);
                false
            }
        }
    }

    /// Records an attempt in the mock, whose API lists it.
    fn record(&self, delivery: &Delivery, number: u32, status: Option<StatusCode>, text: &str) {
        let is_last = number >= self.webhooks.attempts;
        self.mock.record_attempt(delivery, status, text, is_last);
    }

    fn fail(&self, delivery: &Delivery, number: u32, error: Box<dyn Error + Send + Sync>) {
        self.webhooks.log.record(delivery, number, Some(&*error));
        (self.webhooks.on_failure)(&DeliveryFailure::new(delivery, number, error));
    }
}

/// Sends a request on a new connection and returns the response, within ten seconds as with Polar.
async fn post(
    request: Request<Bytes>,
) -> Result<(StatusCode, String), Box<dyn Error + Send + Sync>> {
    timeout(TIMEOUT, exchange(request))
        .await
        .map_err(|_| "no response within 10 s")?
}

async fn exchange(
    request: Request<Bytes>,
) -> Result<(StatusCode, String), Box<dyn Error + Send + Sync>> {
    let (host, port) = destination(request.uri())?;
    let stream = TcpStream::connect((host, port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // The connection ends when the sender is dropped.
    tokio::spawn(connection);
    let response = sender.send_request(in_origin_form(request)?).await?;
    let (status, mut body) = (response.status(), response.into_body());
    let mut text = Vec::new();
    // The beginning is recorded; the status alone decides whether the event was delivered.
    while text.len() < BODY_LIMIT
        && let Some(Ok(frame)) = body.frame().await
    {
        text.extend_from_slice(frame.data_ref().map_or(&[][..], Bytes::as_ref));
    }
    Ok((status, String::from_utf8_lossy(&text).into_owned()))
}

fn destination(uri: &Uri) -> Result<(&str, u16), &'static str> {
    if uri.scheme_str() != Some("http") {
        return Err("the URL does not begin with http://, and the mock does not support TLS");
    }
    let host = uri.host().unwrap_or_default();
    // Only URLs have brackets around an IPv6 address.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok((host, uri.port_u16().unwrap_or(80)))
}

/// Moves the host from the target to its header.
fn in_origin_form(
    request: Request<Bytes>,
) -> Result<Request<Full<Bytes>>, Box<dyn Error + Send + Sync>> {
    let (mut head, body) = request.into_parts();
    let authority = head
        .uri
        .authority()
        .map_or("", |authority| authority.as_str());
    let host = HeaderValue::try_from(authority)?;
    head.headers.insert(header::HOST, host);
    let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    head.uri = target.parse()?;
    Ok(Request::from_parts(head, Full::new(body)))
}

const TIMEOUT: Duration = Duration::from_secs(10);
/// More than Polar keeps of a body.
const BODY_LIMIT: usize = 8 * 1024;
const TICK: Duration = Duration::from_millis(20);
/// How many events can wait for a slow endpoint.
const QUEUE_LENGTH: usize = 10_000;
const QUEUE_FULL: &str = "10,000 events are already waiting for this endpoint";
