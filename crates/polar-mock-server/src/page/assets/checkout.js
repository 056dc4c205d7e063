// The test page of a checkout: what is bought, what it costs, and whether the payment succeeds.
// It sends what Polar's own page sends: reads and changes by the checkout's secret, and a confirmation.

import { reason, request, safeUrl } from "./api.js";
import { confirmation, fields, isFieldReady } from "./checkout-form.js";
import { h, update } from "./dom.js";
import { day, money, period, plural, price } from "./format.js";
import { button, chip } from "./parts.js";
import { store } from "./store.js";

const [, , secret, isConfirmation] = location.pathname.split("/");
const path = `/v1/checkouts/client/${secret}`;
const main = document.getElementById("main");
let checkout = null;
let message = null;
let isBusy = false;
/** Whether the server also has the page of the offline Polar. */
let hasPage;

async function read() {
  hasPage ??= (await request("GET", "/_mock/deliveries")).ok;
  const response = await request("GET", path);
  if (response.ok) show(response.body);
  else problem(response);
}

function show(body) {
  checkout = body;
  store.now = new Date().toISOString();
  document.title = `${checkout.status === "open" ? "Test checkout" : "Thank you"}: ${checkout.product?.name ?? ""}`;
  draw();
  // Polar completes the purchase in the background.
  if (checkout.status === "confirmed") setTimeout(read, 500);
}

function draw() {
  update(main, checkout.status === "open" ? openView() : doneView());
  main.setAttribute("aria-busy", String(isBusy));
}

function openView() {
  return [
    h("section", { class: "what", "aria-label": "Order summary" },
      h("p", { class: "seller" }, checkout.organization?.name),
      h("h1", null, checkout.product?.name ?? "No product"),
      h("p", { class: "price" }, price(checkout.product ?? {})),
      checkout.product?.description && h("p", { class: "muted" }, checkout.product.description),
      benefits(), totals()),
    h("section", { class: "card how", "aria-label": "Payment" },
      h("h2", null, "Payment"),
      message && h("p", { class: `notice ${message.tone}`, role: "alert" }, message.text),
      h("form", { key: "pay", "aria-label": "Payment", onsubmit: pay },
        fields(checkout, change),
        h("div", { class: "decide" },
          h("button", { class: "primary", name: "token", value: "ctoken" }, checkout.is_payment_required ? `Pay ${money(checkout.total_amount, checkout.currency)}` : "Confirm"),
          checkout.is_payment_form_required && h("button", { name: "token", value: "ctoken_decline" }, "Pay with a card that is declined"),
          button("Leave without paying", leave, { kind: "quiet" }))),
      h("p", { class: "hint" }, "The buttons decide how the payment ends. If the payment is declined or you leave, the checkout stays open for 24 hours.")),
  ];
}

function benefits() {
  const all = checkout.product?.benefits ?? [];
  return all.length > 0 && h("ul", { class: "benefits", "aria-label": "Includes" }, all.map(one => h("li", null, one.description)));
}

function totals() {
  const { currency, seats } = checkout;
  const line = (name, amount, kind) => h("div", { class: kind }, h("dt", null, name), h("dd", null, money(amount, currency)));
  return h("dl", { class: "totals" },
    line(seats ? plural(seats, "seat") : "Price", checkout.amount),
    checkout.discount_amount > 0 && line(`Discount ${checkout.discount?.code ?? checkout.discount?.name ?? ""}`, -checkout.discount_amount),
    checkout.tax_amount > 0 && line("Tax", checkout.tax_amount),
    line(checkout.trial_end ? "Due after the trial" : "Due now", checkout.total_amount, "total"),
    checkout.trial_end && h("p", { class: "hint" }, `Free until ${day(checkout.trial_end)}.`),
    checkout.product?.is_recurring && h("p", { class: "hint" }, `Renews every ${period(checkout.product)} until canceled.`));
}

/** Changes the open checkout, as Polar's page does when a field loses the focus. */
async function change(body, done) {
  const response = await request("PATCH", path, body);
  if (response.ok) return say("good", done, response.body);
  return say("bad", `The change was not accepted: ${reason(response)}`, null);
}

async function pay(event) {
  event.preventDefault();
  if (isBusy || !isFieldReady(event.currentTarget)) return;
  const token = event.submitter?.value ?? "ctoken";
  const body = confirmation(checkout, event.currentTarget, token);
  isBusy = true;
  draw();
  const response = await request("POST", `${path}/confirm`, body);
  isBusy = false;
  if (response.ok) return paid(response.body);
  if (response.status === 410) return problem(response);
  const isDeclined = response.body?.error === "PaymentError";
  // The response can be lost after the payment, and browsers then repeat the request, so read the checkout.
  const now = isDeclined ? null : await request("GET", path);
  if (now?.ok && now.body.status !== "open") return paid(now.body);
  return say("bad", isDeclined ? reason(response) : `The checkout was not confirmed: ${reason(response)}`, null);
}

function paid(body) {
  const url = safeUrl(body.success_url);
  const own = `${location.origin}/checkout/`;
  if (url && !url.startsWith(own)) {
    const target = new URL(url);
    if (body.customer_session_token) target.searchParams.set("customer_session_token", body.customer_session_token);
    location.assign(target);
    return;
  }
  history.replaceState(null, "", `/checkout/${secret}/confirmation`);
  message = null;
  show(body);
  announce("The payment succeeded.");
  main.focus();
}

function leave() {
  const url = checkout.return_url && safeUrl(checkout.return_url);
  if (url) location.assign(url);
  else say("warn", "You can close this page. The checkout stays open until it expires.", null);
}

function doneView() {
  const { status } = checkout;
  const isPaid = status === "succeeded" || status === "confirmed";
  const back = checkout.return_url && safeUrl(checkout.return_url);
  return h("section", { class: "card done" },
    h("p", null, chip(status)),
    h("h1", null, isPaid ? "Thank you" : status === "failed" ? "The payment failed" : "This checkout is closed"),
    isPaid && h("p", null, `${checkout.customer_email} bought ${checkout.product?.name ?? ""}${checkout.seats ? ` with ${plural(checkout.seats, "seat")}` : ""} for ${money(checkout.total_amount, checkout.currency)}.`),
    status === "confirmed" && h("p", { class: "muted" }, "The purchase is being completed…"),
    h("p", { class: "buttons" },
      back && h("a", { class: "button primary", href: back }, "Back"),
      hasPage && h("a", { class: "button", href: "/_mock/#orders" }, "Orders of the offline Polar")));
}

function problem(response) {
  const isGone = response.status === 410;
  const title = isGone ? "This checkout has expired" : response.status === 404 ? "There is no such checkout" : "The checkout could not be read";
  const text = isGone ? "A checkout is open for 24 hours of the mock's clock. Create a new one."
    : response.status === 404 ? "The offline Polar loses its data when it stops, so an older link no longer works."
    : `Try again: ${reason(response)}`;
  document.title = title;
  update(main, h("section", { class: "card done" }, h("h1", null, title), h("p", null, text),
    h("p", { class: "buttons" },
      !isGone && response.status !== 404 && button("Try again", read, { kind: "primary" }),
      hasPage && h("a", { class: "button", href: "/_mock/#checkouts" }, "Checkouts of the offline Polar"))));
}

function say(tone, text, body) {
  message = text ? { tone, text } : null;
  if (body) checkout = body;
  announce(text ?? "");
  draw();
  return body;
}

function announce(text) {
  document.getElementById("announcement").textContent = text;
}

if (isConfirmation) document.title = "Thank you";
read();
