//! Reads the response to a claim with the types of either SDK, and prints whether its debug output
//! contains the session token.

use std::{error::Error, fmt::Debug};

use polar_sh::types::CustomerSeatClaimResponse;
use polar_types::ClaimedSeat;
use serde_json::from_str;

fn main() -> Result<(), Box<dyn Error>> {
    let ours: ClaimedSeat = from_str(CLAIM)?;
    let token = ours.customer_session_token.expose();
    print("polar-types", &ours, token);
    print(
        "polar-sh",
        &from_str::<CustomerSeatClaimResponse>(CLAIM)?,
        token,
    );
    Ok(())
}

fn print(sdk: &str, claim: &impl Debug, token: &str) {
    let is_printed = format!("{claim:?}").contains(token);
    println!("{}  {sdk}", if is_printed { "printed" } else { "hidden" });
}

const CLAIM: &str = include_str!("../../../behavior/claim.json");
