// Checkouts: each has a test page at its own URL.

import { safeUrl } from "./api.js";
import { h } from "./dom.js";
import { money, timeElement } from "./format.js";
import { chip, empty, json, lines, list, listed, table } from "./parts.js";
import { store } from "./store.js";

export const checkouts = {
  id: "checkouts",
  title: "Checkouts",
  load: () => list("/v1/checkouts/"),
  view: () => [
    h("p", { class: "lead" }, "Each checkout has a test page at its ", h("code", null, "url"), ", where you pay it, decline the payment, or leave. Checkouts that your program creates appear here, too."),
    listed(store.loaded.checkouts, items => items.length > 0
      ? table("Checkouts", ["Product", "Buyer", "Amount", "Status", "Actions"], items.map(row))
      : empty("No checkouts yet", h("a", { href: "#products" }, "Buy a product"), ", or let your program create a checkout.")),
  ],
};

function row(checkout) {
  const isOpen = checkout.status === "open";
  const name = checkout.product?.name ?? "No product";
  return {
    key: checkout.id,
    cells: [
      lines(name, timeElement(checkout.created_at)),
      checkout.customer_email ?? "Not known yet",
      lines(money(checkout.total_amount, checkout.currency), checkout.discount_amount > 0 && `${money(checkout.discount_amount, checkout.currency)} off`),
      lines(chip(checkout.status), isOpen && ["Expires ", timeElement(checkout.expires_at)]),
      h("div", { class: "buttons" },
        isOpen && h("a", { class: "button small primary", href: safeUrl(checkout.url), "aria-label": `Open the checkout for ${name}` }, "Open"),
        json(checkout, "JSON", `the checkout for ${name}`)),
    ],
  };
}
