//! Reads the response to a claim with the types of either SDK, and prints whether its debug output
//! contains the session token.

use std::{error::Error, fmt::Debug};

use polar_sh::types::CustomerSeatClaimResponse;
use polar_types::ClaimedSeat;
use serde_json::{from_value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let claim = json!({
        "customer_session_token": TOKEN,
        "seat": {
            "id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2", "status": "claimed",
            "created_at": "2026-11-23T05:04:06.744029Z", "modified_at": null,
            "subscription_id": "4663fc95-f630-47e4-8260-a644811e7711", "order_id": null,
            "customer_id": "bbbf4f55-65e0-4653-87ca-16dd84fe37c7",
            "member_id": "302ed440-a3c2-444c-81cd-b55e6c3d34ba", "member": null,
            "email": "zoe@acme.com", "customer_email": "zoe@acme.com",
            "invitation_token_expires_at": null, "claimed_at": "2026-11-23T06:00:00Z",
            "revoked_at": null, "seat_metadata": null,
        },
    });
    print("polar-types", &from_value::<ClaimedSeat>(claim.clone())?);
    print("polar-sh", &from_value::<CustomerSeatClaimResponse>(claim)?);
    Ok(())
}

fn print(sdk: &str, claim: &impl Debug) {
    let is_printed = format!("{claim:?}").contains(TOKEN);
    println!("{}  {sdk}", if is_printed { "printed" } else { "hidden" });
}

const TOKEN: &str = "polar_mst_of_this_comparison";
