// Forms that create a product, with an optional license key, and a discount code.

import { h } from "./dom.js";
import { checkbox, field, form, input, select } from "./parts.js";
import { act } from "./results.js";
import { polar } from "./store.js";

export const newProduct = () => form("New product", createProduct,
  field("Name", input("name", { required: true, minlength: "3", placeholder: "Team plan" })),
  field("Price in US dollars", input("price", { type: "number", min: "0", step: "0.01", value: "20", required: true }), "0 is free, otherwise at least 0.50."),
  field("Billing", select("billing", [["month", "Monthly"], ["year", "Yearly"], ["once", "Once"]])),
  h("div", { class: "checks" },
    checkbox("seats", "Sold by seat: the price is for one seat"),
    checkbox("license", "Comes with a license key")),
  h("button", { class: "primary" }, "Create product"));

async function createProduct({ name, price, billing, seats, license }) {
  const cents = Math.round(Number(price) * 100);
  const product = { name, prices: [priceOf(cents, seats === "on")] };
  if (billing !== "once") product.recurring_interval = billing;
  const response = await act(() => createWithBenefit(product, license === "on"),
    `${name} was created. Buy it to see its checkout, order and events.`, "No product was created");
  return response.ok;
}

function priceOf(cents, isBySeat) {
  if (isBySeat) {
    const tiers = [{ min_seats: 1, max_seats: null, price_per_seat: cents }];
    return { amount_type: "seat_based", price_currency: "usd", seat_tiers: { tiers } };
  }
  return { amount_type: "fixed", price_currency: "usd", price_amount: cents };
}

/** Creates the product, and then its benefit. Returns the first response that is an error, otherwise the last. */
async function createWithBenefit(product, hasLicense) {
  const created = await polar("POST", "/v1/products/", product);
  if (!created.ok || !hasLicense) return created;
  const description = `${product.name} license key`.slice(-42);
  const benefit = await polar("POST", "/v1/benefits/", { type: "license_keys", description, properties: {} });
  if (!benefit.ok) return benefit;
  return polar("POST", `/v1/products/${created.body.id}/benefits`, { benefits: [benefit.body.id] });
}

export const newDiscount = () => form("New discount code", createDiscount,
  field("Code", input("code", { required: true, minlength: "3", pattern: "[A-Za-z0-9]+", placeholder: "LAUNCH20" }), "Letters and digits."),
  field("Percent off", input("percent", { type: "number", min: "1", max: "100", value: "20", required: true })),
  field("Applies", select("duration", [["once", "To the first payment"], ["forever", "To every payment"]])),
  h("button", { class: "primary" }, "Create code"));

async function createDiscount({ code, percent, duration }) {
  const body = { type: "percentage", name: code, code, duration, basis_points: Number(percent) * 100 };
  const response = await act(() => polar("POST", "/v1/discounts/", body),
    `The code ${code} takes ${percent}% off. Enter it on a checkout page.`, "No discount code was created");
  return response.ok;
}
