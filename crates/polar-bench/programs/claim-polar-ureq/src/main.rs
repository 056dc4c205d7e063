//! Claims a seat: `claim BASE_URL INVITATION_TOKEN`.

use std::error::Error;

use polar_ureq::{BaseUrl, Config, types::InvitationToken};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base), Some(token)) = (arguments.next(), arguments.next()) else {
        return Err("expected a base URL and an invitation token".into());
    };
    let client = polar_ureq::client(Config::new().base_url(base.parse::<BaseUrl>()?));
    let claimed = client
        .customer_seats()
        .claim(&InvitationToken::new(token)?)?;
    println!("{}", claimed.seat.id);
    Ok(())
}
