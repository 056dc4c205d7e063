//! Entries of a journal, and what they show.

use std::time::{Duration, SystemTime};

use polar_core::{
    BaseUrl,
    types::{AssignSeat, Container, CustomerId, MemberId, Recipient, Seat, SeatId, Timestamp},
};
use polar_roster::Aliases;
use serde::{Deserialize, Serialize};

/// An entry: a request with its outcome.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JournalEntry {
    at: Timestamp,
    pub(crate) outcome: String,
    pub(crate) request: AssignSeat,
    /// The line of the person in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seat: Option<SeatId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    member_id: Option<MemberId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The base URL of the request. The first versions did not write it.
    #[serde(default, skip_serializing)]
    server: Option<String>,
}

/// An entry as it is written.
#[derive(Serialize)]
pub(super) struct JournalLine<'a> {
    #[serde(flatten)]
    pub(super) entry: &'a JournalEntry,
    pub(super) server: String,
}

impl JournalEntry {
    pub(crate) fn new(outcome: &str, request: AssignSeat) -> Self {
        Self {
            at: Timestamp::try_from(SystemTime::now()).unwrap_or_default(),
            outcome: outcome.to_owned(),
            request,
            line: None,
            seat: None,
            member_id: None,
            customer_id: None,
            reason: None,
            server: None,
        }
    }

    /// Returns when the entry was written.
    pub(crate) const fn at(&self) -> &Timestamp {
        &self.at
    }

    /// Returns whether the entry was written less than a day ago. A time more than a day in the future,
    /// after a clock was wrong, is not recent either.
    pub(crate) fn is_recent(&self, now: SystemTime) -> bool {
        self.at.system_time().is_some_and(|at| {
            let apart = now
                .duration_since(at)
                .unwrap_or_else(|error| error.duration());
            apart <= ONE_DAY
        })
    }

    pub(crate) const fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    pub(crate) fn seat(mut self, seat: &Seat) -> Self {
        self.seat = Some(seat.id);
        let holder = seat.occupant();
        self.member_id = holder.and_then(|holder| holder.member_id);
        self.customer_id = holder.and_then(|holder| holder.customer_id);
        self
    }

    pub(crate) fn reason(mut self, reason: Option<&str>) -> Self {
        self.reason = reason.map(ToOwned::to_owned);
        self
    }
}

/// Returns the last entry of each person, if its outcome is one of these.
pub(crate) fn last_entries<'a>(
    entries: &'a [JournalEntry],
    container: Container,
    outcomes: &[&str],
) -> Vec<&'a JournalEntry> {
    let mut last: Vec<&JournalEntry> = Vec::new();
    for entry in entries
        .iter()
        .filter(|entry| entry.request.container == container)
    {
        last.retain(|other| other.request.recipient != entry.request.recipient);
        if outcomes.contains(&entry.outcome.as_str()) {
            last.push(entry);
        }
    }
    last
}

/// Returns when the last revocation without a known outcome began.
pub(crate) fn revoking_since(entries: &[JournalEntry], container: Container) -> Option<SystemTime> {
    let unfinished = last_entries(entries, container, &[REVOKING, RENEWING, UNKNOWN]);
    unfinished
        .iter()
        .filter_map(|entry| entry.at.system_time())
        .max()
}

/// Returns the holders of seats that were assigned by a customer's id. The same id may belong to another
/// member on another server or in another subscription.
pub(crate) fn aliases(entries: &[JournalEntry], server: &BaseUrl, container: Container) -> Aliases {
    let mut aliases = Aliases::new();
    let server = server.to_string();
    for entry in entries {
        let is_same_server = entry.server.as_ref() == Some(&server);
        if !is_same_server || entry.request.container != container {
            continue;
        }
        let holder = entry.member_id.map(Recipient::Member);
        let holder = holder.or_else(|| entry.customer_id.map(Recipient::Customer));
        let is_unlisted = matches!(
            entry.request.recipient,
            Recipient::Customer(_) | Recipient::ExternalCustomer(_)
        );
        if let (Some(holder), true) = (holder, is_unlisted) {
            aliases.insert(entry.request.recipient.clone(), holder);
        }
    }
    aliases
}

/// The outcome if no response was received.
pub(crate) const UNKNOWN: &str = "unknown";
/// The outcome before a revocation.
pub(crate) const REVOKING: &str = "revoking";
/// The outcome before a revocation by `renew`, which assigns the seat again.
pub(crate) const RENEWING: &str = "renewing";
const ONE_DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use std::fs;

    use polar_core::types::SubscriptionId;

    use super::{super::Journal, *};

    fn request(name: &str) -> AssignSeat {
        let id: SubscriptionId = "4663fc95-f630-47e4-8260-a644811e7711".parse().unwrap();
        AssignSeat::new(id, Recipient::external_customer(name))
    }

    fn seat() -> Seat {
        let json = r#"{"id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2","status":"claimed",
            "customer_id":"92129a26-cd38-4258-acba-5045d1137722"}"#;
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn unfinished_revocations_are_found() {
        let entry = |word: &str, name: &str| JournalEntry::new(word, request(name));
        let entries = [
            entry(REVOKING, "a"),
            entry(REVOKING, "b"),
            entry("revoked", "a"),
            entry(RENEWING, "c"),
            entry("renewed", "c"),
        ];
        let here = entries[0].request.container;
        let left = last_entries(&entries, here, &[REVOKING, RENEWING]);
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].request, request("b"));
        assert!(revoking_since(&entries, here).is_some());
        assert!(revoking_since(&entries[2..], here).is_none());
        let elsewhere: polar_core::types::OrderId = here.as_uuid().into();
        assert!(revoking_since(&entries, elsewhere.into()).is_none());
    }

    #[test]
    fn an_entry_is_recent_for_a_day() {
        let entry = JournalEntry::new("assigned", request("a"));
        let now = entry.at().system_time().unwrap();
        let second = Duration::from_secs(1);
        for (now, is_recent) in [
            (now, true),
            (now + ONE_DAY, true),
            (now + ONE_DAY + second, false),
            (now - ONE_DAY, true),
            (now - ONE_DAY - second, false),
        ] {
            assert_eq!(entry.is_recent(now), is_recent, "{now:?}");
        }
    }

    #[test]
    fn aliases_apply_to_the_same_server_and_container() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.journal.jsonl");
        let entry = JournalEntry::new("assigned", request("a")).seat(&seat());
        let mut journal = Journal::new(Some(path.clone()), BaseUrl::sandbox());
        journal.write(&entry).unwrap();
        let entries = journal.read().ok().unwrap();

        let (here, sold) = (BaseUrl::sandbox(), entry.request.container);
        let known = format!("{:?}", aliases(&entries, &here, sold));
        assert!(known.contains("Customer(CustomerId(92129a26"), "{known}");

        let order: polar_core::types::OrderId = sold.as_uuid().into();
        let old = fs::read_to_string(&path).unwrap();
        let old = old.replace(r#","server":"https://sandbox-api.polar.sh""#, "");
        assert!(!old.contains("server"), "{old}");
        let old: JournalEntry = serde_json::from_str(&old).unwrap();
        for unknown in [
            aliases(&entries, &BaseUrl::production(), sold),
            aliases(&entries, &here, order.into()),
            aliases(&[old], &here, sold),
        ] {
            assert_eq!(format!("{unknown:?}"), format!("{:?}", Aliases::new()));
        }
    }
}
