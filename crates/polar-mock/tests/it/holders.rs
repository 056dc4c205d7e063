//! Holders of seats: members of the buyer, and customers on legacy organizations.

use polar_types::MemberRole;
use serde_json::{Value, json};

use crate::support::{Team, TestResponse};

#[test]
fn member_model_holder_is_a_member_of_the_buyer() {
    let team = Team::new(5);
    let seat = team.assign_to("ann@acme.com");
    assert_eq!(seat["customer_id"], json!(team.buyer.id()));
    assert_eq!(seat["member"]["customer_id"], json!(team.buyer.id()));
    assert_eq!(seat["member"]["id"], seat["member_id"]);
    assert_eq!(seat["member"]["role"], "member");
    let other = team.assign(&json!({"email": "ANN@acme.com"}));
    assert_already_assigned(&other, "ann@acme.com");
}

#[test]
fn legacy_holder_is_a_customer_with_a_member() {
    let team = Team::legacy(5);
    let seat = team.assign_to("ann@acme.com");
    assert_ne!(seat["customer_id"], json!(team.buyer.id()));
    assert_eq!(seat["member"]["customer_id"], json!(team.buyer.id()));
    assert_eq!(seat["email"], "ann@acme.com");
    let again = team.assign(&json!({"email": "ANN@ACME.com"}));
    assert_already_assigned(&again, "ANN@acme.com");
    let by_id = team.assign(&json!({"customer_id": seat["customer_id"]}));
    assert_already_assigned(&by_id, seat["customer_id"].as_str().unwrap());
}

#[test]
fn legacy_customer_without_email_gets_no_mail() {
    let team = Team::legacy(5);
    let customer = team.organization.customer_without_email();
    let seat = team.assign(&json!({"customer_id": customer.id()})).ok();
    for key in ["member_id", "member", "email", "customer_email"] {
        assert_eq!(seat[key], Value::Null, "{key}");
    }
    assert!(seat["invitation_token_expires_at"].is_string());
    assert!(team.mock.outbox().is_empty());
    let words = "Invalid or expired invitation token";
    team.resend(&seat)
        .assert_error(400, "InvalidInvitationToken", words);
    assert_eq!(team.events(), ["customer_seat.assigned"]);
}

#[test]
fn assign_finds_customers_by_id_and_external_id() {
    let team = Team::new(5);
    let ann = team.organization.customer("ann@acme.com");
    let bob = team
        .organization
        .customer("bob@acme.com")
        .with_external_id("ext/ é");
    let bare = team.organization.customer_without_email();
    let seat = team.assign(&json!({"customer_id": ann.id()})).ok();
    assert_eq!(seat["email"], "ann@acme.com");
    assert_eq!(seat["customer_id"], json!(team.buyer.id()));
    let seat = team.assign(&json!({"external_customer_id": "ext/ é"})).ok();
    assert_eq!(seat["email"], "bob@acme.com");
    assert_ne!(seat["customer_id"], json!(bob.id()));
    let invalid = "InvalidSeatAssignmentRequest";
    let unknown = team.assign(&json!({"external_customer_id": "unknown"}));
    let detail = "Customer not found for the provided customer_id or external_customer_id.";
    unknown.assert_error(400, invalid, detail);
    let needs = "At least one of email, external_member_id, or member_id must be provided when \
                 member_model_enabled is true.";
    for recipient in [
        json!({"customer_id": bare.id()}),
        json!({"external_customer_id": ""}),
    ] {
        team.assign(&recipient).assert_error(400, invalid, needs);
    }
}

#[test]
fn assign_to_unknown_customer_returns_customer_not_found_on_legacy() {
    let team = Team::legacy(5);
    let unknown = uuid::Uuid::from_u128(7);
    for (recipient, named) in [
        (json!({"customer_id": unknown}), unknown.to_string()),
        (json!({"external_customer_id": "unknown"}), "unknown".into()),
        (json!({"external_customer_id": ""}), "None".into()),
    ] {
        let detail = format!("Customer not found: {named}");
        team.assign(&recipient)
            .assert_error(404, "CustomerNotFound", &detail);
    }
    let detail = "Exactly one of email, external_customer_id, or customer_id must be provided";
    let nothing = team.assign(&json!({"external_member_id": ""}));
    nothing.assert_error(400, "InvalidSeatAssignmentRequest", detail);
    // An empty member id beside an address is ignored.
    let recipient = json!({"external_member_id": "", "email": "ann@acme.com"});
    team.assign(&recipient).ok();
}

