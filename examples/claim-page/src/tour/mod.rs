//! A walk through the application with plain HTTP, as two people's browsers would take it.

mod walker;

use std::{error::Error, io::Write, net::SocketAddr, time::Duration};

use polar_mock::Mock;

pub use walker::{Page, Walker};

/// Walks through the pages of an application that listens at `address`, in front of this mock, and
/// says what it sees.
///
/// # Errors
///
/// When a page is not what it should be.
pub async fn walk(
    address: SocketAddr,
    mock: &Mock,
    password: &str,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let mut kim = Walker::new(address);
    let mut zoe = Walker::new(address);

    writeln!(out, "Kim manages the seats, and signs in:")?;
    kim.get("/sign-in").await?;
    see(
        out,
        &kim.submit("/sign-in", &[("password", password)]).await?,
        "5 seats",
    )?;

    writeln!(
        out,
        "\nKim invites Max, and renews Ben's invitation, which expired:"
    )?;
    see(
        out,
        &kim.submit("/team/assign", &[("email", "max@acme.com")])
            .await?,
        "is invited",
    )?;
    let ben = [("holder", "ben@acme.com")];
    see(
        out,
        &kim.submit("/team/renew", &ben).await?,
        "new invitation",
    )?;

    writeln!(
        out,
        "\nZoe opens the link in her mail. That claims nothing yet:"
    )?;
    let mail = mock.mail_to("zoe@acme.com").ok_or("no mail for Zoe")?;
    let link = format!("/claim?invitation_token={}", mail.invitation_token.expose());
    see(out, &zoe.get(&link).await?, "You are invited")?;

    writeln!(
        out,
        "\nZoe presses the button, and may go on to the customer portal:"
    )?;
    see(out, &zoe.submit("/claim", &[]).await?, "The seat is yours")?;
    see(out, &zoe.get("/portal").await?, "signed in as")?;

    writeln!(out, "\nSomebody else opens the same link, too late:")?;
    see(
        out,
        &Walker::new(address).get(&link).await?,
        "cannot be used any more",
    )?;

    writeln!(
        out,
        "\nA day later Ben opens his link, which he had looked at before:"
    )?;
    let mail = mock.mail_to("ben@acme.com").ok_or("no mail for Ben")?;
    let link = format!("/claim?invitation_token={}", mail.invitation_token.expose());
    let mut ben = Walker::new(address);
    ben.get(&link).await?;
    mock.advance(Duration::from_secs(25 * 60 * 60));
    see(out, &ben.get(&link).await?, "expired")?;

    writeln!(out, "\nKim takes Ann's seat back, after being asked:")?;
    let ann = [("holder", "ann@acme.com")];
    kim.get("/team").await?;
    see(
        out,
        &kim.submit("/team/revoke", &ann).await?,
        "Take the seat back?",
    )?;
    let confirmed = [("holder", "ann@acme.com"), ("confirmed", "yes")];
    see(
        out,
        &kim.submit("/team/revoke", &confirmed).await?,
        "has no seat any more",
    )?;
    Ok(())
}

/// Says what a page says first, and makes sure that it is the right one.
fn see(out: &mut impl Write, page: &Page, expected: &str) -> Result<(), Box<dyn Error>> {
    let text = page.text();
    if !text.contains(expected) {
        return Err(format!("{} does not say {expected:?} but:\n{text}", page.route).into());
    }
    writeln!(out, "  {} -> {}", page.route, page.status.as_u16())?;
    for line in text.lines().take(3) {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}
