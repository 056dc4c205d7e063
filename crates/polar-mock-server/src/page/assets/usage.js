// Usage events: what an application reports, and what meters count.

import { h } from "./dom.js";
import { nameOf, timeElement } from "./format.js";
import { chip, empty, field, form, input, json, lines, list, listed, select, table } from "./parts.js";
import { act } from "./results.js";
import { polar, store } from "./store.js";

export const usage = {
  id: "usage",
  title: "Usage events",
  load: async () => ({
    events: await list("/v1/events/"),
    meters: await list("/v1/meters/"),
    customers: await list("/v1/customers/"),
  }),
  view: () => {
    const { events, meters, customers } = store.loaded.usage ?? {};
    return [
      h("p", { class: "lead" }, "Events that applications ingest, newest first. Meters count them for the invoice."),
      listed(events, items => items.length > 0
        ? table("Usage events", ["Event", "Customer", "Source", "Metadata"], items.map(event))
        : empty("No events yet", "Ingest one with the form below, or from your program.")),
      events?.items && ingestForm(customers?.items ?? []),
      meters?.items?.length > 0 && h("section", { class: "block", key: "meters", "aria-label": "Meters" }, h("h2", null, "Meters"),
        table("Meters", ["Meter", "Aggregation", "Created"], meters.items.map(meter))),
    ];
  },
};

function event(one) {
  return {
    key: one.id,
    cells: [
      lines(one.label ?? one.name, timeElement(one.timestamp)),
      one.customer ? nameOf(one.customer) : one.external_customer_id ?? one.customer_id ?? "None",
      chip("plain", one.source === "system" ? "Polar" : "Your program"),
      json(one.metadata, "Metadata", one.name),
    ],
  };
}

const meter = one => ({
  key: one.id,
  cells: [one.name, `${one.aggregation.func}${one.aggregation.property ? ` of ${one.aggregation.property}` : ""}`, timeElement(one.created_at)],
});

function ingestForm(customers) {
  if (customers.length === 0) return h("p", { class: "muted" }, "An event needs a customer: ", h("a", { href: "#customers" }, "create one"), " first.");
  return h("section", { class: "card", key: "ingest", "aria-label": "Ingest an event" }, h("h2", null, "Ingest an event"),
    form("Ingest an event", ingest,
      field("Name", input("name", { required: true, placeholder: "api_call" })),
      field("Customer", select("customer", customers.map(one => [one.id, nameOf(one)]))),
      field("Value", input("value", { type: "number", step: "any", placeholder: "1" }), "Becomes metadata.value, optional."),
      h("button", { class: "primary" }, "Ingest")));
}

async function ingest({ name, customer, value }) {
  const event = { name, customer_id: customer };
  if (value !== "") event.metadata = { value: Number(value) };
  const response = await act(() => polar("POST", "/v1/events/ingest", { events: [event] }), `The event ${name} was ingested.`, "No event was ingested");
  return response.ok;
}
