// Seats: who has one, and forms to assign, resend and revoke.

import { h } from "./dom.js";
import { plural, timeElement } from "./format.js";
import { mailCards } from "./mails.js";
import { button, chip, empty, field, form, input, lines, table } from "./parts.js";
import { act } from "./results.js";
import { organization, polar, store } from "./store.js";

export const seats = {
  id: "seats",
  title: "Seats",
  view: () => {
    const own = organization();
    const all = containers(own);
    return [
      !own.seats_enabled && h("p", { class: "notice" }, "Seats are not enabled for this organization: requests for seats receive 403 FeatureNotEnabled."),
      all.length > 0 ? all.map(container) : empty("No seats yet", "Seats come with a product that is sold by seat. ",
        h("a", { href: "#products" }, "Create one and buy it"), ", or start the server with a seed."),
      h("section", { class: "block", key: "newest-mails", "aria-label": "Newest emails" },
        h("div", { class: "block-head" }, h("h2", null, "Newest emails"), h("a", { href: "#mails" }, "All emails")),
        mailCards(5)),
    ];
  },
};

const isTaken = seat => seat.status !== "revoked";

/** The subscriptions and orders that have seats, the newest first. */
export function containers(own) {
  const of = (kind, all) => (all ?? []).filter(one => one.seats !== null).map(one => ({ ...one, kind }));
  const all = [...of("subscription", own.subscriptions), ...of("order", own.orders)];
  return all.map(one => ({
    ...one,
    name: (own.products ?? []).find(product => product.key === one.product)?.name ?? "Seats",
    buyer: (own.customers ?? []).find(customer => customer.key === one.customer),
    held: (own.seats ?? []).filter(seat => seat[one.kind] === one.key),
  }));
}

/** The address of the holder of a seat, current or former. */
export function holder(seat) {
  const own = organization();
  const customers = own.customers ?? [];
  const member = customers.flatMap(one => one.members ?? []).find(one => one.key === seat.member);
  return seat.email ?? member?.email ?? customers.find(one => one.key === seat.customer)?.email ?? "Unknown holder";
}

function container(one) {
  const taken = one.held.filter(isTaken).length;
  const free = Math.max(one.seats - taken, 0);
  const label = `${one.kind === "order" ? "Order" : "Subscription"}: ${one.name}`;
  return h("section", { class: "card", key: one.id, "aria-label": label },
    h("div", { class: "card-head" },
      h("div", { class: "grow" },
        h("h2", null, one.name, " ", h("span", { class: "chip plain" }, one.kind === "order" ? "Order" : "Subscription")),
        h("p", { class: "muted" }, one.buyer?.email ? `Bought by ${one.buyer.email}` : "The buyer has no email address"),
        h("p", { class: "hint" }, `${one.kind === "order" ? "Order" : "Subscription"} id: `, h("code", { class: "id" }, one.id))),
      h("div", { class: "usage" },
        h("p", null, h("strong", null, `${taken} of ${one.seats}`), " seats assigned"),
        h("progress", { max: Math.max(one.seats, 1), value: taken, "aria-label": `${taken} of ${plural(one.seats, "seat")} assigned` }))),
    one.held.length > 0
      ? table(`Seats of ${one.name}`, ["Holder", "Status", "When", "Actions"], one.held.map(row))
      : h("p", { class: "muted" }, "No one has a seat yet."),
    h("div", { class: "assign" },
      free > 0
        ? form(`Assign a seat of ${one.name}, ${one.id}`, values => assign(one, values.email),
          field("Email address", input("email", { type: "email", required: true, placeholder: "ann@acme.com" })),
          h("button", { class: "primary" }, "Assign seat"))
        : h("p", { class: "muted grow" }, "All seats are assigned. Revoke one to free it.")));
}

function row(seat) {
  const who = holder(seat);
  const isPending = seat.status === "pending";
  const ends = seat.invitation_token_expires_at;
  const isExpired = isPending && ends && ends <= store.now;
  const [verb, time] = seat.status === "claimed" ? ["Claimed", seat.claimed_at]
    : seat.status === "revoked" ? ["Revoked", seat.revoked_at]
    : [isExpired ? "Expired" : "Expires", ends];
  return {
    key: seat.key,
    cells: [
      lines(who, null),
      isExpired ? chip("expired") : isPending ? chip("pending", "Invited") : chip(seat.status),
      time ? h("span", null, `${verb} `, timeElement(time)) : "",
      h("div", { class: "buttons" },
        isPending && button("Resend", () => resend(seat, who), { about: `the invitation of ${who}`, kind: "small" }),
        isTaken(seat) && button("Revoke", () => revoke(seat, who), { about: `the seat of ${who}`, kind: "small danger" })),
    ],
  };
}

async function assign(one, email) {
  const body = { [`${one.kind}_id`]: one.id, email };
  const response = await act(() => polar("POST", "/v1/customer-seats", body),
    `${email} was invited to a seat of ${one.name}. The email is in the outbox.`, `${email} did not get a seat`);
  return response.ok;
}

const resend = (seat, who) => act(() => polar("POST", `/v1/customer-seats/${seat.id}/resend`),
  `The invitation was sent to ${who} again, with the same link.`, "The invitation was not sent");

const revoke = (seat, who) => act(() => polar("DELETE", `/v1/customer-seats/${seat.id}`),
  `${who} no longer has a seat.`, "The seat was not revoked");
