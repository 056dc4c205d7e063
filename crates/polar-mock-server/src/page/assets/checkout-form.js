// The fields of a checkout: only those that its product and settings ask for.

import { h } from "./dom.js";
import { plural } from "./format.js";
import { button, checkbox, field, input, select } from "./parts.js";

const COUNTRIES = [
  ["US", "United States"], ["AU", "Australia"], ["BR", "Brazil"], ["CA", "Canada"], ["FR", "France"], ["DE", "Germany"],
  ["IN", "India"], ["JP", "Japan"], ["SE", "Sweden"], ["GB", "United Kingdom"],
];

/** Builds the fields. `change` sends a change of the checkout at once, so that the total follows. */
export function fields(checkout, change) {
  const custom = checkout.product?.prices?.find(one => one.amount_type === "custom");
  return [
    checkout.seats !== null && field("Seats", input("seats", {
      type: "number", min: checkout.min_seats ?? 1, max: checkout.max_seats, value: checkout.seats, required: true,
      onchange: event => event.target.reportValidity() && change({ seats: Number(event.target.value) }, `${plural(Number(event.target.value), "seat")}.`),
    })),
    custom && field("Amount", input("amount", {
      type: "number", min: (custom.minimum_amount ?? 0) / 100, step: "0.01", value: checkout.amount / 100, required: true,
      onchange: event => event.target.reportValidity() && change({ amount: Math.round(Number(event.target.value) * 100) }, "The amount was changed."),
    })),
    field("Email address", input("customer_email", {
      type: "email", required: true, value: checkout.customer_email, autocomplete: "email", placeholder: "you@example.com",
    })),
    field("Name (optional)", input("customer_name", { value: checkout.customer_name, autocomplete: "name" })),
    checkout.is_payment_form_required && field("Country", select("country", countries(checkout), { autocomplete: "country" })),
    (checkout.attached_custom_fields ?? []).map(customField),
    checkout.allow_discount_codes && checkout.is_discount_applicable && discount(checkout, change),
  ];
}

/** The country of the checkout comes first, since the first one is selected. */
function countries(checkout) {
  const own = checkout.customer_billing_address?.country;
  const first = COUNTRIES.find(([code]) => code === own) ?? (own && [own, own]);
  return first ? [first, ...COUNTRIES.filter(one => one !== first)] : COUNTRIES;
}

function discount(checkout, change) {
  const code = checkout.discount?.code ?? checkout.discount?.name;
  if (code) {
    return h("div", { class: "field", key: "discount-applied" }, h("span", { class: "label" }, "Discount code"),
      h("div", { class: "pair" }, h("code", { class: "grow" }, code),
        button("Remove", () => change({ discount_code: null }, "The discount was removed."), { about: "the discount", kind: "small" })));
  }
  const apply = () => {
    const text = document.getElementById("discount").value.trim();
    if (text) change({ discount_code: text }, `The code ${text} was applied.`);
  };
  return h("div", { class: "field", key: "discount" },
    h("label", { class: "label", for: "discount" }, "Discount code"),
    h("div", { class: "pair" }, input("discount_code", { id: "discount", class: "grow" }), button("Apply", apply, { about: "the discount code" })));
}

function customField({ custom_field: one, required }) {
  const name = `custom.${one.slug}`;
  const label = one.properties?.form_label ?? one.name;
  const hint = one.properties?.form_help_text;
  if (one.type === "checkbox") return checkbox(name, label, { required, "data-type": "checkbox" });
  if (one.type === "select") {
    const options = (one.properties?.options ?? []).map(option => [option.value, option.label]);
    return field(label, select(name, required ? options : [["", "None"], ...options], { required, "data-type": "select" }), hint);
  }
  const type = { number: "number", date: "date" }[one.type] ?? "text";
  return field(label, input(name, { type, required, "data-type": one.type }), hint);
}

/** Returns whether the browser accepts every field; it points at the first that it does not. */
export const isFieldReady = target => target.reportValidity();

/** The body that confirms the checkout. */
export function confirmation(checkout, target, token) {
  const values = target.elements;
  const body = { customer_email: values.customer_email.value.trim() };
  if (values.customer_name.value.trim()) body.customer_name = values.customer_name.value.trim();
  if (values.seats) body.seats = Number(values.seats.value);
  if (values.country) body.customer_billing_address = address(checkout, values.country.value);
  if (checkout.is_payment_form_required) body.confirmation_token_id = token;
  const custom = [...values].filter(one => one.name.startsWith("custom.") && (one.type === "checkbox" || one.value !== ""));
  if (custom.length > 0) body.custom_field_data = Object.fromEntries(custom.map(one => [one.name.slice(7), valueOf(one)]));
  return body;
}

/** The address of the checkout, or the chosen country alone if it is another one. */
function address(checkout, country) {
  const own = checkout.customer_billing_address;
  if (own?.country !== country) return { country };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
}

function valueOf(element) {
  if (element.type === "checkbox") return element.checked;
  return element.dataset.type === "number" ? Number(element.value) : element.value;
}
