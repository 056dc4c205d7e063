//! Types that are written by hand and stand in generated ones, read and written with serde.

use std::borrow::Cow;

use serde_json::value::to_raw_value;
use uuid::Uuid;

use super::{At, Inner, Value, View};
use crate::{Member, MemberId, RawJson, Seat, SeatId, sample::seats};

macro_rules! by_hand {
    ($($name:ty: $absent:expr, $sample:expr;)+) => {$(
        impl Value for $name {
            #[inline]
            fn absent() -> Self {
                $absent
            }

            #[inline]
            fn view(&self) -> View<'_> {
                to_raw_value(self).map_or(View::Null, |raw| View::Raw(Cow::Owned(raw)))
            }

            #[inline]
            fn is_raw(&self) -> bool {
                true
            }

            #[inline]
            fn reads_raw() -> bool {
                true
            }

            #[inline]
            fn raw(&mut self, raw: RawJson) -> Result<(), Inner> {
                *self = serde_json::from_str(raw.as_str())
                    .map_err(|error| Inner::of(raw.as_str(), &error))?;
                Ok(())
            }

            #[inline]
            fn sample(&mut self, _: &At<'_>) {
                *self = $sample;
            }
        }
    )+};
}

by_hand! {
    Member: Self::new(MemberId::new(Uuid::nil())), seats::member();
    Seat: Self::new(SeatId::new(Uuid::nil())), seats::seat();
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
