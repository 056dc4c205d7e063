// Customers, and the state of each.

import { h } from "./dom.js";
import { nameOf, plural, timeElement, words } from "./format.js";
import { button, chip, empty, field, form, input, json, lines, list, listed, table } from "./parts.js";
import { act } from "./results.js";
import { polar, store } from "./store.js";

export const customers = {
  id: "customers",
  title: "Customers",
  load: () => list("/v1/customers/"),
  view: () => [
    listed(store.loaded.customers, items => items.length > 0
      ? table("Customers", ["Customer", "External id", "Created", "Actions"], items.map(row))
      : empty("No customers yet", "A purchase creates one. Your program can also create customers before they buy.")),
    h("details", { class: "card fold", key: "new-customer" },
      h("summary", null, h("h2", null, "New customer")),
      form("New customer", create,
        field("Email address", input("email", { type: "email", required: true, placeholder: "ann@acme.com" })),
        field("Name (optional)", input("name")),
        field("External id (optional)", input("external_id")),
        h("button", { class: "primary" }, "Create customer"))),
  ],
};

function row(customer) {
  const who = nameOf(customer);
  return {
    key: customer.id,
    cells: [
      [lines(who, customer.name && customer.email), customer.type === "team" && chip("plain", words(customer.type))],
      customer.external_id ?? "None",
      timeElement(customer.created_at),
      h("div", { class: "buttons" },
        button("State", () => showState(customer), { about: `of ${who}`, kind: "small" }),
        button("Session", () => openSession(customer), { about: `of the portal for ${who}`, kind: "small" }),
        json(customer, "JSON", who)),
    ],
  };
}

const showState = customer => act(() => polar("GET", `/v1/customers/${customer.id}/state`),
  body => {
    const subscriptions = (body.active_subscriptions ?? []).length;
    const benefits = (body.granted_benefits ?? []).length;
    return `${nameOf(customer)} has ${plural(subscriptions, "active subscription")} and ${plural(benefits, "granted benefit")}.`;
  }, "The state could not be read");

const openSession = customer => act(() => polar("POST", "/v1/customer-sessions/", { customer_id: customer.id }),
  `A session of the customer portal is open for ${nameOf(customer)}. Its token is in the response.`, "No session was opened");

async function create(values) {
  const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  const response = await act(() => polar("POST", "/v1/customers/", body), `The customer ${values.email} was created.`, "No customer was created");
  return response.ok;
}
