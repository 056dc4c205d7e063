use std::{
    collections::HashMap,
    error::Error,
    time::{Duration, SystemTime},
};

use polar_mock::{Delivery, Mock};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{MissedTickBehavior, interval, sleep},
};

use super::{DeliveryFailure, Webhooks, order::Order, post::post};

/// Delivers what the mock raises, for ever.
///
/// It looks at the mock from time to time, because events are raised in process too, where no
/// request tells of them.
pub(crate) async fn dispatch(mock: Mock, webhooks: Webhooks) {
    let mut endpoints: HashMap<String, Sender<Delivery>> = HashMap::new();
    let mut order = Order::new(webhooks.shuffle);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for delivery in order.tick(mock.take_deliveries()) {
            let queue = endpoints.entry(delivery.url.clone()).or_insert_with(|| {
                let (sender, receiver) = channel(WAITING);
                tokio::spawn(serve(receiver, webhooks.clone()));
                sender
            });
            if let Err(refused) = queue.try_send(delivery) {
                fail(&refused.into_inner(), 1, CROWDED.into(), &webhooks);
            }
        }
    }
}

/// First attempts go to an endpoint one after the other, so that a slow one is slow for itself.
async fn serve(mut queue: Receiver<Delivery>, webhooks: Webhooks) {
    while let Some(delivery) = queue.recv().await {
        let now = SystemTime::now();
        if !attempt(&delivery, 1, now, &webhooks).await && webhooks.attempts > 1 {
            tokio::spawn(retry(delivery, now, webhooks.clone()));
        }
    }
}

async fn retry(delivery: Delivery, mut sent: SystemTime, webhooks: Webhooks) {
    for failed in 1..webhooks.attempts {
        sleep(webhooks.pause_after(failed)).await;
        // However short the pause: a new attempt has a new timestamp, which counts in seconds.
        let later = sent.checked_add(Duration::from_secs(1)).unwrap_or(sent);
        sent = SystemTime::now().max(later);
        if attempt(&delivery, failed + 1, sent, &webhooks).await {
            return;
        }
    }
}

/// Whether it succeeded.
async fn attempt(delivery: &Delivery, number: u32, now: SystemTime, webhooks: &Webhooks) -> bool {
    let result = match delivery.request(now) {
        Ok(request) => post(request).await,
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => {
            webhooks.log.note(delivery, number, None);
            true
        }
        Err(error) => {
            fail(delivery, number, error, webhooks);
            false
        }
    }
}

fn fail(
    delivery: &Delivery,
    number: u32,
    error: Box<dyn Error + Send + Sync>,
    webhooks: &Webhooks,
) {
    webhooks.log.note(delivery, number, Some(&*error));
    (webhooks.on_failure)(&DeliveryFailure::new(delivery, number, error));
}

const TICK: Duration = Duration::from_millis(20);
/// How many events may wait for a slow endpoint.
const WAITING: usize = 10_000;
const CROWDED: &str = "10,000 events wait for this endpoint already";