#[test]
fn assign_finds_members_by_id_on_both_models() {
    for team in [Team::new(5), Team::legacy(5)] {
        let ann = team
            .buyer
            .member("ann@acme.com", MemberRole::BillingManager);
        let seat = team.assign(&json!({"member_id": ann})).ok();
        assert_eq!(seat["member_id"], json!(ann));
        assert_eq!(seat["member"]["role"], "billing_manager");
        assert_eq!(seat["customer_id"], json!(team.buyer.id()));
        let again = team.assign(&json!({"member_id": ann}));
        assert_already_assigned(&again, "ann@acme.com");
        let owner = team.buyer.member_by_email("buyer@acme.com").unwrap();
        let seat = team.assign(&json!({"member_id": owner})).ok();
        assert_eq!(seat["member"]["role"], "owner");
        let other = team.organization.buyer("other@acme.com");
        let other = other.member_by_email("other@acme.com").unwrap();
        let detail = format!("Member not found: {other}");
        team.assign(&json!({"member_id": other}))
            .assert_error(404, "MemberNotFound", &detail);
    }
}

#[test]
fn assign_finds_creates_or_links_external_member() {
    let team = Team::new(9);
    let external = |id: &str, email: Option<&str>| {
        team.assign(&json!({"external_member_id": id, "email": email}))
    };
    external("usr_1", None).assert_error(404, "MemberNotFound", "Member not found: usr_1");
    let made = external(" ü ", Some("one@acme.com")).ok();
    assert_eq!(made["member"]["external_id"], " ü ");
    assert!(made["member"]["modified_at"].is_string());
    for (id, email) in [("usr_2", "one@acme.com"), (" ü ", "two@acme.com")] {
        let detail = format!(
            "Member with external_member_id '{id}' exists but has a different email than '{email}'"
        );
        external(id, Some(email)).assert_error(400, "MemberEmailMismatch", &detail);
    }
    let buyer = &team.buyer;
    let known = buyer.external_member("usr_3", "three@acme.com", MemberRole::Member);
    let seat = external("usr_3", Some("THREE@acme.com")).ok();
    assert_eq!(seat["member_id"], json!(known));
    let plain = team.buyer.member("four@acme.com", MemberRole::Member);
    let linked = external("usr_4", Some("four@acme.com")).ok();
    assert_eq!(linked["member_id"], json!(plain));
    assert_eq!(linked["member"]["external_id"], "usr_4");
}

#[test]
fn member_survives_a_revoked_seat() {
    let team = Team::new(2);
    let first = team.assign_to("ann@acme.com");
    team.revoke(&first).ok();
    let second = team.assign_to("ann@acme.com");
    assert_eq!(first["member_id"], second["member_id"]);
}

#[test]
fn emails_and_external_ids_are_unique() {
    let team = Team::new(3);
    let (organization, buyer) = (&team.organization, &team.buyer);
    let ann = organization
        .customer("ann@acme.com")
        .with_external_id("one");
    let again = organization.customer("ANN@acme.com");
    assert_eq!(ann.id(), again.id());
    let bob = organization
        .customer("bob@acme.com")
        .with_external_id("one");
    let member = buyer.external_member("usr", "cid@acme.com", MemberRole::Member);
    let same = buyer.member("Cid@acme.com", MemberRole::BillingManager);
    assert_eq!(member, same);
    let other = buyer.external_member("usr", "dan@acme.com", MemberRole::Member);
    let seat = team.assign(&json!({"external_member_id": "usr"})).ok();
    assert_eq!(seat["member_id"], json!(other));
    let seat = team.assign(&json!({"external_customer_id": "one"})).ok();
    assert_eq!(seat["email"], "bob@acme.com");
    let seat = team.assign(&json!({"member_id": member})).ok();
    assert_eq!(seat["member"]["role"], "billing_manager");
    assert_ne!(ann.id(), bob.id());
}

#[track_caller]
fn assert_already_assigned(response: &TestResponse, holder: &str) {
    let detail = format!("Seat already assigned to customer {holder}");
    response.assert_error(400, "SeatAlreadyAssigned", &detail);
}
