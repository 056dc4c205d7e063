// Products: what can be bought, and a button that buys it.

import { safeUrl } from "./api.js";
import { h } from "./dom.js";
import { plural, price, timeElement } from "./format.js";
import { newDiscount, newProduct } from "./new-product.js";
import { button, chip, empty, field, form, input, lines, list, listed, table } from "./parts.js";
import { act } from "./results.js";
import { polar, store } from "./store.js";

export const products = {
  id: "products",
  title: "Products",
  load: () => list("/v1/products/"),
  view: () => {
    const loaded = store.loaded.products;
    return [
      listed(loaded, items => items.length > 0
        ? table("Products", ["Product", "Price", "Benefits", "Created", "Actions"], items.map(row))
        : empty("No products yet", "Create the first one with the form below, then buy it on its test checkout page.")),
      // Open at first if there is nothing to buy.
      loaded?.items && h("details", { class: "card fold", key: "new-product", open: loaded.items.length === 0 },
        h("summary", null, h("h2", null, "New product")), newProduct()),
      loaded?.items && h("details", { class: "card fold", key: "new-discount" },
        h("summary", null, h("h2", null, "New discount code")), newDiscount()),
    ];
  },
};

const hasSeats = product => product.prices.some(one => one.amount_type === "seat_based");

function row(product) {
  return {
    key: product.id,
    cells: [
      lines([product.name, product.is_archived && [" ", chip("archived")]], h("code", { class: "id" }, product.id)),
      price(product),
      product.benefits.map(one => one.description).join(", ") || "None",
      timeElement(product.created_at),
      product.is_archived ? "" : buyForm(product),
    ],
  };
}

/** Buying creates a checkout and opens its page. A product with seats is bought with a number of them. */
function buyForm(product) {
  if (!hasSeats(product)) return button("Buy", () => buy(product), { about: product.name, kind: "primary small" });
  return form(`Buy ${product.name}`, values => buy(product, Number(values.seats)),
    field("Seats", input("seats", { type: "number", min: "1", value: "5", required: true, class: "short small" })),
    h("button", { class: "primary small", "aria-label": `Buy ${product.name}` }, "Buy"));
}

async function buy(product, seats) {
  const body = { products: [product.id], return_url: `${location.origin}/_mock/#checkouts` };
  if (seats) body.seats = seats;
  const what = seats ? `${product.name} with ${plural(seats, "seat")}` : product.name;
  const response = await act(() => polar("POST", "/v1/checkouts/", body),
    `A checkout for ${what} was created.`, "No checkout was created");
  const url = response.ok && safeUrl(response.body.url);
  if (url) location.assign(url);
  return response.ok;
}
