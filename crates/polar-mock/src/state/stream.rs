use bytes::Bytes;
use polar_types::{CustomerId, OrderId, ProductId, Seat, SeatId, SubscriptionId};
use serde::Serialize;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{PurchaseRow, State};

/// An open claim stream.
///
/// It belongs to a *customer*, on a member-model organization the buyer: it reports the claims of
/// all of the buyer's seats from the time it was opened (observed).
#[derive(Debug, Clone)]
pub struct ClaimStream {
    customer: CustomerId,
    heard: u64,
    ends_at: OffsetDateTime,
    next_ping: OffsetDateTime,
    ended: bool,
}

/// The next step of a claim stream.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamStep {
    /// Send these bytes.
    Send(Bytes),
    /// Wait: there is nothing to send yet.
    Wait,
    /// End the stream, ten minutes after it was opened.
    End,
}

/// A message for the open streams of a customer.
#[derive(Debug)]
pub(crate) struct Message {
    customer: CustomerId,
    lines: String,
    sent_at: OffsetDateTime,
}

impl State {
    pub(crate) fn open_stream(&self, customer: CustomerId, now: OffsetDateTime) -> ClaimStream {
        ClaimStream {
            customer,
            heard: self.channel.next_number(),
            ends_at: now + LIFETIME,
            next_ping: now + PING,
            ended: false,
        }
    }

    /// Reports a claim to the open streams of a customer.
    pub(crate) fn publish_claim(
        &mut self,
        purchase: &PurchaseRow,
        seat: &Seat,
        now: OffsetDateTime,
    ) {
        let (Some(customer), Some(product_id)) = (seat.customer_id, purchase.product) else {
            return;
        };
        let message = Claimed {
            id: self.random.uuid(),
            key: "customer_seat.claimed",
            payload: Payload {
                seat_id: seat.id,
                subscription_id: seat.subscription_id,
                order_id: seat.order_id,
                product_id,
            },
        };
        if let Ok(text) = serde_json::to_string(&message) {
            let lines = format!("data: {text}\r\n\r\n");
            // All streams that could send these have ended.
            let over = |message: &Message| message.sent_at + LIFETIME <= now;
            self.channel.evict_while(over);
            self.channel.push(Message {
                customer,
                lines,
                sent_at: now,
            });
        }
    }

    /// Returns what a stream sends now.
    pub(crate) fn step(&self, stream: &mut ClaimStream, now: OffsetDateTime) -> StreamStep {
        if stream.ended {
            return StreamStep::End;
        }
        let news = self.channel.since(stream.heard);
        let news = news.filter(|message| message.customer == stream.customer);
        let lines: String = news.map(|message| message.lines.as_str()).collect();
        stream.heard = self.channel.next_number();
        if !lines.is_empty() {
            return StreamStep::Send(lines.into());
        }
        if now >= stream.ends_at {
            stream.ended = true;
            return StreamStep::Send(Bytes::from_static(RECONNECT));
        }
        if now < stream.next_ping {
            return StreamStep::Wait;
        }
        stream.next_ping = now + PING;
        let (date, clock) = (now.date(), now.time());
        let (hour, minute, second, micro) = clock.as_hms_micro();
        let ping =
            format!(": ping - {date} {hour:02}:{minute:02}:{second:02}.{micro:06}+00:00\r\n\r\n");
        StreamStep::Send(ping.into())
    }
}

#[derive(Serialize)]
struct Claimed {
    id: Uuid,
    key: &'static str,
    payload: Payload,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the server's names")]
struct Payload {
    seat_id: SeatId,
    subscription_id: Option<SubscriptionId>,
    order_id: Option<OrderId>,
    product_id: ProductId,
}

const LIFETIME: Duration = Duration::minutes(10);
const PING: Duration = Duration::seconds(15);
/// The form differs from all other messages.
const RECONNECT: &[u8] = b"data: {\"type\": \"reconnect\"}\r\n\r\n";
