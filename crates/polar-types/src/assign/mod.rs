//! Request bodies that assign a seat.

mod wire;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use self::wire::Body;
use crate::{Container, PortalContainer, Recipient, SeatMetadata};

/// The request body that assigns a seat with an organization's access token.
///
/// It cannot have a combination of fields that the server rejects.
///
/// ```
/// use polar_types::{AssignSeat, Recipient, SeatMetadata, SubscriptionId};
///
/// let subscription: SubscriptionId = "4663fc95-f630-47e4-8260-a644811e7711".parse()?;
/// let assign = AssignSeat::new(subscription, Recipient::email("zoe@acme.com"))
///     .metadata(SeatMetadata::try_from_pairs([("team", "Lab 4")])?)
///     .immediate_claim();
/// assert_eq!(
///     serde_json::to_string(&assign)?,
///     r#"{"subscription_id":"4663fc95-f630-47e4-8260-a644811e7711","email":"zoe@acme.com","metadata":{"team":"Lab 4"},"immediate_claim":true}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssignSeat {
    /// The subscription, order or checkout of the seat.
    pub container: Container,
    /// The person who gets the seat.
    pub recipient: Recipient,
    /// Metadata to store with the seat. `None` is stored as `{}` (observed).
    pub metadata: Option<SeatMetadata>,
    /// Whether the seat is claimed at once, without an invitation, an email and a session token.
    pub immediate_claim: bool,
}

/// The request body that assigns a seat in the customer portal. Also accepts a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PortalAssignSeat {
    /// The subscription, order or checkout of the seat.
    pub container: PortalContainer,
    /// The person who gets the seat.
    pub recipient: Recipient,
    /// Metadata to store with the seat. `None` is stored as `{}` (observed).
    pub metadata: Option<SeatMetadata>,
    /// Whether the seat is claimed at once, without an invitation, an email and a session token.
    pub immediate_claim: bool,
}

impl From<AssignSeat> for PortalAssignSeat {
    fn from(assign: AssignSeat) -> Self {
        Self {
            container: assign.container.into(),
            recipient: assign.recipient,
            metadata: assign.metadata,
            immediate_claim: assign.immediate_claim,
        }
    }
}

/// Implements the constructor, the setters and the wire format of a request body.
macro_rules! request_body {
    ($body:ident, $container:ident, $read_container:ident) => {
        impl $body {
            /// Creates an assignment that invites the recipient.
            #[must_use]
            pub fn new(container: impl Into<$container>, recipient: impl Into<Recipient>) -> Self {
                Self {
                    container: container.into(),
                    recipient: recipient.into(),
                    metadata: None,
                    immediate_claim: false,
                }
            }

            /// Sets the metadata to store with the seat.
            #[must_use]
            pub fn metadata(mut self, metadata: SeatMetadata) -> Self {
                self.metadata = Some(metadata);
                self
            }

            /// Claims the seat at once, for use with your own invitations: Polar sends no email and
            /// only the webhook `customer_seat.claimed`, and the response has no session token
            /// (observed).
            #[must_use]
            pub const fn immediate_claim(mut self) -> Self {
                self.immediate_claim = true;
                self
            }
        }

        impl Serialize for $body {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Body::new(self.container.into(), &self.recipient)
                    .with(self.metadata.as_ref(), self.immediate_claim)
                    .serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $body {
            /// Reads the flat body and checks the server's rules. Errors have the server's
            /// messages.
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut body = Body::deserialize(deserializer)?;
                let container = body.container().$read_container();
                Ok(Self {
                    container: container.map_err(D::Error::custom)?,
                    recipient: body.recipient().recipient().map_err(D::Error::custom)?,
                    metadata: body.metadata().map_err(D::Error::custom)?,
                    immediate_claim: body.immediate_claim(),
                })
            }
        }
    };
}

request_body!(AssignSeat, Container, container);
request_body!(PortalAssignSeat, PortalContainer, portal_container);
