// The side panel: the clock, failures, and what a program needs to connect.

import { control } from "./api.js";
import { h } from "./dom.js";
import { fullTime, plural } from "./format.js";
import { icon } from "./icons.js";
import { button, field, form, input, select } from "./parts.js";
import { act, copy } from "./results.js";
import { organization, store } from "./store.js";

const FAILURES = [
  ["rate_limited", "429 Too Many Requests"],
  ["unavailable", "503 Service Unavailable"],
  ["delayed", "Delayed response"],
  ["answer_lost", "Response lost, request carried out"],
  ["answer_cut", "Response cut off, request carried out"],
  ["request_lost", "Request lost, not carried out"],
];

/** Moves the clock forward, which carries out everything that is due. */
export const advance = (seconds, what) => act(
  () => control("POST", "/clock", { advance_seconds: Math.ceil(seconds) }),
  body => `The clock was advanced ${what}: it is now ${fullTime(body.now)}.`,
  "The clock was not advanced",
);

export const panel = () => [part("clock", "Clock", clock()), part("failures", "Inject failures", failures()), folded()];

function part(id, title, ...children) {
  return h("section", { class: "card", key: id, "aria-label": title }, h("h2", null, icon(id), title), children);
}

function folded() {
  return h("details", { class: "card fold", key: "connect" }, h("summary", null, h("h2", null, icon("connect"), "Connect your program")), connect());
}

function clock() {
  const hours = async values => {
    const count = Number(values.hours);
    const response = await advance(count * 3600, `by ${plural(count, "hour")}`);
    return response.ok;
  };
  const steps = [["+1 hour", 3600, "by 1 hour"], ["+1 day", 86_400, "by 1 day"], ["+30 days", 2_592_000, "by 30 days"]];
  return [
    h("p", { class: "now" }, h("time", { datetime: store.now }, fullTime(store.now))),
    h("div", { class: "buttons" }, steps.map(([text, seconds, what]) => button(text, () => advance(seconds, what), { kind: "small" }))),
    form("Advance the clock", hours, field("Hours", input("hours", { type: "number", min: "0", step: "any", value: "24", required: true })),
      h("button", null, "Advance")),
    h("p", { class: "hint" }, "Invitations and checkouts expire, subscriptions renew or end. The clock never goes back."),
  ];
}

function failures() {
  const add = async ({ fault, next, seconds }) => {
    const body = { fault, next: Number(next) };
    if (seconds !== "" && ["rate_limited", "delayed"].includes(fault)) body.seconds = Number(seconds);
    const what = body.next === 1 ? "The next request fails" : `The next ${body.next} requests fail`;
    const response = await act(() => control("POST", "/faults", body), `${what}: ${nameOf(fault)}.`, "No failure was added");
    return response.ok;
  };
  const clear = () => act(() => control("DELETE", "/faults"), "All failures were removed.", "The failures were not removed");
  const all = store.overview.state.faults ?? [];
  return [
    form("Inject failures", add,
      field("Failure", select("fault", FAILURES)),
      h("div", { class: "pair" },
        field("Next requests", input("next", { type: "number", min: "1", value: "1", required: true })),
        field("Seconds", input("seconds", { type: "number", min: "0", step: "any", placeholder: "default" }))),
      h("button", null, "Add")),
    h("p", { class: "hint" }, "Affects the requests of your program and of checkout pages, not those of this page. Seconds apply to 429 and delayed responses."),
    all.length > 0 && [h("ul", { class: "plain-list" }, all.map(failure)), button("Clear all", clear, { kind: "small" })],
  ];
}

function failure({ fault, next, one_in: oneIn, seconds }) {
  const often = next ? `next ${next}` : `one in ${oneIn}`;
  return h("li", null, `${nameOf(fault)}: ${often}${seconds === undefined ? "" : `, ${seconds} s`}`);
}

const nameOf = fault => FAILURES.find(([value]) => value === fault)?.[1] ?? fault;

function connect() {
  const own = organization();
  if (!own) return h("p", { class: "muted" }, "Create an organization first.");
  const tokens = own.tokens ?? [];
  const most = tokens.toSorted((one, other) => other.scopes.length - one.scopes.length)[0];
  const team = (own.subscriptions ?? []).find(one => one.seats !== null);
  const text = [
    `export POLAR_BASE_URL=${location.origin}`,
    most && `export POLAR_ACCESS_TOKEN=${most.token}`,
    team && `export POLAR_SUBSCRIPTION=${team.id}`,
  ].filter(Boolean).join("\n");
  return h("div", { class: "stack" },
    h("pre", { tabindex: "0" }, text),
    h("div", { class: "buttons" }, button("Copy", () => copy(text, "The settings"), { kind: "small", about: "the settings" })),
    h("p", { class: "hint" }, most ? `The token has ${plural(most.scopes.length, "scope")}. Organization id:` : "The organization has no token. Its id:"),
    h("p", null, h("code", { class: "id" }, own.id)));
}
