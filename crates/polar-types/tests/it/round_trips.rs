//! What is written is read back the same, for every type on the wire.

use std::fmt::Debug;

use polar_types::{EmailKey, ErrorBody, InvitationToken, SeatId, Timestamp, WebhookEvent};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::strategies::{self as any_};

fn comes_back<T>(value: &T) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let json = serde_json::to_string(value).unwrap();
    let back: T = serde_json::from_str(&json).unwrap();
    prop_assert_eq!(&back, value, "{}", json);
    prop_assert_eq!(serde_json::to_string(&back).unwrap(), json);
    Ok(())
}

proptest! {
    #[test]
    fn an_id_comes_back(id in any_::id::<SeatId>()) {
        comes_back(&id)?;
        prop_assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn a_timestamp_comes_back(timestamp in any_::timestamp()) {
        comes_back(&timestamp)?;
        prop_assert_eq!(Timestamp::from(timestamp.to_string().as_str()), timestamp.clone());
        if let Some(time) = timestamp.system_time() {
            prop_assert_eq!(Timestamp::try_from(time), Ok(timestamp));
        }
    }

    #[test]
    fn an_invitation_token_comes_back(text in "[!-~&&[^/?#%]]{1,60}") {
        prop_assume!(text != "." && text != "..");
        comes_back(&InvitationToken::new(text).unwrap())?;
    }

    #[test]
    fn metadata_comes_back(metadata in any_::metadata()) {
        comes_back(&metadata)?;
    }

    #[test]
    fn a_member_comes_back(member in any_::member()) {
        comes_back(&member)?;
    }

    #[test]
    fn a_seat_comes_back(seat in any_::seat()) {
        comes_back(&seat)?;
    }

    #[test]
    fn a_list_comes_back(list in any_::list()) {
        comes_back(&list)?;
    }

    #[test]
    fn a_claim_info_comes_back(info in any_::claim_info()) {
        comes_back(&info)?;
    }

    #[test]
    fn a_claimed_seat_comes_back(claimed in any_::claimed_seat()) {
        comes_back(&claimed)?;
    }

    #[test]
    fn an_assignment_comes_back(assign in any_::assign()) {
        comes_back(&assign)?;
    }

    #[test]
    fn an_assignment_in_the_portal_comes_back(assign in any_::portal_assign()) {
        comes_back(&assign)?;
    }

    #[test]
    fn an_error_body_comes_back(body in any_::error_body()) {
        prop_assert_eq!(ErrorBody::decode(&body.to_bytes().unwrap()), body);
    }

    #[test]
    fn any_bytes_are_an_error_body(bytes in any::<Vec<u8>>()) {
        let body = ErrorBody::decode(&bytes);
        prop_assert_eq!(ErrorBody::decode(&body.to_bytes().unwrap()), body);
    }

    #[test]
    fn any_json_is_an_error_body_that_loses_nothing(json in any_::value()) {
        let body = ErrorBody::decode(json.to_string().as_bytes());
        prop_assert_eq!(ErrorBody::decode(&body.to_bytes().unwrap()), body);
    }

    #[test]
    fn a_page_comes_back(page in any_::page()) {
        comes_back(&page)?;
    }

    #[test]
    fn a_session_info_comes_back(info in any_::session_info()) {
        comes_back(&info)?;
    }

    #[test]
    fn a_session_user_comes_back(user in any_::session_user()) {
        comes_back(&user)?;
    }

    #[test]
    fn an_event_comes_back(event in any_::seat_event()) {
        let json = serde_json::to_vec(&event).unwrap();
        prop_assert_eq!(WebhookEvent::from_json(&json), Ok(WebhookEvent::Seat(Box::new(event))));
    }

    #[test]
    fn an_event_of_another_type_comes_back(kind in "[a-z_.]{1,20}", data in any_::value()) {
        let json = serde_json::json!({"type": kind, "data": data}).to_string();
        let event = WebhookEvent::from_json(json.as_bytes()).unwrap();
        let again = WebhookEvent::from_json(&serde_json::to_vec(&event).unwrap());
        prop_assert_eq!(again, Ok(event));
    }

    #[test]
    fn an_e_mail_key_is_the_key_of_itself(email in any::<String>()) {
        let key = EmailKey::new(&email);
        prop_assert_eq!(EmailKey::new(&email.to_lowercase()), key.clone());
        prop_assert_eq!(EmailKey::new(&format!(" {email} ")), key);
    }
}
