//! Purchases on the page: from an empty mock to a renewed subscription.

use serde_json::{Value, json};

use super::{Page, acme, driver::ENTER, send, shop};
use crate::receiver::Endpoint;

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn subscription_is_bought_and_renewed_in_a_browser() {
    let page = Page::of(&json!({"organizations": []}));
    let browser = &page.browser;
    page.open("seats");
    page.click("Create");
    page.wait_for_result("Acme was created, with an access token.");

    page.open("products");
    browser.wait_for_text("No products yet");
    page.fill("name", "Atlas Pro");
    page.fill("price", "20");
    browser.find("[name=seats]").click();
    browser.find("[name=license]").click();
    page.click("Create product");
    page.wait_for_result("Atlas Pro was created.");
    browser.wait_for_text("$20.00 per seat per month");
    page.click("New discount code");
    page.fill("code", "LAUNCH20");
    page.click("Create code");
    page.wait_for_result("The code LAUNCH20 takes 20% off.");

    page.click("Buy Atlas Pro");
    browser.wait_for_heading("Atlas Pro");
    browser.wait_for_text("$100.00");
    page.fill("discount_code", "LAUNCH20");
    page.click("Apply the discount code");
    browser.wait_for_text("The code LAUNCH20 was applied.");
    browser.wait_for_text("$80.00");
    page.fill("customer_email", "lee@example.com");
    page.click("Pay with a card that is declined");
    browser.wait_for_text("The payment failed: Your card was declined.");
    let email = browser.evaluate("document.querySelector('[name=customer_email]').value");
    assert_eq!(
        email, "lee@example.com",
        "a declined payment keeps what was typed"
    );
    page.click("Pay $80.00");
    browser.wait_for_heading("Thank you");
    browser.wait_for_text("lee@example.com bought Atlas Pro with 5 seats for $80.00.");
    browser.wait_for_text("Succeeded");
    assert!(browser.url().ends_with("/confirmation"));
    page.click("Orders of the offline Polar");
    browser.wait_for_heading("Orders");
    browser.wait_for_text("First payment");

    page.open("subscriptions");
    browser.wait_for_text("Renews 24 Dec 2026");
    page.click("Advance to next renewal of the subscription of lee@example.com");
    page.wait_for_result("it is now 24 Dec 2026, 09:30 UTC.");
    browser.wait_for_text("Renews 24 Jan 2027");
    page.click("Cancel the subscription of lee@example.com at the end of the period");
    page.wait_for_result("The subscription of lee@example.com ends on 24 Jan 2027.");
    browser.wait_for_text("Ends at period end");
    page.click("Advance to next renewal of the subscription of lee@example.com");
    browser.wait_for_text("Canceled");
    page.open("orders");
    browser.wait_for_text("Renewal");
    let orders = send(
        page.server.mock(),
        "GET",
        "/_mock/as/acme/v1/orders/",
        &Value::Null,
    );
    assert_eq!(orders["items"].as_array().unwrap().len(), 2);
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn checkout_is_left_and_opened_again_in_a_browser() {
    let (page, _endpoint) = shop::open();
    let browser = &page.browser;
    page.open("products");
    page.click("Buy Atlas Desktop");
    browser.wait_for_heading("Atlas Desktop");
    page.click("Leave without paying");
    browser.wait_for_heading("Checkouts");
    page.click("Open the checkout for Atlas Desktop");
    browser.wait_for_heading("Atlas Desktop");
    let url = browser.url();
    page.server
        .mock()
        .advance(std::time::Duration::from_secs(90_000));
    browser.go(&url);
    browser.wait_for_heading("This checkout has expired");
    browser.go(&format!("{}/checkout/polar_c_unknown", page.server.url()));
    browser.wait_for_heading("There is no such checkout");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn paid_checkout_returns_to_the_application_in_a_browser() {
    let (page, _endpoint) = shop::open();
    let (browser, mock) = (&page.browser, page.server.mock());
    let acme =
        |method, path: &str, body| send(mock, method, &format!("/_mock/as/acme{path}"), &body);
    let products = acme("GET", "/v1/products/?query=Desktop", Value::Null);
    // Another path of the same server plays the application.
    let success = format!(
        "{}/page/icon.svg?checkout={{CHECKOUT_ID}}",
        page.server.url()
    );
    let checkout = json!({
        "products": [products["items"][0]["id"]], "success_url": success, "customer_email": "lee@example.com",
    });
    let checkout = acme("POST", "/v1/checkouts/", checkout);
    browser.go(shop::text(&checkout["url"]));
    // The response is lost, so the page finds out that the payment succeeded.
    browser.wait_for_heading("Atlas Desktop");
    mock.fail_next(1, polar_mock::InjectedFault::ResponseLost);
    page.click("Pay $49.00");
    let expected = format!("checkout={}", shop::text(&checkout["id"]));
    page.wait_until(&format!("location.search.includes({})", json!(expected)));
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn event_is_triggered_and_delivered_in_a_browser() {
    let endpoint = Endpoint::responding(&[]);
    let mut seed = acme();
    let webhook = json!({"url": endpoint.url, "secret": "whsec_of_the_endpoint"});
    seed["organizations"][0]["webhooks"] = json!([webhook]);
    let page = Page::of(&seed);
    page.open("webhooks");
    page.browser.wait_for_text("No deliveries yet");
    page.wait_until("document.querySelector('[name=type]').length > 10");
    page.browser.find("[name=type]").press("order.paid");
    page.click("Trigger");
    page.wait_for_result("order.paid was raised for 1 endpoint.");
    page.browser.wait_for_text("Delivered");
    page.click("Payload of order.paid");
    page.browser.wait_for_text("\"type\": \"order.paid\"");
    page.browser.press(ENTER);
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn license_key_is_validated_and_disabled_in_a_browser() {
    let (page, _endpoint) = shop::open();
    page.open("license-keys");
    page.click("Validate the license key of Max Weber");
    page.browser.wait_for_text("is valid.");
    page.browser.wait_for_text("1 validation");
    page.click("Disable the license key of Max Weber");
    page.browser.wait_for_text("is disabled.");
    page.click("Validate the license key of Max Weber");
    page.browser.wait_for_text("is not valid");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn declined_renewal_is_paid_in_a_browser() {
    let (page, _endpoint) = shop::open();
    let browser = &page.browser;
    page.open("subscriptions");
    page.click("Decline renewal of the subscription of Lee Park");
    page.wait_for_result("The next payment of Lee Park will be declined.");
    page.click("Advance to next renewal of the subscription of Lee Park");
    browser.wait_for_text("Past due");
    page.open("orders");
    browser.wait_for_text("Pending");
    browser.wait_for_text("Renewal");
    let pay = "[...document.querySelectorAll('main button')].find(one => one.innerText === 'Pay')";
    browser.evaluate(&format!("{pay}.click()"));
    page.wait_for_result("Lee Park paid $20.00.");
    page.open("subscriptions");
    browser.wait_for_text("Active");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn usage_is_ingested_and_counted_in_a_browser() {
    let (page, _endpoint) = shop::open();
    page.open("usage");
    page.browser.wait_for_text("No events yet");
    page.fill("meter", "API calls");
    page.fill("event", "api_call");
    page.browser.find("[name=func]").press("Sum");
    page.click("Create meter");
    page.wait_for_result("The meter API calls was created.");
    for value in ["2", "3"] {
        page.fill("name", "api_call");
        page.browser.find("[name=customer]").press("Max Weber");
        page.fill("value", value);
        page.click("Ingest");
        page.wait_for_result("The event api_call was ingested.");
        page.wait_until("document.querySelector('[name=value]').value === ''");
    }
    page.click("+1 hour");
    page.browser.wait_for_text("Max Weber: 5");
}
