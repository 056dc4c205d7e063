use std::{error::Error, fmt};

use polar_types::{AssignSeat, Container, InvalidMetadata, Recipient, SeatMetadata, SeatsList};

/// Creates the body of an assignment from a form.
///
/// # Errors
///
/// Returns the problem if the server would refuse the request, as far as the form and the list show it.
/// Only the server checks whether the domain of the address accepts email.
pub fn invitation(
    container: impl Into<Container>,
    email: &str,
    note: &str,
    list: &SeatsList,
) -> Result<AssignSeat, InvitationError> {
    let email = email.trim();
    let has_domain = |(local, domain): (&str, &str)| !local.is_empty() && domain.contains('.');
    if !email.rsplit_once('@').is_some_and(has_domain) {
        return Err(InvitationError::InvalidEmail);
    }
    if list.find_by_email(email).is_some() {
        return Err(InvitationError::HasSeat);
    }
    if list.available_seats == 0 {
        return Err(InvitationError::Full);
    }
    let request = AssignSeat::new(container, Recipient::email(email));
    if note.is_empty() {
        return Ok(request);
    }
    let metadata = SeatMetadata::try_from_pairs([("note", note)]);
    Ok(request.metadata(metadata.map_err(InvitationError::Note)?))
}

/// The problem with the form of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvitationError {
    /// The email is not an address with a domain.
    InvalidEmail,
    /// This person already has a seat.
    HasSeat,
    /// No seat is free.
    Full,
    /// The note cannot be stored with the seat.
    Note(InvalidMetadata),
}

impl fmt::Display for InvitationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidEmail => f.write_str("Enter an email address, such as zoe@acme.com."),
            Self::HasSeat => f.write_str("This person already has a seat."),
            Self::Full => f.write_str("All seats are taken. Revoke one or buy more."),
            Self::Note(InvalidMetadata::TooLarge { characters }) => write!(
                f,
                "The note takes {characters} characters of at most {}. Accented letters count as six, \
                 emoji as twelve.",
                SeatMetadata::MAX_CHARACTERS
            ),
            Self::Note(other) => other.fmt(f),
        }
    }
}

impl Error for InvitationError {}

#[cfg(test)]
mod tests {
    use polar_types::{Seat, SeatStatus, SubscriptionId};

    use super::*;

    fn check(email: &str, note: &str, total: u64) -> Result<AssignSeat, InvitationError> {
        let mut seat = Seat::new("dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2".parse().unwrap());
        seat.status = SeatStatus::Claimed;
        seat.email = Some("ann@acme.com".to_owned());
        let list = SeatsList::new(vec![seat], total);
        invitation(subscription(), email, note, &list)
    }

    fn subscription() -> SubscriptionId {
        "4663fc95-f630-47e4-8260-a644811e7711".parse().unwrap()
    }

    #[test]
    fn valid_form_becomes_the_request_body() {
        let request = check(" zoe@acme.com ", "desk 4", 2).unwrap();
        assert_eq!(
            serde_json::to_string(&request).unwrap(),
            r#"{"subscription_id":"4663fc95-f630-47e4-8260-a644811e7711","email":"zoe@acme.com","metadata":{"note":"desk 4"}}"#,
        );
        assert_eq!(check("zoe@acme.com", "", 2).unwrap().metadata, None);
    }

    #[test]
    fn invalid_forms_are_rejected() {
        for email in ["", "zoe", "zoe@", "@acme.com", "zoe@acme"] {
            assert_eq!(
                check(email, "", 2),
                Err(InvitationError::InvalidEmail),
                "{email}"
            );
        }
        assert_eq!(check("ANN@acme.com", "", 2), Err(InvitationError::HasSeat));
        assert_eq!(check("zoe@acme.com", "", 1), Err(InvitationError::Full));
    }

    #[test]
    fn note_length_is_counted_like_the_server() {
        assert!(check("zoe@acme.com", &"é".repeat(168), 2).is_ok());
        let problem = check("zoe@acme.com", &"é".repeat(169), 2).unwrap_err();
        assert!(
            problem.to_string().contains("takes 1026 characters"),
            "{problem}"
        );
    }
}
