//! Every type on the wire can be written and read back unchanged.

use std::fmt::Debug;

use polar_types::{EmailKey, ErrorBody, InvitationToken, SeatId, Timestamp, WebhookEvent};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::strategies::{self as any_};

fn assert_round_trip<T>(value: &T) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let json = serde_json::to_string(value).unwrap();
    let back: T = serde_json::from_str(&json).unwrap();
    prop_assert_eq!(&back, value, "{}", json);
    prop_assert_eq!(serde_json::to_string(&back).unwrap(), json);
    Ok(())
}

/// Tests that all values of a strategy round-trip.
macro_rules! round_trips {
    ($($test:ident: $strategy:ident,)*) => {
        proptest! {$(
            #[test]
            fn $test(value in any_::$strategy()) {
                assert_round_trip(&value)?;
            }
        )*}
    };
}

round_trips! {
    metadata_round_trips: metadata,
    member_round_trips: member,
    seat_round_trips: seat,
    list_round_trips: list,
    claim_info_round_trips: claim_info,
    claimed_seat_round_trips: claimed_seat,
    assignment_round_trips: assign,
    assignment_in_the_portal_round_trips: portal_assign,
    page_round_trips: page,
    session_info_round_trips: session_info,
    session_user_round_trips: session_user,
}

proptest! {
    #[test]
    fn id_round_trips(id in any_::id::<SeatId>()) {
        assert_round_trip(&id)?;
        prop_assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn timestamp_round_trips(timestamp in any_::timestamp()) {
        assert_round_trip(&timestamp)?;
        prop_assert_eq!(Timestamp::from(timestamp.to_string().as_str()), timestamp.clone());
        if let Some(time) = timestamp.system_time() {
            prop_assert_eq!(Timestamp::try_from(time), Ok(timestamp));
        }
    }

    #[test]
    fn invitation_token_round_trips(text in "[!-~&&[^/?#%]]{1,60}") {
        prop_assume!(text != "." && text != "..");
        assert_round_trip(&InvitationToken::new(text).unwrap())?;
    }

    #[test]
    fn error_body_round_trips(body in any_::error_body()) {
        prop_assert_eq!(ErrorBody::decode(&body.to_bytes().unwrap()), body);
    }

    #[test]
    fn error_body_decodes_any_bytes(bytes in any::<Vec<u8>>()) {
        let body = ErrorBody::decode(&bytes);
        prop_assert_eq!(ErrorBody::decode(&body.to_bytes().unwrap()), body);
    }

    #[test]
    fn error_body_preserves_any_json(json in any_::value()) {
        let body = ErrorBody::decode(json.to_string().as_bytes());
        prop_assert_eq!(ErrorBody::decode(&body.to_bytes().unwrap()), body);
    }

    #[test]
    fn event_round_trips(event in any_::seat_event()) {
        let json = serde_json::to_vec(&event).unwrap();
        prop_assert_eq!(WebhookEvent::from_json(&json), Ok(WebhookEvent::Seat(Box::new(event))));
    }

    #[test]
    fn event_of_another_type_round_trips(kind in "[a-z_.]{1,20}", data in any_::value()) {
        let json = serde_json::json!({"type": kind, "data": data}).to_string();
        let event = WebhookEvent::from_json(json.as_bytes()).unwrap();
        let again = WebhookEvent::from_json(&serde_json::to_vec(&event).unwrap());
        prop_assert_eq!(again, Ok(event));
    }

    #[test]
    fn email_key_ignores_case_and_whitespace_around_it(email in any::<String>()) {
        let key = EmailKey::new(&email);
        prop_assert_eq!(EmailKey::new(&email.to_lowercase()), key.clone());
        prop_assert_eq!(EmailKey::new(&format!(" {email} ")), key);
    }
}
