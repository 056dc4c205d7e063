use std::{error::Error, fmt};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $what:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Creates an id from a UUID. Does not check that it exists.
            #[inline]
            #[must_use]
            pub const fn new(id: uuid::Uuid) -> Self {
                Self(id)
            }

            /// Returns the UUID.
            #[inline]
            #[must_use]
            pub const fn as_uuid(&self) -> uuid::Uuid {
                self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::InvalidId;

            #[inline]
            fn from_str(text: &str) -> Result<Self, $crate::InvalidId> {
                uuid::Uuid::try_parse(text).map(Self).map_err(|_| $crate::InvalidId::new($what))
            }
        }

        #[cfg(feature = "full")]
        impl crate::value::Value for $name {
            #[inline]
            fn absent() -> Self {
                Self(uuid::Uuid::nil())
            }

            #[inline]
            fn take(&mut self, token: crate::value::Token<'_>) -> crate::value::Taken<'_> {
                crate::value::take_id(self, crate::value::Kind::Id(stringify!($name)), token)
            }

            #[inline]
            fn view(&self) -> crate::value::View<'_> {
                crate::value::View::Uuid(&self.0)
            }
        }

        impl crate::lenient::Lenient for $name {
            #[inline]
            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }

        impl From<uuid::Uuid> for $name {
            #[inline]
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            #[inline]
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

#[cfg(feature = "full")]
pub(crate) use ids;

ids! {
    /// The id of a seat, which is a *slot* and not a person.
    ///
    /// The server reuses the id of a revoked seat for the next assignment. Before you act on a
    /// stored id, check who holds the seat now ([`Seat::occupant`]): otherwise a late revoke may
    /// revoke the seat of its new holder.
    ///
    /// [`Seat::occupant`]: crate::Seat::occupant
    SeatId, "a seat id";

    /// The id of a subscription with seats.
    SubscriptionId, "a subscription id";

    /// The id of a one-time order with seats.
    OrderId, "an order id";

    /// The id of a checkout, which becomes a subscription or an order once it is paid.
    CheckoutId, "a checkout id";

    /// The id of a customer: the buyer, or (in organizations without members) the holder of a seat.
    CustomerId, "a customer id";

    /// The id of a member of a customer: a person who may hold a seat.
    MemberId, "a member id";

    /// The id of a product.
    ProductId, "a product id";

    /// The id of an organization: the seller.
    OrganizationId, "an organization id";
}

/// The error returned when a text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    what: &'static str,
}

impl InvalidId {
    pub(crate) const fn new(what: &'static str) -> Self {
        Self { what }
    }
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}: expected a UUID such as {EXAMPLE}", self.what)
    }
}

impl Error for InvalidId {}

const EXAMPLE: &str = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn id_round_trips_through_text_and_uuid() {
        let id: SeatId = EXAMPLE.parse().unwrap();
        assert_eq!(id.to_string(), EXAMPLE);
        assert_eq!(format!("{id:?}"), format!("SeatId({EXAMPLE})"));
        assert_eq!(SeatId::from(Uuid::from(id)), id);
        assert_eq!(SeatId::new(id.as_uuid()), id);
    }

    #[test]
    fn id_is_a_string_in_json() {
        let id: OrderId = EXAMPLE.parse().unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{EXAMPLE}\""));
        assert_eq!(serde_json::from_str::<OrderId>(&json).unwrap(), id);
    }

    #[test]
    fn error_names_the_kind_of_id_and_does_not_repeat_the_text() {
        let error = "../products".parse::<MemberId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("not a member id: expected a UUID such as {EXAMPLE}"),
        );
    }
}
