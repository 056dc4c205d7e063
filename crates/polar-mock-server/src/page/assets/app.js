// The frame of the page: selects the section by the fragment of the URL, and refreshes every two seconds.

import { h, update } from "./dom.js";
import { fullTime } from "./format.js";
import { icon } from "./icons.js";
import { panel } from "./panel.js";
import { card, field, form, input } from "./parts.js";
import { act } from "./results.js";
import { control } from "./api.js";
import { choose, onChange, organization, organizations, refresh, store } from "./store.js";
import { seats } from "./seats.js";
import { mails } from "./mails.js";
import { products } from "./products.js";
import { checkouts } from "./checkouts.js";
import { orders } from "./orders.js";
import { subscriptions } from "./subscriptions.js";
import { customers } from "./customers.js";
import { licenseKeys } from "./license-keys.js";
import { usage } from "./usage.js";
import { webhooks } from "./webhooks.js";

const GROUPS = [
  ["Seats", [seats, mails]],
  ["Purchases", [products, checkouts, orders, subscriptions]],
  ["Customers", [customers, licenseKeys, usage]],
  ["Webhooks", [webhooks]],
];
const SECTIONS = GROUPS.flatMap(([, sections]) => sections);
const at = id => document.getElementById(id);

function link(section) {
  const count = store.overview && section.count?.();
  const current = section === store.section && "page";
  return h("li", { key: section.id }, h("a", { href: `#${section.id}`, "aria-current": current },
    icon(section.id), h("span", { class: "grow" }, section.title),
    count?.number > 0 && h("span", { class: "count" }, `${count.number} ${count.text}`)));
}

function account() {
  const all = organizations();
  if (all.length < 2) return all[0] && h("span", { class: "organization" }, all[0].name);
  const options = all.map(one => h("option", { value: one.slug, key: one.slug }, one.name));
  return h("label", null, h("span", { class: "hidden" }, "Organization"),
    h("select", { onchange: event => choose(event.target.value) }, options));
}

function clock() {
  const pause = () => {
    store.isPaused = !store.isPaused;
    if (store.isPaused) draw();
    else refresh();
  };
  const state = !store.isConnected ? "No response" : store.isPaused ? "Paused" : "Live";
  const tone = !store.isConnected ? "bad" : store.isPaused ? "plain" : "good";
  return [
    store.overview && h("time", { datetime: store.now, title: "The clock of the mock" }, fullTime(store.now)),
    h("span", { class: `chip ${tone}` }, state),
    h("button", { type: "button", class: "quiet small", onclick: pause, "aria-label": store.isPaused ? "Resume refresh" : "Pause refresh" },
      store.isPaused ? "Resume" : "Pause"),
  ];
}

/** What a mock without an organization shows instead of every section. */
function beginning() {
  const create = async ({ name }) => {
    const sentence = `${name} was created, with an access token. Create a product next.`;
    const response = await act(() => control("POST", "/organizations", { name }), sentence, "No organization was created");
    return response.ok;
  };
  return card("beginning", "Create an organization",
    h("p", { class: "muted" }, "This mock is empty. An organization sells products, and its access token is what your program needs. ",
      "To begin with data of your own, start the server with ", h("code", null, "--seed FILE"), "."),
    form("Create an organization", create, field("Name", input("name", { required: true, value: "Acme" })),
      h("button", { class: "primary" }, "Create")));
}

function draw() {
  const { section } = store;
  update(at("sections"), GROUPS.map(([name, sections]) => h("li", { key: name },
    h("p", { class: "group", id: `group-${name}` }, name), h("ul", { "aria-labelledby": `group-${name}` }, sections.map(link)))));
  update(at("account"), account());
  update(at("clock"), clock());
  at("menu").textContent = `Menu: ${section.title}`;
  at("title").textContent = section.title;
  document.title = `${section.title} · Offline Polar`;
  if (!store.overview) {
    update(at("section"), h("p", { class: "muted" }, store.isConnected ? "Loading…" : "The server does not respond."));
    return;
  }
  update(at("section"), organization() ? section.view() : beginning());
  update(at("panel"), panel());
}

function open() {
  const id = location.hash.slice(1);
  const section = SECTIONS.find(one => one.id === id) ?? (store.section ? null : seats);
  if (!section || section === store.section) return;
  const isFirst = !store.section;
  store.section = section;
  closeMenu();
  update(at("section"));
  draw();
  // The heading says where a click led, as a new page would.
  if (!isFirst) at("title").focus({ preventScroll: true });
  window.scrollTo(0, 0);
  refresh();
}

function closeMenu() {
  at("menu").setAttribute("aria-expanded", "false");
}

at("menu").onclick = () => {
  const isOpen = at("menu").getAttribute("aria-expanded") === "true";
  at("menu").setAttribute("aria-expanded", String(!isOpen));
};
at("skip").onclick = event => {
  event.preventDefault();
  at("main").focus();
};
onChange(draw);
addEventListener("hashchange", open);
addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  closeMenu();
  document.querySelectorAll(".float[open]").forEach(one => one.removeAttribute("open"));
});
addEventListener("visibilitychange", () => {
  if (!document.hidden && !store.isPaused) refresh();
});
open();
setInterval(() => {
  if (!store.isPaused && !document.hidden) refresh();
}, 2000);
