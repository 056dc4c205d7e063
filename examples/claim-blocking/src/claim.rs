//! The claim itself. This is the part to copy.

use std::{
    error::Error,
    fmt,
    io::{self, Write},
    time::SystemTime,
};

use polar_ureq::{
    Client, Outcome,
    recipes::{ClaimStatus, ClaimStatusQuery},
    types::{ClaimedSeat, InvitationToken},
};

/// Shows what an invitation is for, claims it, and says until when its session lasts.
pub(crate) fn claim(
    client: &Client,
    invitation: &InvitationToken,
    out: &mut impl Write,
) -> Result<ClaimedSeat, Unclaimed> {
    let seats = client.customer_seats();

    let info = seats.claim_info(invitation)?;
    writeln!(
        out,
        "{} invites {} to {}.",
        info.organization_name, info.customer_email, info.product_name
    )?;

    let sent_at = SystemTime::now();
    let claimed = seats
        .claim(invitation)
        .map_err(|error| match error.outcome() {
            Outcome::Unknown => Unclaimed::NoAnswer { sent_at },
            _ => Unclaimed::Failed(error),
        })?;
    writeln!(out, "The seat {} is claimed.", claimed.seat.id)?;

    // The claim stands, whether or not its session can be looked at.
    let portal = client.customer_portal(&claimed.customer_session_token);
    match portal.customer_session().introspect() {
        Ok(session) => writeln!(out, "Its session lasts until {}.", session.expires_at)?,
        Err(error) => writeln!(out, "Its session could not be looked at: {error}")?,
    }
    Ok(claimed)
}

/// Finds out what became of a claim that got no answer. Do this 30 seconds after it was sent, when
/// it cannot be under way any more; and never claim again without it, for a claim works once.
pub(crate) fn find_out(
    client: &Client,
    invitation: &InvitationToken,
    sent_at: SystemTime,
) -> Result<&'static str, polar_ureq::Error> {
    let question = ClaimStatusQuery::new(invitation.clone()).sent_at(sent_at);
    Ok(match client.customer_seats().claim_status(question)? {
        ClaimStatus::Open(_) => "The claim did not arrive: it is safe to claim again.",
        _ => "The invitation is used up, probably by this claim: sign in to the customer portal.",
    })
}

/// Why there is no claimed seat to show.
#[derive(Debug)]
pub(crate) enum Unclaimed {
    /// Refused, or not done.
    Failed(polar_ureq::Error),
    /// It may have been carried out: [`find_out`].
    NoAnswer { sent_at: SystemTime },
    /// The words could not be shown.
    Output(io::Error),
}

impl fmt::Display for Unclaimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => {
                write!(f, "{error}")?;
                match error.next_step() {
                    Some(step) => write!(f, "\n{step}"),
                    None => Ok(()),
                }
            }
            Self::NoAnswer { .. } => f.write_str("no answer came: the claim may have worked"),
            Self::Output(error) => write!(f, "the result could not be shown: {error}"),
        }
    }
}

impl Error for Unclaimed {}

impl From<polar_ureq::Error> for Unclaimed {
    fn from(error: polar_ureq::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for Unclaimed {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use polar_mock::Mock;
    use polar_ureq::{
        Attempt, BlockingTransport, Config, Response, TransportError, TransportErrorKind,
        types::{AssignSeat, Recipient},
    };

    use super::*;

    #[test]
    fn a_claim_says_what_it_is_for_and_shows_no_token() {
        let (mock, invitation) = invited();
        let client = Client::new(mock.blocking_transport(), Config::new());
        let mut said = Vec::new();
        let claimed = claim(&client, &invitation, &mut said).unwrap();
        let said = String::from_utf8(said).unwrap();
        assert!(
            said.contains("Acme invites zoe@acme.com to Team plan."),
            "{said}"
        );
        assert!(said.contains("Its session lasts until 2"), "{said}");
        assert!(!said.contains(invitation.expose()));
        assert!(!said.contains(claimed.customer_session_token.expose()));
    }

    #[test]
    fn an_expired_invitation_is_refused_with_what_to_do() {
        let (mock, invitation) = invited();
        mock.advance(Duration::from_secs(25 * 60 * 60));
        let client = Client::new(mock.blocking_transport(), Config::new());
        let refused = claim(&client, &invitation, &mut Vec::new()).unwrap_err();
        assert!(refused.to_string().contains("renew it"), "{refused}");
    }

    #[test]
    fn a_claim_without_an_answer_is_found_out_about() {
        for (arrives, verdict) in [(true, "is used up"), (false, "did not arrive")] {
            let (mock, invitation) = invited();
            let client = Client::new(Lossy { mock, arrives }, Config::new());
            let Err(Unclaimed::NoAnswer { sent_at }) = claim(&client, &invitation, &mut Vec::new())
            else {
                panic!("there was an answer");
            };
            let found = find_out(&client, &invitation, sent_at).unwrap();
            assert!(found.contains(verdict), "{found}");
        }
    }

    /// Loses the answer to every claim, after Polar saw it or before.
    #[derive(Debug)]
    struct Lossy {
        mock: Mock,
        arrives: bool,
    }

    impl BlockingTransport for Lossy {
        fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
            let is_claim = attempt.request.uri().path().ends_with("/claim");
            if is_claim && !self.arrives {
                return Err(TransportError::unknown(TransportErrorKind::Interrupted));
            }
            let reply = self.mock.blocking_transport().send(attempt)?;
            if is_claim {
                return Err(TransportError::unknown(TransportErrorKind::Interrupted));
            }
            Ok(reply)
        }
    }

    fn invited() -> (Mock, InvitationToken) {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let team = acme.buyer("buyer@acme.com").subscription("Team plan", 3);
        let config = Config::new().access_token(acme.access_token());
        let request = AssignSeat::new(team.id(), Recipient::email("zoe@acme.com"));
        Client::new(mock.blocking_transport(), config)
            .customer_seats()
            .assign(request)
            .unwrap();
        let mail = mock.mail_to("zoe@acme.com").unwrap();
        (mock, mail.invitation_token)
    }
}
