//! The usage of meters in a seed: the events, and what follows from them.

use polar_types::{OrganizationId, RawJson};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::SeedError;
use crate::{
    clock::SeedTime,
    json::{self, Json},
    resources::{self, Job},
};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Usage {
    events: Vec<Event>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    customer_meters: Vec<CustomerMeter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entries: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    billed_meters: Vec<Uuid>,
    /// How many of the events were put on bills, and when.
    #[serde(default)]
    billed: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    billed_at: Option<SeedTime>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    due: Vec<Due>,
}

/// An event of usage, in the order in which they arrived.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    id: Uuid,
    organization: Uuid,
    timestamp: SeedTime,
    ingested_at: SeedTime,
    name: String,
    is_system: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_customer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    member: RawJson,
    external_member: RawJson,
    metadata: RawJson,
    /// The id or the external id of its parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

/// The document of a customer and a meter, and the newest event that it includes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerMeter {
    customer: Uuid,
    meter: Uuid,
    document: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    newest: Option<usize>,
}

/// An event on the bill of a subscription.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    subscription: Uuid,
    price: Uuid,
    meter: Uuid,
    event: usize,
}

/// What is done at a time for a customer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Due {
    at: SeedTime,
    organization: Uuid,
    customer: Uuid,
    job: JobKind,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum JobKind {
    UpdateMeters,
    FindFirst,
}

impl Usage {
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.due.is_empty()
    }

    /// Returns the usage of a state.
    pub(super) fn of(usage: &resources::Usage) -> Self {
        let mut customer_meters: Vec<CustomerMeter> = usage
            .customer_meters
            .iter()
            .map(|((customer, meter), (document, newest))| CustomerMeter {
                customer: *customer,
                meter: *meter,
                document: *document,
                newest: *newest,
            })
            .collect();
        customer_meters.sort_by_key(|one| (one.customer, one.meter));
        let entries = usage.entries.iter().flat_map(|(subscription, entries)| {
            entries.iter().map(|entry| Entry {
                subscription: *subscription,
                price: entry.price,
                meter: entry.meter,
                event: entry.place,
            })
        });
        let mut entries: Vec<Entry> = entries.collect();
        // Those of a subscription stay in their order.
        entries.sort_by_key(|entry| entry.subscription);
        let mut billed_meters: Vec<Uuid> = usage.billed_meters.iter().copied().collect();
        billed_meters.sort_unstable();
        let due = usage.due.iter();
        let due = due.filter(|(at, _, job)| usage.due_at.get(job) == Some(at));
        Self {
            events: usage.log.added().filter_map(event).collect(),
            customer_meters,
            entries,
            billed_meters,
            billed: usage.billed,
            billed_at: usage.billed_at.map(SeedTime),
            due: due.map(due_entry).collect(),
        }
    }

    /// Fills the usage of a state.
    pub(super) fn load(&self, usage: &mut resources::Usage) -> Result<(), SeedError> {
        for (index, entry) in self.events.iter().enumerate() {
            let place = format!("usage.events[{index}]");
            if !usage
                .log
                .add(entry.read(&place)?, entry.external_id.as_deref())
            {
                let problem = "another event of the organization has the same value";
                return Err(SeedError::new(format!("{place}.external_id"), problem));
            }
        }
        for one in &self.customer_meters {
            let key = (one.customer, one.meter);
            usage
                .customer_meters
                .insert(key, (one.document, one.newest));
        }
        for entry in &self.entries {
            let entries = usage.entries.entry(entry.subscription).or_default();
            entries.push(resources::Entry {
                price: entry.price,
                meter: entry.meter,
                place: entry.event,
            });
        }
        usage.billed_meters.extend(&self.billed_meters);
        usage.billed = self.billed;
        usage.billed_at = self.billed_at.map(|time| time.0);
        for due in &self.due {
            let job = match due.job {
                JobKind::UpdateMeters => Job::UpdateMeters(due.customer),
                JobKind::FindFirst => Job::FindFirst(due.customer),
            };
            usage.due_at.insert(job, due.at.0);
            usage
                .due
                .push_back((due.at.0, due.organization.into(), job));
        }
        Ok(())
    }
}

impl Event {
    fn read(&self, place: &str) -> Result<resources::Event, SeedError> {
        let value = |key: &str, raw: &RawJson| {
            let problem = "the JSON cannot be parsed";
            json::parse(raw.as_str()).map_err(|_| SeedError::new(format!("{place}.{key}"), problem))
        };
        Ok(resources::Event {
            id: self.id,
            organization: self.organization.into(),
            timestamp: self.timestamp.0,
            ingested_at: self.ingested_at.0,
            name: self.name.clone(),
            source: if self.is_system { "system" } else { "user" },
            customer: self.customer,
            external_customer: self.external_customer.clone(),
            member: [
                value("member", &self.member)?,
                value("external_member", &self.external_member)?,
            ],
            parent: self.parent.clone(),
            metadata: value("metadata", &self.metadata)?,
        })
    }
}

/// Returns `None` for a value that no response can have either.
fn event((event, external_id): (&resources::Event, Option<&str>)) -> Option<Event> {
    let raw = |json: &Json| RawJson::from_json(json.to_text()?).ok();
    let [member, external_member] = &event.member;
    Some(Event {
        id: event.id,
        organization: event.organization.into(),
        timestamp: SeedTime(event.timestamp),
        ingested_at: SeedTime(event.ingested_at),
        name: event.name.clone(),
        is_system: event.source == "system",
        customer: event.customer,
        external_customer: event.external_customer.clone(),
        external_id: external_id.map(str::to_owned),
        member: raw(member)?,
        external_member: raw(external_member)?,
        metadata: raw(&event.metadata)?,
        parent: event.parent.clone(),
    })
}

fn due_entry((at, organization, job): &(OffsetDateTime, OrganizationId, Job)) -> Due {
    let (customer, job) = match job {
        Job::UpdateMeters(customer) => (*customer, JobKind::UpdateMeters),
        Job::FindFirst(customer) => (*customer, JobKind::FindFirst),
    };
    Due {
        at: SeedTime(*at),
        organization: (*organization).into(),
        customer,
        job,
    }
}
