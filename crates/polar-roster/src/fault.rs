use std::{error::Error, fmt};

use crate::EmailFlaw;

/// Why a person cannot be on a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The person's [`line`](crate::Person::line).
    pub line: u64,
    /// What is wrong with them.
    pub field: Field,
    /// And how.
    pub problem: Problem,
}

/// The part of a person that a fault is about, by the API's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The e-mail address.
    Email,
    /// The member's id in the seller's own system.
    ExternalMemberId,
    /// The customer's id in the seller's own system.
    ExternalCustomerId,
    /// The customer's id.
    CustomerId,
    /// The member's id.
    MemberId,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No server takes this for an e-mail address.
    Email(EmailFlaw),
    /// An id that is empty names nobody.
    EmptyId,
    /// The same person was named before, by the server's own rules: nobody gets two seats.
    Again {
        /// The line that named them first.
        first: u64,
    },
}

impl Field {
    /// The name that the API gives it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::ExternalMemberId => "external_member_id",
            Self::ExternalCustomerId => "external_customer_id",
            Self::CustomerId => "customer_id",
            Self::MemberId => "member_id",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(flaw) => flaw.fmt(f),
            Self::EmptyId => f.write_str("this id is empty: leave it out, or fill it in"),
            Self::Again { first } => write!(f, "this is the person of line {first} again"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.field, self.problem)
    }
}

impl Error for Fault {}
