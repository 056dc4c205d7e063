//! A tour through the application over HTTP, like the browsers of several people.

mod user_agent;

use std::{error::Error, io::Write, net::SocketAddr, time::Duration};

use polar_mock::Mock;

pub use user_agent::{Page, UserAgent};

/// Visits the pages of an application that listens at `address` and uses this mock, and prints them.
///
/// # Errors
///
/// Returns an error if a page has unexpected content.
pub async fn walk(
    address: SocketAddr,
    mock: &Mock,
    password: &str,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let mut kim = UserAgent::new(address);
    let mut zoe = UserAgent::new(address);

    writeln!(out, "Kim, the billing manager, signs in:")?;
    kim.get("/sign-in").await?;
    show(
        out,
        &kim.submit("/sign-in", &[("password", password)]).await?,
        "5 seats",
    )?;

    writeln!(
        out,
        "\nKim invites Max and renews Ben's expired invitation:"
    )?;
    show(
        out,
        &kim.submit("/team/assign", &[("email", "max@acme.com")])
            .await?,
        "was invited",
    )?;
    let ben = [("holder", "ben@acme.com")];
    show(
        out,
        &kim.submit("/team/renew", &ben).await?,
        "new invitation",
    )?;

    writeln!(
        out,
        "\nZoe opens the link in the email. This claims nothing yet:"
    )?;
    let mail = mock.mail_to("zoe@acme.com").ok_or("no email for Zoe")?;
    let link = format!("/claim?invitation_token={}", mail.invitation_token.expose());
    show(out, &zoe.get(&link).await?, "You are invited")?;

    writeln!(out, "\nZoe claims the seat and opens the customer portal:")?;
    show(out, &zoe.submit("/claim", &[]).await?, "The seat is yours")?;
    show(out, &zoe.get("/claim/portal").await?, "signed in as")?;

    writeln!(out, "\nAnother person opens the same link, too late:")?;
    show(
        out,
        &UserAgent::new(address).get(&link).await?,
        "can no longer be used",
    )?;

    writeln!(out, "\nA day later, Ben opens the link a second time:")?;
    let mail = mock.mail_to("ben@acme.com").ok_or("no email for Ben")?;
    let link = format!("/claim?invitation_token={}", mail.invitation_token.expose());
    let mut ben = UserAgent::new(address);
    ben.get(&link).await?;
    mock.advance(Duration::from_secs(25 * 60 * 60));
    show(out, &ben.get(&link).await?, "expired")?;

    writeln!(out, "\nKim revokes Ann's seat, after confirming:")?;
    let ann = [("holder", "ann@acme.com")];
    kim.get("/team").await?;
    show(
        out,
        &kim.submit("/team/revoke", &ann).await?,
        "Revoke this seat?",
    )?;
    let confirmed = [("holder", "ann@acme.com"), ("confirmed", "yes")];
    show(
        out,
        &kim.submit("/team/revoke", &confirmed).await?,
        "no longer has a seat",
    )?;
    Ok(())
}

/// Prints the first lines of a page, and checks that it contains the expected text.
fn show(out: &mut impl Write, page: &Page, expected: &str) -> Result<(), Box<dyn Error>> {
    let text = page.text();
    if !text.contains(expected) {
        return Err(format!("{} does not contain {expected:?}:\n{text}", page.route).into());
    }
    writeln!(out, "  {} -> {}", page.route, page.status.as_u16())?;
    for line in text.lines().take(3) {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}
