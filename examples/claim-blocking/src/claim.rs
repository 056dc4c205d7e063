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

/// Prints what an invitation is for, claims the seat, and prints when its session expires.
pub(crate) fn claim(
    client: &Client,
    invitation: &InvitationToken,
    out: &mut impl Write,
) -> Result<ClaimedSeat, ClaimError> {
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
            Outcome::Unknown => ClaimError::NoResponse { sent_at },
            _ => ClaimError::Failed(error),
        })?;
    writeln!(out, "Claimed seat {}.", claimed.seat.id)?;

    // The claim has succeeded, even if reading the session fails.
    let portal = client.customer_portal(&claimed.customer_session_token);
    match portal.customer_session().introspect() {
        Ok(session) => writeln!(out, "The session expires at {}.", session.expires_at)?,
        Err(error) => writeln!(out, "The session could not be read: {error}")?,
    }
    Ok(claimed)
}

/// Finds out the outcome of a claim whose response was lost. Call it 30 seconds after the claim was sent,
/// when it cannot still be in progress, and before you claim again.
pub(crate) fn find_out(
    client: &Client,
    invitation: &InvitationToken,
    sent_at: SystemTime,
) -> Result<&'static str, polar_ureq::Error> {
    let query = ClaimStatusQuery::new(invitation.clone()).sent_at(sent_at);
    Ok(match client.customer_seats().claim_status(query)? {
        ClaimStatus::Open(_) => "The claim was not carried out. It is safe to claim again.",
        _ => "The invitation was used, probably by this claim. Sign in to the customer portal.",
    })
}

/// The error of a claim.
#[derive(Debug)]
pub(crate) enum ClaimError {
    /// The claim was refused or not carried out.
    Failed(polar_ureq::Error),
    /// It may have been carried out: call [`find_out`].
    NoResponse { sent_at: SystemTime },
    /// The result could not be printed.
    Output(io::Error),
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => {
                write!(f, "{error}")?;
                match error.next_step() {
                    Some(step) => write!(f, "\n{step}"),
                    None => Ok(()),
                }
            }
            Self::NoResponse { .. } => {
                f.write_str("no response arrived; the claim may have succeeded")
            }
            Self::Output(error) => write!(f, "cannot print the result: {error}"),
        }
    }
}

impl Error for ClaimError {}

impl From<polar_ureq::Error> for ClaimError {
    fn from(error: polar_ureq::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for ClaimError {
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
    fn claim_prints_the_invitation_and_no_token() {
        let (mock, invitation) = invited();
        let client = Client::new(mock.blocking_transport(), Config::new());
        let mut output = Vec::new();
        let claimed = claim(&client, &invitation, &mut output).unwrap();
        let output = String::from_utf8(output).unwrap();
        assert!(
            output.contains("Acme invites zoe@acme.com to Team plan."),
            "{output}"
        );
        assert!(output.contains("The session expires at 2"), "{output}");
        assert!(!output.contains(invitation.expose()));
        assert!(!output.contains(claimed.customer_session_token.expose()));
    }

    #[test]
    fn claim_of_an_expired_invitation_prints_the_next_step() {
        let (mock, invitation) = invited();
        mock.advance(Duration::from_secs(25 * 60 * 60));
        let client = Client::new(mock.blocking_transport(), Config::new());
        let error = claim(&client, &invitation, &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("renew it"), "{error}");
    }

    #[test]
    fn find_out_reports_the_outcome_after_a_lost_response() {
        for (arrives, verdict) in [(true, "was used"), (false, "was not carried out")] {
            let (mock, invitation) = invited();
            let client = Client::new(Lossy { mock, arrives }, Config::new());
            let Err(ClaimError::NoResponse { sent_at }) =
                claim(&client, &invitation, &mut Vec::new())
            else {
                panic!("a response arrived");
            };
            let found = find_out(&client, &invitation, sent_at).unwrap();
            assert!(found.contains(verdict), "{found}");
        }
    }

    /// Loses every claim, or its response.
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
            let response = self.mock.blocking_transport().send(attempt)?;
            if is_claim {
                return Err(TransportError::unknown(TransportErrorKind::Interrupted));
            }
            Ok(response)
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
