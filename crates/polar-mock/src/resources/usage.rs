//! What follows from usage after a while: customer meters, and entries on the bill.

use std::collections::{HashMap, HashSet, VecDeque};

use polar_types::OrganizationId;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Account, event_log::EventLog, metered_billing::bill_usage};
use crate::state::State;

/// The usage of all organizations.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    pub(crate) log: EventLog,
    /// By customer and meter: the document, and the place of the newest event that it includes.
    pub(crate) customer_meters: HashMap<(Uuid, Uuid), (Uuid, Option<usize>)>,
    /// By subscription: the events that no order has billed yet.
    pub(crate) entries: HashMap<Uuid, Vec<Entry>>,
    /// The meters whose events are on bills.
    pub(crate) billed_meters: HashSet<Uuid>,
    /// How many events were put on bills, and when.
    pub(crate) billed: usize,
    pub(crate) billed_at: Option<OffsetDateTime>,
    /// What is to be done, the first first; an entry is void if `due_at` has another time.
    pub(crate) due: VecDeque<(OffsetDateTime, OrganizationId, Job)>,
    pub(crate) due_at: HashMap<Job, OffsetDateTime>,
}

/// What follows from an event after some seconds, unless another event delays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Job {
    UpdateMeters(Uuid),
    /// Finds the first event of a customer.
    FindFirst(Uuid),
}

/// An event on the bill of a subscription.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) price: Uuid,
    pub(crate) meter: Uuid,
    pub(crate) place: usize,
}

/// Does what is due after new events.
pub(crate) fn follow_events(state: &mut State, now: OffsetDateTime) {
    while let Some((at, organization, job)) = state.usage.due.front().copied()
        && at <= now
    {
        state.usage.due.pop_front();
        if state.usage.due_at.get(&job) == Some(&at) {
            state.usage.due_at.remove(&job);
            let mut account = Account::new(state, at, organization);
            match job {
                Job::UpdateMeters(customer) => account.update_customer_meters(customer),
                Job::FindFirst(customer) => account.find_first_event(customer),
            }
        }
    }
}

impl Account<'_> {
    /// Has something done in some seconds.
    pub(super) fn schedule(&mut self, job: Job) {
        let (at, usage) = (self.now + DELAY, &mut self.state.usage);
        if usage.due_at.insert(job, at) != Some(at) {
            usage.due.push_back((at, self.organization, job));
        }
    }
}

/// Puts events on the bills of subscriptions if a quarter of an hour began since the last time, as
/// Polar does; before a renewal, since the oldest event.
pub(super) fn bill_usage_if_due(state: &mut State, now: OffsetDateTime, is_renewal: bool) {
    let usage = &mut state.usage;
    let oldest = usage.log.at(usage.billed).map(|event| event.ingested_at);
    let last = usage.billed_at.filter(|_| !is_renewal).or(oldest);
    let quarter = |time: OffsetDateTime| time.unix_timestamp().div_euclid(900);
    if last.is_some_and(|last| quarter(last) < quarter(now)) {
        usage.billed_at = usage.billed_at.max(Some(now));
        bill_usage(state, now);
    }
}

const DELAY: Duration = Duration::seconds(15);
