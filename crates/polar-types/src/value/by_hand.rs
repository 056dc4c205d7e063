//! Types that are written by hand and stand in generated ones, read and written with serde.

use std::fmt;

use uuid::Uuid;

use super::{Inner, Kind, Next, Refused, Taken, Token, Value, View};
use crate::{Member, MemberId, RawJson, Seat, SeatId};

/// A value of such a type.
pub(crate) trait ByHand: fmt::Debug {
    fn to_json(&self) -> RawJson;
}

macro_rules! by_hand {
    ($($name:ident($id:ident);)+) => {$(
        impl ByHand for $name {
            #[inline]
            fn to_json(&self) -> RawJson {
                // It can always be written.
                RawJson::from_serialize(self).unwrap_or_else(|_| RawJson::null())
            }
        }

        impl Value for $name {
            const IS_RAW: bool = true;

            #[inline]
            fn absent() -> Self {
                Self::new($id::new(Uuid::nil()))
            }

            #[inline]
            fn take(&mut self, token: Token<'_>) -> Taken<'_> {
                let raw = token.raw(Kind::$name)?;
                *self = serde_json::from_str(raw.as_str())
                    .map_err(|error| Refused::Inside(Inner::of(raw.as_str(), &error)))?;
                Ok(Next::End)
            }

            #[inline]
            fn view(&self) -> View<'_> {
                View::ByHand(self)
            }
        }
    )+};
}

by_hand! {
    Member(MemberId);
    Seat(SeatId);
}

#[cfg(test)]
mod tests {
    use crate::{
        Seat, benefit_grants::BenefitGrant, locate, sample,
        webhooks::WebhookCustomerSeatClaimedPayload,
    };

    #[test]
    #[inline]
    fn webhook_has_the_seat_that_is_written_by_hand() {
        let payload: WebhookCustomerSeatClaimedPayload = sample();
        assert_eq!(payload.data, sample::<Seat>());
        let text = serde_json::to_string(&payload).unwrap();
        let read: WebhookCustomerSeatClaimedPayload = serde_json::from_str(&text).unwrap();
        assert_eq!(read, payload);

        let text = text.replace(&payload.data.id.to_string(), "seat 7");
        let error = serde_json::from_str::<WebhookCustomerSeatClaimedPayload>(&text).unwrap_err();
        assert_eq!(locate(&text, &error).0, "data.id");
    }

    #[test]
    #[inline]
    fn grant_has_the_member_that_is_written_by_hand() {
        let mut grant: BenefitGrant = sample();
        grant.member = Some(sample());
        let text = serde_json::to_string(&grant).unwrap();
        assert_eq!(serde_json::from_str::<BenefitGrant>(&text).unwrap(), grant);
        let text = text.replace(&format!("{:?}:{{", "member"), "\"member\":null,\"_\":{");
        assert_eq!(
            serde_json::from_str::<BenefitGrant>(&text).unwrap().member,
            None
        );
    }
}
