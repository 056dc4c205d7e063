//! The order of the snapshots of one object.

use polar_webhooks::{
    EventVersion,
    types::{Timestamp, WebhookEvent},
};

const CREATED: &str = r#""created_at":"2026-11-30T11:07:21.807710Z""#;
const CHANGED: &str = r#""modified_at":"2026-11-30T11:07:33.729020Z""#;

fn event(kind: &str, time: &str, data: &str) -> WebhookEvent {
    let body = format!(r#"{{"type":"{kind}","timestamp":"2026-11-30T{time}Z","data":{{{data}}}}}"#);
    WebhookEvent::from_json(body.as_bytes()).unwrap()
}

/// The events of a recorded subscription, of which the last three have one snapshot.
fn recorded() -> [EventVersion; 6] {
    let changed = format!("{CREATED},{CHANGED}");
    [
        event("subscription.created", "11:07:21.872989", CREATED),
        event("subscription.active", "11:07:21.945381", CREATED),
        event("subscription.updated", "11:07:22.010433", CREATED),
        event("subscription.updated", "11:07:33.785319", &changed),
        event("subscription.canceled", "11:07:33.846397", &changed),
        event("subscription.revoked", "11:07:33.901195", &changed),
    ]
    .map(|event| EventVersion::of(&event).unwrap())
}

#[test]
fn later_events_of_an_object_are_newer() {
    let versions = recorded();
    assert!(versions.is_sorted_by(|one, other| other.is_newer(Some(*one))));
    for version in versions {
        assert!(!version.is_newer(Some(version)));
        assert!(version.is_newer(None));
        let (changed, at) = version.as_micros();
        assert_eq!(EventVersion::from_micros(changed, at), version);
    }
}

#[test]
fn change_decides_before_the_time_of_the_event() {
    let changed = format!("{CREATED},{CHANGED}");
    let late = event("subscription.updated", "12:00:00", CREATED);
    let early = event("subscription.updated", "11:07:33.785319", &changed);
    let [late, early] = [late, early].map(|event| EventVersion::of(&event).unwrap());
    assert!(early.is_newer(Some(late)));
}

#[test]
fn object_from_the_api_is_older_than_events_of_the_same_change() {
    let [created, .., revoked] = recorded();
    let created_at = Timestamp::from("2026-11-30T11:07:21.807710Z");
    let modified_at = Timestamp::from("2026-11-30T11:07:33.729020Z");
    let fetched = EventVersion::of_object(&created_at, Some(&modified_at)).unwrap();
    assert!(fetched.is_newer(Some(created)));
    assert!(revoked.is_newer(Some(fetched)));
    let unchanged = EventVersion::of_object(&created_at, None).unwrap();
    assert!(created.is_newer(Some(unchanged)));
    assert!(fetched.is_newer(Some(unchanged)));
    assert_eq!(EventVersion::of_object(&Timestamp::default(), None), None);
}

#[test]
fn time_of_the_event_is_used_for_an_object_without_times() {
    let version = |time| EventVersion::of(&event("pet.born", time, ""));
    assert!(version("12:00:01") > version("12:00:00"));
    let body = br#"{"type":"pet.born","data":{}}"#;
    assert_eq!(
        EventVersion::of(&WebhookEvent::from_json(body).unwrap()),
        None
    );
    let body = format!(r#"{{"type":"pet.born","data":{{{CREATED}}}}}"#);
    let event = WebhookEvent::from_json(body.as_bytes()).unwrap();
    let (changed, at) = EventVersion::of(&event).unwrap().as_micros();
    assert_eq!(changed, at);
}
