//! Sample values: whole, readable, and the same each time.

use std::fmt::Debug;

use polar_types::{
    AssignSeat, ClaimInfo, ClaimedSeat, CustomerSessionToken, InvitationToken, Member, Page,
    PortalAssignSeat, Sample, Seat, SeatEvent, SeatMetadata, SeatSubscription, SeatsList,
    SessionInfo, SessionUser, WebhookEvent, WebhookSecret,
    benefit_grants::{BenefitGrant, BenefitGrantProperties, BenefitGrantWebhook},
    events::{Event, EventMetadata},
    orders::Order,
    sample,
    webhooks::WebhookOrderPaidPayload,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

fn round_trips<T: Sample + Serialize + DeserializeOwned + PartialEq + Debug>() -> Value {
    let value: T = sample();
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
    assert_eq!(sample::<T>(), value);
    serde_json::from_str(&json).unwrap()
}

#[test]
fn types_of_seats_have_samples() {
    round_trips::<Member>();
    round_trips::<Seat>();
    round_trips::<SeatsList>();
    round_trips::<SeatMetadata>();
    round_trips::<ClaimInfo>();
    round_trips::<ClaimedSeat>();
    round_trips::<AssignSeat>();
    round_trips::<PortalAssignSeat>();
    round_trips::<Page<SeatSubscription>>();
    round_trips::<SessionInfo>();
    round_trips::<SessionUser>();
    let event: SeatEvent = sample();
    let json = serde_json::to_vec(&event).unwrap();
    assert_eq!(WebhookEvent::from_json(&json), Ok(sample()));
    assert_eq!(sample::<WebhookEvent>(), WebhookEvent::from(event));
}

#[test]
fn secrets_are_valid_and_marked_as_samples() {
    let token: CustomerSessionToken = sample();
    assert_eq!(CustomerSessionToken::new(token.expose()), Ok(token.clone()));
    let token: InvitationToken = sample();
    assert_eq!(InvitationToken::new(token.expose()), Ok(token.clone()));
    let secret: WebhookSecret = sample();
    assert_eq!(WebhookSecret::new(secret.expose()), Ok(secret.clone()));
    assert!(secret.expose().starts_with("sample_"));
}

#[test]
fn objects_in_a_sample_agree() {
    let page: Page<Order> = sample();
    let [order] = page.items.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!(order.customer_id, order.customer.id);
    assert_eq!(
        order.net_amount.minor_units() + order.tax_amount.minor_units(),
        order.total_amount.minor_units()
    );
    let event: WebhookOrderPaidPayload = sample();
    assert_eq!(event.data, *order);
    assert_eq!(
        round_trips::<WebhookOrderPaidPayload>()["type"],
        "order.paid"
    );
}

#[test]
fn union_beside_its_tag_is_the_variant_of_the_tag() {
    let grant: BenefitGrant = sample();
    assert!(grant.benefit.kind == "custom");
    assert!(
        matches!(grant.properties, BenefitGrantProperties::Custom(_)),
        "{grant:?}"
    );
    round_trips::<BenefitGrant>();
    round_trips::<BenefitGrantWebhook>();
    let event: Event = sample();
    assert!(event.name == "meter.credited");
    assert!(
        matches!(event.metadata, EventMetadata::MeterCredited(_)),
        "{event:?}"
    );
    round_trips::<Event>();
}
