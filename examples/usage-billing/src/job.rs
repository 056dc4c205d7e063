//! The job that sends usage to Polar.

use std::{collections::BTreeMap, error::Error};

use polar_ureq::{
    Client,
    recipes::Ingestion,
    types::{RawJson, events::EventCreateExternalCustomer},
};

use crate::{Usage, UsageLog};

/// What a run of the job did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Run {
    /// The events that are new to Polar.
    pub inserted: u64,
    /// The events that Polar already had, from a run that was killed before it could mark them.
    pub duplicates: u64,
    /// The events that Polar did not accept.
    pub rejected: u64,
}

/// Sends all pending usage. Run it every few minutes, one at a time.
///
/// It can be killed at any point: usage is marked after Polar has it, and Polar skips the ids that it
/// has. An event that Polar does not accept is marked as rejected, because it would block all others.
///
/// # Errors
///
/// Returns an error if Polar or the database fails. What was ingested before is marked, and the next run
/// sends the rest. After a 429, wait as long as the error says.
pub fn run(polar: &Client, log: &mut UsageLog) -> Result<Run, Box<dyn Error>> {
    let mut done = Run::default();
    loop {
        let pending = log.pending(BATCH)?;
        if pending.is_empty() {
            return Ok(done);
        }
        let events = pending.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        let mut ingestion = Ingestion::new(events);
        match polar.events().ingest_once(&mut ingestion) {
            Ok(report) => {
                done.inserted += report.inserted;
                done.duplicates += report.duplicates;
                let ids: Vec<String> = pending.into_iter().map(|usage| usage.id).collect();
                log.mark_ingested(&ids)?;
            }
            Err(error) => {
                let before = done.rejected;
                for (index, reason) in reasons(&error) {
                    if let Some(usage) = pending.get(index) {
                        log.mark_rejected(&usage.id, &reason)?;
                        done.rejected += 1;
                    }
                }
                // Without the rejected events, the others can be sent again.
                if done.rejected == before {
                    return Err(error.into());
                }
            }
        }
    }
}

fn event(usage: &Usage) -> Result<EventCreateExternalCustomer, Box<dyn Error>> {
    let metadata = RawJson::from_json(format!("{{\"units\":{}}}", usage.units))?;
    let event = EventCreateExternalCustomer::new(EVENT, &usage.customer)
        .external_id(&usage.id)
        .metadata(metadata);
    Ok(match usage.timestamp() {
        Some(time) => event.timestamp(time),
        None => event,
    })
}

/// Returns why Polar rejected events, by their position in the batch: the path of each field begins with
/// `body.events.3`. A batch of the recipe begins with the first event that remains, which is the first
/// one here, since a batch is not larger than one of the recipe's.
fn reasons(error: &polar_ureq::Error) -> BTreeMap<usize, String> {
    let fields = error.api_error().map(polar_ureq::ApiError::fields);
    let fields = fields.unwrap_or_default().iter();
    let reasons = fields.filter_map(|field| {
        let path = field.path();
        let index = path.strip_prefix("body.events.")?.split('.').next()?;
        Some((index.parse().ok()?, format!("{path}: {}", field.msg)))
    });
    reasons.collect()
}

/// The name of the events, by which the filter of the meter finds them.
pub(crate) const EVENT: &str = "api.call";

/// As many events as the recipe sends in one request.
const BATCH: u32 = 1000;
