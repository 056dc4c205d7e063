// Emails: the invitations that Polar would have sent, and what happened to each.

import { h } from "./dom.js";
import { fullTime, timeElement } from "./format.js";
import { button, chip, empty } from "./parts.js";
import { act, copy } from "./results.js";
import { containers, holder } from "./seats.js";
import { organization, polar, store } from "./store.js";

export const mails = {
  id: "mails",
  title: "Emails",
  count: () => {
    const number = own().filter(mail => stateOf(mail).status === "open").length;
    return { number, text: "open" };
  },
  view: () => [
    h("p", { class: "lead" }, "Invitations that Polar would have sent, newest first. Nothing leaves this machine."),
    mailCards(200),
  ],
};

/** The newest emails of the organization. */
function own() {
  const ids = new Map((organization()?.seats ?? []).map(seat => [seat.id, seat]));
  const mails = store.overview.mails.map((mail, index) => ({ ...mail, seat: ids.get(mail.seat_id), index }));
  return mails.filter(mail => mail.seat).reverse();
}

/** The status of an invitation. Polar reuses a revoked seat for another person, so this also compares the holder. */
function stateOf({ seat, email, invitation_token: token, expires_at: ends }) {
  if (holder(seat) !== email || seat.status === "revoked") return { status: "revoked", text: "Seat revoked" };
  if (seat.status === "claimed") return { status: "claimed", text: "Claimed", time: seat.claimed_at };
  if (seat.invitation_token && seat.invitation_token !== token) return { status: "revoked", text: "Replaced" };
  if (ends <= store.now) return { status: "expired", text: "Expired", time: ends };
  return { status: "open", text: "Not claimed", time: ends };
}

export function mailCards(count) {
  const all = own().slice(0, count);
  if (all.length === 0) return empty("No emails yet", "Assign a seat: the invitation appears here.");
  return h("ul", { class: "mails" }, all.map(mailCard));
}

function mailCard(mail) {
  const { email, invitation_token: token, sent_at: sent, index } = mail;
  const state = stateOf(mail);
  const link = `https://polar.sh/${organization().slug}/portal/claim?token=${token}`;
  const isOpen = state.status === "open";
  return h("li", { class: `mail ${isOpen ? "unread" : ""}`, key: `${mail.seat_id}-${sent}-${index}` },
    h("div", { class: "mail-head" },
      h("div", { class: "grow" },
        h("p", { class: "first" }, email),
        h("p", { class: "second" }, `Invitation to a seat of ${product(mail.seat)}`)),
      h("div", { class: "mail-side" }, chip(state.status, state.text), h("span", { class: "second" }, timeElement(sent)))),
    h("div", { class: "mail-foot" },
      h("details", { class: "json grow" },
        h("summary", { "aria-label": `Link in the email to ${email}` }, "Link"),
        h("p", null, h("code", { class: "id" }, link)),
        h("p", { class: "hint" }, `Sent ${fullTime(sent)}. `, isOpen ? `The link expires ${fullTime(mail.expires_at)}.` : `${state.text}${state.time ? ` ${fullTime(state.time)}` : ""}.`)),
      isOpen && h("div", { class: "buttons" },
        button("Copy link", () => copy(link, "The link"), { about: `of ${email}`, kind: "small" }),
        button("Claim", () => claim(email, token), { about: `the seat of ${email}`, kind: "small primary" }))));
}

function product(seat) {
  const all = containers(organization());
  return all.find(one => seat[one.kind] === one.key)?.name ?? organization().name;
}

/** Claims the seat with the token alone, as the page behind the link does. */
const claim = (email, token) => act(
  () => polar("POST", "/v1/customer-seats/claim", { invitation_token: token }),
  `${email} claimed the seat.`, "The seat was not claimed");
