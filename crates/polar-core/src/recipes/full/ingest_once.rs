use std::hash::{BuildHasher, RandomState};

use polar_types::events::{EventIngest, EventsIngest, EventsIngestResponse};
use uuid::Builder;

use super::{
    Caller, run,
    write::{Written, write_once},
};
use crate::{
    Client, Error, Idempotency, Operation, blocking,
    events::{Events, Ingest},
};

/// Events to ingest, for [`ingest_once`](Events::ingest_once): which of them were ingested, and which
/// remain.
///
/// Keep it until all events are ingested. If the program may end before that, store
/// [`remaining`](Self::remaining), whose events all have an external id, before the first call.
#[derive(Debug, Clone, Default)]
pub struct Ingestion {
    remaining: Vec<EventIngest>,
    report: IngestReport,
}

/// What Polar reported about the events of an [`Ingestion`] that were ingested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IngestReport {
    /// The number of events that Polar inserted.
    pub inserted: u64,
    /// The number of events that Polar skipped, because it already had one with the same external
    /// id. After a lost response, these include the events of the lost request.
    pub duplicates: u64,
    /// The number of events that were sent again after a lost response.
    pub sent_again: u64,
}

impl Ingestion {
    /// Takes the events, and generates an external id for each that has none: a random UUID.
    ///
    /// The randomness is that of the standard library, which has none on `wasm32-unknown-unknown`.
    /// Set the external ids yourself there.
    #[must_use]
    #[inline]
    pub fn new(events: impl IntoIterator<Item = impl Into<EventIngest>>) -> Self {
        let mut ids = RandomIds::default();
        let mut remaining: Vec<EventIngest> = events.into_iter().map(Into::into).collect();
        for event in &mut remaining {
            let id = match event {
                EventIngest::CreateCustomer(event) => &mut event.external_id,
                EventIngest::CreateExternalCustomer(event) => &mut event.external_id,
                _ => continue,
            };
            id.get_or_insert_with(|| ids.next());
        }
        Self {
            remaining,
            report: IngestReport::default(),
        }
    }

    /// Returns the events that are not known to be ingested, in order. Those of a request whose
    /// response was lost are among them.
    #[must_use]
    #[inline]
    pub fn remaining(&self) -> &[EventIngest] {
        &self.remaining
    }

    /// Returns what Polar reported so far.
    #[must_use]
    #[inline]
    pub const fn report(&self) -> IngestReport {
        self.report
    }

    /// Returns the next events to send, at most [`MAX_EVENTS`] in a body of at most [`MAX_BYTES`],
    /// but at least one.
    #[inline]
    fn batch(&self) -> Vec<EventIngest> {
        let mut bytes = 0;
        let fits = |event: &&EventIngest| {
            // An event that cannot be written fails when it is sent.
            bytes += serde_json::to_vec(event).map_or(0, |json| json.len() + 1);
            bytes <= MAX_BYTES
        };
        let count = self.remaining.iter().take(MAX_EVENTS).take_while(fits);
        let count = count.count().max(1);
        self.remaining.iter().take(count).cloned().collect()
    }

    #[inline]
    fn complete(&mut self, count: usize, response: &EventsIngestResponse) {
        let remaining = self.remaining.split_off(count.min(self.remaining.len()));
        self.remaining = remaining;
        self.report.inserted += u64::try_from(response.inserted).unwrap_or(0);
        self.report.duplicates += u64::try_from(response.duplicates.unwrap_or(0)).unwrap_or(0);
    }
}

/// Recipes of the async client.
impl Events<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ingest_once.md"))]
    #[inline]
    pub async fn ingest_once(&self, ingestion: &mut Ingestion) -> Result<IngestReport, Error> {
        ingest_once(self.via, ingestion).await
    }
}

/// Recipes of the blocking client.
impl Events<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ingest_once.md"))]
    #[inline]
    pub fn ingest_once(&self, ingestion: &mut Ingestion) -> Result<IngestReport, Error> {
        run(ingest_once(self.via, ingestion))
    }
}

#[inline]
async fn ingest_once(
    caller: &impl Caller,
    ingestion: &mut Ingestion,
) -> Result<IngestReport, Error> {
    while !ingestion.remaining.is_empty() {
        let batch = ingestion.batch();
        let count = batch.len();
        let ingest = Ingest::new(EventsIngest::new(batch));
        let again = async {
            // Polar skips the events that it has, if all have an external id.
            let is_idempotent = ingest.idempotency() == Idempotency::Idempotent;
            let operation = is_idempotent.then(|| ingest.clone());
            Ok(match operation {
                Some(operation) => Some(caller.call(operation).await?),
                None => None,
            })
        };
        match write_once(caller.call(ingest.clone()), |_| false, again).await? {
            Written::Returned(response) => ingestion.complete(count, &response),
            Written::Found(response) | Written::Existing(response) => {
                ingestion.report.sent_again += count as u64;
                ingestion.complete(count, &response);
            }
        }
    }
    Ok(ingestion.report)
}

/// Random UUIDs. The keys of the standard library's hasher come from the operating system.
#[derive(Default)]
struct RandomIds {
    keys: RandomState,
    count: u64,
}

impl RandomIds {
    #[inline]
    fn next(&mut self) -> String {
        self.count += 1;
        let [high, low] = [0_u8, 1].map(|half| self.keys.hash_one((half, self.count)));
        let bits = u128::from(high) << 64 | u128::from(low);
        let id = Builder::from_random_bytes(bits.to_be_bytes()).into_uuid();
        id.to_string()
    }
}

/// The maximum number of events in a request. Polar has no such limit, but a request must not take
/// longer than 30 seconds.
const MAX_EVENTS: usize = 1000;

/// The maximum size of the events in a request, with the commas. Polar accepts a body of 10 MiB.
const MAX_BYTES: usize = 10 * 1024 * 1024 - r#"{"events":[]}"#.len();
