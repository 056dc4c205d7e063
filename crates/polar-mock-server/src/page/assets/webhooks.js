// Webhooks: endpoints, events with their deliveries, and samples of any event.

import { control } from "./api.js";
import { h } from "./dom.js";
import { timeElement } from "./format.js";
import { button, card, chip, empty, field, form, input, json, lines, list, select, table } from "./parts.js";
import { act } from "./results.js";
import { organization, polar, store } from "./store.js";

export const webhooks = {
  id: "webhooks",
  title: "Webhooks",
  count: () => {
    const number = store.deliveries.filter(one => one.failure !== null).length;
    return { number, text: "failed" };
  },
  load: async () => ({
    endpoints: await list("/v1/webhooks/endpoints"),
    types: store.loaded.webhooks?.types ?? (await control("GET", "/webhooks/trigger")).body?.types ?? [],
  }),
  view: () => {
    const { endpoints, types = [] } = store.loaded.webhooks ?? {};
    const own = organization();
    const deliveries = store.deliveries.toReversed().slice(0, SHOWN);
    const events = store.overview.events.filter(one => one.organization_id === own.id).toReversed().slice(0, SHOWN);
    return [
      card("endpoints", "Endpoints", endpointList(own, endpoints), endpoints?.items && endpointForm()),
      card("trigger", "Trigger an event", h("p", { class: "muted" }, "Sends a sample of any event to the endpoints, signed as Polar signs it."), triggerForm(own, types)),
      h("section", { class: "block", key: "deliveries", "aria-label": "Deliveries" }, h("h2", null, "Deliveries"),
        deliveries.length > 0
          ? table("Deliveries", ["Event", "Endpoint", "Result", "Actions"], deliveries.map(delivery))
          : empty("No deliveries yet", "Events are delivered to the endpoints above as they happen.")),
      h("section", { class: "block", key: "events", "aria-label": "Events" }, h("h2", null, "Events"),
        events.length > 0
          ? table("Events", ["Event", "About", "Payload"], events.map(event))
          : empty("No events yet", "Assigning a seat or paying a checkout raises events.")),
    ];
  },
};

/** The newest deliveries and events that are listed. */
const SHOWN = 20;

function endpointList(own, loaded) {
  const all = loaded?.items ?? (own.webhooks ?? []).map(one => ({ id: one.url, url: one.url }));
  if (all.length === 0) return empty("No endpoints", "Events are recorded below, but not sent.");
  return h("ul", { class: "plain-list" }, all.map(one => h("li", { key: one.id, class: "row" },
    // A query can contain a token.
    h("code", { class: "id grow" }, one.url.split("?")[0]),
    loaded?.items && button("Delete", () => remove(one), { about: `the endpoint ${one.url.split("?")[0]}`, kind: "small danger" }))));
}

const endpointForm = () => form("Add an endpoint", addEndpoint,
  field("URL", input("url", { type: "url", required: true, placeholder: "http://localhost:3000/webhooks" })),
  h("button", null, "Add endpoint"));

async function addEndpoint({ url }) {
  const events = store.loaded.webhooks.types;
  const response = await act(() => polar("POST", "/v1/webhooks/endpoints", { url, format: "raw", events }),
    "The endpoint was added. Its secret is in the response.", "No endpoint was added");
  return response.ok;
}

const remove = endpoint => act(() => polar("DELETE", `/v1/webhooks/endpoints/${endpoint.id}`), "The endpoint was deleted.", "The endpoint was not deleted");

function triggerForm(own, types) {
  const trigger = async ({ type, scheme }) => {
    await act(() => control("POST", "/webhooks/trigger", { type, scheme, organization: own.slug }),
      body => `${body.type} was raised for ${body.endpoints} ${body.endpoints === 1 ? "endpoint" : "endpoints"}.`, "No event was raised");
  };
  return form("Trigger an event", trigger,
    field("Type", select("type", types, { required: true })),
    field("Signed with", select("scheme", [["original", "The whole secret"], ["standard", "The base64 of the secret"]])),
    h("button", { class: "primary" }, "Trigger"));
}

function delivery(one) {
  const isDelivered = one.failure === null;
  return {
    key: `${one.id}-${one.attempt}-${one.failure}`,
    cells: [
      lines(one.type, one.timestamp && timeElement(one.timestamp)),
      h("code", { class: "id" }, one.url),
      lines(isDelivered ? chip("delivered") : chip("failed"), isDelivered ? one.attempt > 1 && `Attempt ${one.attempt}` : `Attempt ${one.attempt}: ${one.failure}`),
      h("div", { class: "buttons" },
        button("Send again", () => redeliver(one), { about: one.type, kind: "small" }),
        json({ type: one.type, timestamp: one.timestamp, data: one.data }, "Payload", one.type)),
    ],
  };
}

const redeliver = one => act(() => polar("POST", `/v1/webhooks/events/${one.id}/redeliver`),
  `${one.type} will be sent again.`, "The event was not sent again");

function event(one, index) {
  const { data } = one;
  const about = data.customer_email ?? data.email ?? data.customer?.email ?? data.name ?? data.product?.name ?? data.id;
  return {
    key: `${one.timestamp}-${one.type}-${store.overview.events.length - index}`,
    cells: [lines(one.type, timeElement(one.timestamp)), about ?? "", json(data, "Payload", one.type)],
  };
}
