// Orders, with buttons that pay and refund them.

import { control } from "./api.js";
import { h } from "./dom.js";
import { money, nameOf, timeElement, words } from "./format.js";
import { button, chip, empty, json, lines, list, listed, table } from "./parts.js";
import { act } from "./results.js";
import { polar, store } from "./store.js";

export const orders = {
  id: "orders",
  title: "Orders",
  load: () => list("/v1/orders/"),
  view: () => [
    h("p", { class: "lead" }, "One for each payment: a purchase, the start of a subscription, or a renewal."),
    listed(store.loaded.orders, items => items.length > 0
      ? table("Orders", ["Order", "Customer", "Total", "Status", "Actions"], items.map(row))
      : empty("No orders yet", h("a", { href: "#products" }, "Buy a product"), " and pay on its checkout page.")),
  ],
};

function row(order) {
  const left = order.net_amount - order.refunded_amount;
  const number = order.invoice_number ?? order.id;
  return {
    key: order.id,
    cells: [
      lines(order.product?.name ?? order.description, [REASONS[order.billing_reason] ?? words(order.billing_reason), ", ", timeElement(order.created_at)]),
      lines(nameOf(order.customer), order.customer?.name && order.customer.email),
      lines(money(order.total_amount, order.currency), order.refunded_amount > 0 && `${money(order.refunded_amount, order.currency)} refunded`),
      chip(order.status),
      h("div", { class: "buttons" },
        !order.paid && order.status === "pending" && button("Pay", () => pay(order), { about: `order ${number}`, kind: "small primary" }),
        order.paid && left > 0 && button("Refund", () => refund(order, left), { about: `order ${number}`, kind: "small" }),
        json(order, "JSON", `order ${number}`)),
    ],
  };
}

/** Pays an order whose payment was declined, as its customer can. */
const pay = order => act(() => control("POST", "/payments", { order: order.id, outcome: "succeed" }),
  `${nameOf(order.customer)} paid ${money(order.total_amount, order.currency)}.`, "The order was not paid");

const REASONS = {
  purchase: "Purchase", subscription_create: "First payment", subscription_cycle: "Renewal", subscription_update: "Change",
};

const refund = (order, amount) => act(
  () => polar("POST", "/v1/refunds/", { order_id: order.id, reason: "customer_request", amount }),
  `${money(amount, order.currency)} was refunded to ${nameOf(order.customer)}.`, "The order was not refunded");
