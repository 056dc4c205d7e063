use std::{error::Error, fmt};

use polar_types::{AssignSeat, Container, InvalidMetadata, Recipient, SeatMetadata, SeatsList};

/// Makes the body of an assignment out of a form, or says what is wrong with it before anything is
/// sent.
///
/// # Errors
///
/// When the server would refuse it, as far as a form and the list can tell. Whether the address's
/// domain takes mail, only the server finds out.
pub fn invitation(
    container: impl Into<Container>,
    email: &str,
    note: &str,
    list: &SeatsList,
) -> Result<AssignSeat, InvitationProblem> {
    let email = email.trim();
    let has_domain = |(local, domain): (&str, &str)| !local.is_empty() && domain.contains('.');
    if !email.rsplit_once('@').is_some_and(has_domain) {
        return Err(InvitationProblem::NoAddress);
    }
    if list.find_by_email(email).is_some() {
        return Err(InvitationProblem::HasSeat);
    }
    if list.available_seats == 0 {
        return Err(InvitationProblem::Full);
    }
    let request = AssignSeat::new(container, Recipient::email(email));
    if note.is_empty() {
        return Ok(request);
    }
    let metadata = SeatMetadata::try_from_pairs([("note", note)]);
    Ok(request.metadata(metadata.map_err(InvitationProblem::Note)?))
}

/// What is wrong with the form of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvitationProblem {
    /// The e-mail is not an address with a domain.
    NoAddress,
    /// This person has a seat.
    HasSeat,
    /// No seat is free.
    Full,
    /// The note cannot be stored with the seat.
    Note(InvalidMetadata),
}

impl fmt::Display for InvitationProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => f.write_str("Enter an e-mail address, such as zoe@acme.com."),
            Self::HasSeat => f.write_str("This person has a seat already."),
            Self::Full => f.write_str("All seats are taken: revoke one, or buy more."),
            Self::Note(InvalidMetadata::TooLarge { characters }) => write!(
                f,
                "The note takes {characters} characters, and {} is the most. Accents count six, \
                 emoji twelve.",
                SeatMetadata::MAX_CHARACTERS
            ),
            Self::Note(other) => other.fmt(f),
        }
    }
}

impl Error for InvitationProblem {}

#[cfg(test)]
mod tests {
    use polar_types::{Seat, SeatStatus, SubscriptionId};

    use super::*;

    fn check(email: &str, note: &str, total: u64) -> Result<AssignSeat, InvitationProblem> {
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
    fn a_good_form_becomes_the_body_that_is_sent() {
        let request = check(" zoe@acme.com ", "desk 4", 2).unwrap();
        assert_eq!(
            serde_json::to_string(&request).unwrap(),
            r#"{"subscription_id":"4663fc95-f630-47e4-8260-a644811e7711","email":"zoe@acme.com","metadata":{"note":"desk 4"}}"#,
        );
        assert_eq!(check("zoe@acme.com", "", 2).unwrap().metadata, None);
    }

    #[test]
    fn what_the_server_would_refuse_is_found_before_it_is_sent() {
        for email in ["", "zoe", "zoe@", "@acme.com", "zoe@acme"] {
            assert_eq!(
                check(email, "", 2),
                Err(InvitationProblem::NoAddress),
                "{email}"
            );
        }
        assert_eq!(
            check("ANN@acme.com", "", 2),
            Err(InvitationProblem::HasSeat)
        );
        assert_eq!(check("zoe@acme.com", "", 1), Err(InvitationProblem::Full));
    }

    #[test]
    fn a_note_is_counted_as_the_server_counts_it() {
        assert!(check("zoe@acme.com", &"é".repeat(168), 2).is_ok());
        let problem = check("zoe@acme.com", &"é".repeat(169), 2).unwrap_err();
        assert!(
            problem.to_string().contains("takes 1026 characters"),
            "{problem}"
        );
    }
}
