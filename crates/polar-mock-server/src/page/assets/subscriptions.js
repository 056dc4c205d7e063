// Subscriptions: buttons move the clock to the next renewal, and cancel, uncancel or revoke.

import { control } from "./api.js";
import { h } from "./dom.js";
import { day, money, nameOf, period, plural, timeElement } from "./format.js";
import { advance } from "./panel.js";
import { button, chip, empty, json, lines, list, listed, table } from "./parts.js";
import { act } from "./results.js";
import { polar, store } from "./store.js";

export const subscriptions = {
  id: "subscriptions",
  title: "Subscriptions",
  load: () => list("/v1/subscriptions/"),
  view: () => [
    h("p", { class: "lead" }, "“Advance to next renewal” moves the clock to the end of the current period: the subscription renews, or ends if it is canceled."),
    listed(store.loaded.subscriptions, items => items.length > 0
      ? table("Subscriptions", ["Subscription", "Price", "Status", "Next", "Actions"], items.map(row))
      : empty("No subscriptions yet", h("a", { href: "#products" }, "Buy a product"), " that is billed monthly or yearly.")),
  ],
};

function row(subscription) {
  const { status, current_period_end: end, cancel_at_period_end: isCanceling } = subscription;
  const who = nameOf(subscription.customer);
  const about = `the subscription of ${who}`;
  const isOver = ["canceled", "unpaid", "incomplete_expired"].includes(status);
  const [text, tone] = isCanceling && !isOver ? ["Ends at period end", "canceling"] : [undefined, status];
  return {
    key: subscription.id,
    cells: [
      lines(subscription.product?.name, who),
      lines(`${money(subscription.amount, subscription.currency)} per ${period(subscription)}`, subscription.seats && plural(subscription.seats, "seat")),
      chip(tone, text),
      isOver ? lines("Ended", timeElement(subscription.ended_at)) : lines(`${isCanceling ? "Ends" : "Renews"} ${day(end)}`, timeElement(end)),
      h("div", { class: "buttons" },
        !isOver && button("Advance to next renewal", () => toRenewal(subscription), { about: `of ${about}`, kind: "small primary" }),
        !isOver && (isCanceling
          ? button("Uncancel", () => setCancel(subscription, false), { about, kind: "small" })
          : button("Cancel", () => setCancel(subscription, true), { about: `${about} at the end of the period`, kind: "small" })),
        !isOver && !isCanceling && button("Decline renewal", () => decline(subscription), { about: `of ${about}`, kind: "small" }),
        !isOver && button("Revoke", () => revoke(subscription), { about: `${about} now`, kind: "small danger" }),
        json(subscription, "JSON", about)),
    ],
  };
}

function toRenewal({ current_period_end: end }) {
  const seconds = (Date.parse(end) - Date.parse(store.now)) / 1000;
  return advance(Math.max(seconds, 0), "to the end of the period");
}

const decline = subscription => act(() => control("POST", "/declines", { subscription: subscription.id }),
  `The next payment of ${nameOf(subscription.customer)} will be declined.`, "The payment will not be declined");

const setCancel = (subscription, isCanceled) => act(
  () => polar("PATCH", `/v1/subscriptions/${subscription.id}`, { cancel_at_period_end: isCanceled }),
  isCanceled
    ? `The subscription of ${nameOf(subscription.customer)} ends on ${day(subscription.current_period_end)}.`
    : `The subscription of ${nameOf(subscription.customer)} renews again.`,
  "The subscription was not changed");

const revoke = subscription => act(() => polar("DELETE", `/v1/subscriptions/${subscription.id}`),
  `The subscription of ${nameOf(subscription.customer)} ended now.`, "The subscription was not revoked");
