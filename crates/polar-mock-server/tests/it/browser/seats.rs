//! Seats and mails on the page.

use serde_json::json;

use super::{Page, acme, driver::ENTER, shop};

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn seat_is_assigned_claimed_and_revoked_in_a_browser() {
    let mut seed = acme();
    let organization = &mut seed["organizations"][0];
    organization["customers"] = json!([{"key": "buyer", "email": "kim@acme.com"}]);
    organization["products"] = json!([{"key": "plan", "name": "Atlas"}]);
    let team = json!({"key": "team", "product": "plan", "customer": "buyer", "seats": 2});
    organization["subscriptions"] = json!([team]);
    let page = Page::of(&seed);
    let mock = page.server.mock();
    page.open("seats");
    page.browser.wait_for_text("0 of 2 seats assigned");

    page.fill("email", "ann@acme.com");
    page.browser.press(ENTER);
    page.wait_for_result("ann@acme.com was invited to a seat of Atlas.");
    page.browser.wait_for_text("1 of 2 seats assigned");
    assert_eq!(mock.outbox().len(), 1);
    let value = page
        .browser
        .evaluate("document.querySelector('[name=email]').value");
    assert_eq!(value, "", "the form is ready for the next address");

    page.click("Resend the invitation of ann@acme.com");
    page.wait_for_result("The invitation was sent to ann@acme.com again");
    assert_eq!(mock.outbox().len(), 2);

    // A seat cannot be assigned twice; the sentence says why.
    page.fill("email", "ann@acme.com");
    page.browser.press(ENTER);
    page.wait_for_result("ann@acme.com did not get a seat: ");
    assert!(page.browser.page().contains("Failed"));

    page.open("mails");
    page.browser.wait_for_text("Not claimed");
    page.click("Claim the seat of ann@acme.com");
    page.wait_for_result("ann@acme.com claimed the seat.");
    let wait =
        "[...document.querySelectorAll('.mail .chip')].every(one => one.innerText === 'Claimed')";
    page.wait_until(wait);
    let buttons = page.browser.find_all(".mail button");
    assert!(buttons.is_empty(), "a claimed mail has no button");

    page.open("seats");
    page.click("Revoke the seat of ann@acme.com");
    page.wait_for_result("ann@acme.com no longer has a seat.");
    page.browser.wait_for_text("0 of 2 seats assigned");
    page.open("mails");
    page.browser.wait_for_text("Seat revoked");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn mail_expires_when_the_clock_is_advanced_in_a_browser() {
    let (page, _endpoint) = shop::open();
    page.open("mails");
    page.browser.wait_for_text("eli@acme.com");
    page.click("+1 day");
    page.wait_for_result("The clock was advanced by 1 day: it is now 25 Nov 2026, 09:30 UTC.");
    page.browser.wait_for_text("Expired");
    let claim = "document.querySelectorAll('.mail button').length === 0";
    page.wait_until(claim);
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn link_of_a_mail_unfolds_and_stays_open_in_a_browser() {
    let (page, _endpoint) = shop::open();
    page.open("mails");
    page.click("Link in the email to eli@acme.com");
    let token = page.server.mock().mail_to("eli@acme.com").unwrap();
    let link = format!(
        "https://polar.sh/acme/portal/claim?token={}",
        token.invitation_token.expose()
    );
    page.browser.wait_for_text(&link);
    // Assigning in process is shown by a refresh, which closes nothing.
    page.click("Pause refresh");
    page.browser.wait_for_text("Paused");
    page.click("Resume refresh");
    page.browser.wait_for_text("Live");
    page.browser.wait_for_text(&link);
}
