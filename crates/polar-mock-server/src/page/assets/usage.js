// Usage events that an application ingests, and the meters that add them up.

import { h } from "./dom.js";
import { nameOf, timeElement, words } from "./format.js";
import { card, empty, field, form, input, json, lines, list, listed, select, table } from "./parts.js";
import { act } from "./results.js";
import { polar, store } from "./store.js";

export const usage = {
  id: "usage",
  title: "Usage events",
  load: async () => {
    const paths = ["/v1/events/?source=user", "/v1/meters/", "/v1/customer-meters/", "/v1/customers/"];
    const [events, meters, usages, customers] = await Promise.all(paths.map(list));
    return { events, meters, usages, customers };
  },
  view: () => {
    const { events, meters, usages, customers } = store.loaded.usage ?? {};
    return [
      h("p", { class: "lead" }, "Events that your program ingests, newest first. Meters add them up for billing."),
      listed(events, items => items.length > 0
        ? table("Usage events", ["Event", "Customer", "Metadata"], items.map(event))
        : empty("No events yet", "Ingest one with the form below, or from your program.")),
      events?.items && card("ingest", "Ingest an event", ingestForm(customers?.items ?? [])),
      h("section", { class: "block", key: "meters", "aria-label": "Meters" }, h("h2", null, "Meters"),
        h("p", { class: "hint" }, "As on Polar, the usage of a customer appears 15 seconds after the last event."),
        listed(meters, items => items.length > 0
          ? table("Meters", ["Meter", "Events", "Usage"], items.map(one => meter(one, usages?.items ?? [])))
          : empty("No meters yet", "A meter adds up the events of each customer."))),
      meters?.items && card("new-meter", "New meter", meterForm()),
    ];
  },
};

function event(one) {
  return {
    key: one.id,
    cells: [
      lines(one.label ?? one.name, timeElement(one.timestamp)),
      one.customer ? nameOf(one.customer) : one.external_customer_id ?? one.customer_id ?? "None",
      json(one.metadata, "Metadata", one.name),
    ],
  };
}

/** A meter with the usage of each customer. */
function meter(one, usages) {
  const { func, property } = one.aggregation;
  const own = usages.filter(usage => usage.meter_id === one.id);
  const names = one.filter.clauses.filter(clause => clause.property === "name").map(clause => clause.value);
  return {
    key: one.id,
    cells: [
      lines(one.name, `${words(func)}${property ? ` of ${property}` : ""}`),
      names.join(", ") || "By other filters",
      own.length > 0 ? own.map(usage => h("span", { class: "second" }, `${nameOf(usage.customer)}: ${usage.consumed_units}`)) : "None",
    ],
  };
}

function ingestForm(customers) {
  if (customers.length === 0) return h("p", { class: "muted" }, "An event needs a customer: ", h("a", { href: "#customers" }, "create one"), " first.");
  return form("Ingest an event", ingest,
    field("Event", input("name", { required: true, placeholder: "api_call" })),
    field("Customer", select("customer", customers.map(one => [one.id, nameOf(one)]))),
    field("Value (optional)", input("value", { type: "number", step: "any", placeholder: "1" })),
    h("button", { class: "primary" }, "Ingest"));
}

const meterForm = () => form("New meter", createMeter,
  field("Name", input("meter", { required: true, minlength: "3", placeholder: "API calls" })),
  field("Counts the event", input("event", { required: true, placeholder: "api_call" })),
  field("By", select("func", [["count", "Number of events"], ["sum", "Sum of metadata.value"], ["max", "Maximum of metadata.value"]])),
  h("button", { class: "primary" }, "Create meter"));

async function createMeter({ meter, event, func }) {
  const filter = { conjunction: "and", clauses: [{ property: "name", operator: "eq", value: event }] };
  const aggregation = func === "count" ? { func } : { func, property: "value" };
  const response = await act(() => polar("POST", "/v1/meters/", { name: meter, filter, aggregation }),
    `The meter ${meter} was created.`, "No meter was created");
  return response.ok;
}

async function ingest({ name, customer, value }) {
  const event = { name, customer_id: customer };
  if (value !== "") event.metadata = { value: Number(value) };
  const response = await act(() => polar("POST", "/v1/events/ingest", { events: [event] }), `The event ${name} was ingested.`, "No event was ingested");
  return response.ok;
}
