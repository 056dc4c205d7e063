use std::{error::Error, fmt};

use crate::InvalidEmail;

/// A person who cannot be on a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidPerson {
    /// The person's [`line`](crate::Person::line).
    pub line: u64,
    /// The field that is invalid.
    pub field: Field,
    /// What is wrong with it.
    pub problem: Problem,
}

/// A field of a person, named as in Polar's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The email address.
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

/// What is wrong with a field of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Polar would reject the email address.
    Email(InvalidEmail),
    /// The id is empty.
    EmptyId,
    /// The same person is on an earlier line, by the rules that Polar compares people with.
    Duplicate {
        /// The first line with this person.
        first_line: u64,
    },
}

impl Field {
    /// Returns the field's name in Polar's API.
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
            Self::Email(error) => error.fmt(f),
            Self::EmptyId => f.write_str("the id is empty"),
            Self::Duplicate { first_line } => write!(f, "same person as on line {first_line}"),
        }
    }
}

impl fmt::Display for InvalidPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.field, self.problem)
    }
}

impl Error for InvalidPerson {}
