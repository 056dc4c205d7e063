//! The same claim against an offline Polar in this process: no network, no account.

use std::{error::Error, io::Write};

use polar_mock::Mock;
use polar_ureq::{
    Client, Config,
    types::{AssignSeat, Recipient},
};

use crate::claim::claim;

/// Assigns a seat, reads the invitation from the mail that was not sent, and claims it twice.
pub(crate) fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 3);

    // Everything below is as it would be at Polar, but for the transport.
    let config = Config::new().access_token(acme.access_token());
    let client = Client::new(mock.blocking_transport(), config);

    let request = AssignSeat::new(team.id(), Recipient::email("zoe@acme.com"));
    client.customer_seats().assign(request)?;
    let mail = mock.mail_to("zoe@acme.com").ok_or("no mail was sent")?;
    drop(claim(&client, &mail.invitation_token, out)?);

    writeln!(out, "\nThe same invitation once more:")?;
    match claim(&client, &mail.invitation_token, out) {
        Ok(_) => Err("an invitation was claimed twice".into()),
        Err(refused) => Ok(writeln!(out, "{refused}")?),
    }
}
