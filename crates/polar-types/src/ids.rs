use std::{error::Error, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $what:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID for what it is said to be; whether it exists only the server knows.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { what: $what })
            }
        }

        impl crate::lenient::Lenient for $name {
            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

ids! {
    /// A seat, which is a *slot* and not a person.
    ///
    /// The server gives the id of a revoked seat to whoever is assigned next. Before acting on an
    /// id that was stored earlier, look who holds the seat now ([`Seat::occupant`]): a late revoke
    /// takes the seat from its new holder.
    ///
    /// [`Seat::occupant`]: crate::Seat::occupant
    SeatId, "a seat id";

    /// A subscription that seats are sold on.
    SubscriptionId, "a subscription id";

    /// A one-time order that seats are sold on.
    OrderId, "an order id";

    /// A checkout, which becomes a subscription or an order once it is paid.
    CheckoutId, "a checkout id";

    /// A customer: the buyer, or (in organisations without members) the holder of a seat.
    CustomerId, "a customer id";

    /// A member of a customer: the person who holds a seat.
    MemberId, "a member id";

    /// A product.
    ProductId, "a product id";

    /// An organisation: the seller.
    OrganizationId, "an organization id";
}

/// A text is not the id it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    what: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this is not {}: give a UUID such as {EXAMPLE}",
            self.what
        )
    }
}

impl Error for InvalidId {}

const EXAMPLE: &str = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_prints() {
        let id: SeatId = EXAMPLE.parse().unwrap();
        assert_eq!(id.to_string(), EXAMPLE);
        assert_eq!(format!("{id:?}"), format!("SeatId({EXAMPLE})"));
        assert_eq!(SeatId::from(Uuid::from(id)), id);
        assert_eq!(SeatId::new(id.as_uuid()), id);
    }

    #[test]
    fn an_id_is_a_plain_string_in_json() {
        let id: OrderId = EXAMPLE.parse().unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{EXAMPLE}\""));
        assert_eq!(serde_json::from_str::<OrderId>(&json).unwrap(), id);
    }

    #[test]
    fn a_wrong_id_is_told_which_one_it_is_without_being_repeated() {
        let error = "../products".parse::<MemberId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("this is not a member id: give a UUID such as {EXAMPLE}"),
        );
    }
}
