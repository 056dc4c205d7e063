// A whole purchase with the JavaScript SDK at an offline Polar: `purchase.mjs BASE_URL TOKEN SECRET PORT`. The offline
// Polar sends its webhooks to the port. `.ci/sdks` runs it.
import assert from "node:assert/strict";
import http from "node:http";
import { createPolar, webhooks } from "@polar-sh/sdk/2026-10";

const [baseUrl, accessToken, secret, port] = process.argv.slice(2);
const polar = createPolar({ accessToken, baseUrl });
const day = 24 * 60 * 60;

const events = [];
let rejected;
const receiver = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  try {
    events.push((await webhooks.validateEvent(body, request.headers, secret)).type);
    await assert.rejects(
      webhooks.validateEvent(body, request.headers, `${secret}x`),
      webhooks.PolarWebhookVerificationError,
    );
  } catch (error) {
    rejected ??= error;
  }
  response.writeHead(204).end();
});
await new Promise((resolve) => receiver.listen(Number(port), "127.0.0.1", resolve));

async function until(what, isTrue) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (rejected) throw rejected;
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${what}: not within 20 seconds; received ${events}`);
}

async function control(path, body) {
  const response = await fetch(`${baseUrl}/_mock/${path}`, { method: body ? "POST" : "GET", body: body && JSON.stringify(body) });
  assert.equal(response.status, 200);
  return response.json();
}

async function buy(product, customer_email, seats) {
  const checkout = await polar.checkouts.create({
    products: [product.id],
    customer_email,
    customer_billing_address: { country: "DE" },
    seats,
  });
  assert.equal(checkout.status, "open");
  await assert.rejects(
    polar.checkouts.clientConfirm(checkout.client_secret, { confirmation_token_id: "ctoken_decline" }),
    { name: "PaymentError" },
  );
  const confirmed = await polar.checkouts.clientConfirm(checkout.client_secret, {
    customer_name: "Ann",
    confirmation_token_id: "ctoken_test",
  });
  assert.equal(confirmed.status, "confirmed");
  await until("the checkout succeeds", async () => (await polar.checkouts.get(checkout.id)).status === "succeeded");
  return polar.checkouts.get(checkout.id);
}

const benefit = await polar.benefits.create({
  type: "license_keys",
  description: "A key",
  properties: { prefix: "APP" },
});
const app = await polar.products.create({
  name: "App",
  recurring_interval: "month",
  prices: [{ amount_type: "fixed", price_amount: 2000, price_currency: "usd" }],
});
assert.equal((await polar.products.updateBenefits(app.id, { benefits: [benefit.id] })).benefits.length, 1);
console.log("created a product with a license key");

const { customer_id } = await buy(app, "ann@acme.com");
const orders = await polar.orders.list({ customer_id });
assert.deepEqual(orders.items.map((order) => [order.status, order.billing_reason, order.net_amount]), [
  ["paid", "subscription_create", 2000],
]);
const subscriptions = await polar.subscriptions.list({ customer_id });
assert.deepEqual(subscriptions.items.map(({ status }) => status), ["active"]);
const subscription_id = subscriptions.items[0].id;
console.log("bought it: one order, one active subscription");

const [license] = (await polar.licenseKeys.list({ benefit_id: benefit.id })).items;
assert.equal(
  (await polar.licenseKeys.validate({ key: license.key, organization_id: app.organization_id })).status,
  "granted",
);
await assert.rejects(polar.licenseKeys.validate({ key: "APP-NONE", organization_id: app.organization_id }), {
  name: "ResourceNotFound",
});
const state = await polar.customers.getState(customer_id);
assert.deepEqual(state.active_subscriptions.map(({ id }) => id), [subscription_id]);
assert.deepEqual(state.granted_benefits.map(({ benefit_id }) => benefit_id), [benefit.id]);
console.log("validated the license key, and read the state of the customer");

const team = await polar.products.create({
  name: "Team",
  recurring_interval: "month",
  prices: [
    {
      amount_type: "seat_based",
      price_currency: "usd",
      seat_tiers: { tiers: [{ min_seats: 1, max_seats: null, price_per_seat: 1000 }] },
    },
  ],
});
await buy(team, "office@globex.com", 3);
const [teamSubscription] = (await polar.subscriptions.list({ product_id: team.id })).items;
const seat = await polar.customerSeats.assignSeat({
  subscription_id: teamSubscription.id,
  email: "bob@globex.com",
});
assert.equal(seat.status, "pending");
const mail = (await control("outbox")).find(({ seat_id }) => seat_id === seat.id);
const claimed = await polar.customerSeats.claimSeat({ invitation_token: mail.invitation_token });
assert.equal(claimed.seat.status, "claimed");
console.log("bought three seats, assigned and claimed one");

const before = (await polar.subscriptions.get(subscription_id)).current_period_end;
await control("clock", { advance_seconds: 32 * day });
const renewed = await polar.orders.list({ subscription_id, sorting: ["created_at"] });
assert.deepEqual(renewed.items.map((order) => order.billing_reason), ["subscription_create", "subscription_cycle"]);
assert.equal((await polar.subscriptions.get(subscription_id)).current_period_start, before);
console.log("advanced the clock: the subscription renewed");

const canceled = await polar.subscriptions.update(subscription_id, { cancel_at_period_end: true });
assert.equal(canceled.cancel_at_period_end, true);
await control("clock", { advance_seconds: 32 * day });
assert.equal((await polar.subscriptions.get(subscription_id)).status, "canceled");
console.log("canceled at the end of the period");

const raised = (await control("webhooks")).map(({ type }) => type);
await until("all deliveries arrive", () => events.length === raised.length);
assert.deepEqual(events, raised);
for (const type of ["order.paid", "customer_seat.claimed", "subscription.cycled", "subscription.revoked"]) {
  assert.ok(events.includes(type), type);
}
receiver.close();
receiver.closeAllConnections();
console.log(`verified ${events.length} deliveries, in order`);
