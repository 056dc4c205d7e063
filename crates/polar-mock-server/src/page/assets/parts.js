// The parts that sections consist of: chips, tables, forms and empty states.

import { reason } from "./api.js";
import { h } from "./dom.js";
import { words } from "./format.js";
import { polar } from "./store.js";

const TONES = {
  good: ["active", "paid", "succeeded", "claimed", "delivered", "granted", "confirmed"],
  warn: ["pending", "open", "trialing", "past_due", "partially_refunded", "canceling"],
  bad: ["failed", "expired", "revoked", "unpaid", "declined", "disabled"],
};

/** A status as a colored label. The color only repeats what the text says. */
export function chip(status, text = words(status)) {
  const tone = Object.keys(TONES).find(one => TONES[one].includes(status)) ?? "plain";
  return h("span", { class: `chip ${tone}` }, text);
}

/** A button. `about` completes its name for screen readers, as in "Revoke the seat of ann@acme.com". */
export function button(text, onclick, { about, kind = "", ...rest } = {}) {
  const properties = { type: "button", class: kind, onclick, "aria-label": about && `${text} ${about}`, ...rest };
  return h("button", properties, text);
}

/** A labeled field. */
export function field(label, control, hint) {
  return h("label", { class: "field" }, h("span", { class: "label" }, label), control, hint && h("span", { class: "hint" }, hint));
}

export const input = (name, properties) => h("input", { name, type: "text", autocomplete: "off", ...properties });

export function select(name, options, properties) {
  const entries = options.map(one => (Array.isArray(one) ? one : [one, one]));
  return h("select", { name, ...properties }, entries.map(([value, text]) => h("option", { value, key: value }, text)));
}

export function checkbox(name, label, properties) {
  return h("label", { class: "check" }, h("input", { type: "checkbox", name, ...properties }), h("span", null, label));
}

/** A form whose values are passed to a function; a result of true clears them, but nothing that was typed since. */
export function form(name, submit, ...children) {
  const onsubmit = async event => {
    event.preventDefault();
    const { elements } = event.currentTarget;
    const values = Object.fromEntries(new FormData(event.currentTarget));
    if (!await submit(values)) return;
    for (const one of elements) {
      if (one.type === "checkbox") one.checked = one.defaultChecked;
      else if (one.tagName === "INPUT" && one.value === values[one.name]) one.value = one.defaultValue;
    }
  };
  return h("form", { key: `form-${name}`, "aria-label": name, onsubmit }, children);
}

/** A table that becomes a list of cards on a narrow screen. Rows are { key, cells }, the cells in the order of the columns. */
export function table(label, columns, rows) {
  return h("div", { class: "table-box" },
    h("table", { role: "table", "aria-label": label },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
        columns.map(name => h("th", { role: "columnheader", scope: "col", class: name === "Actions" && "actions" }, name)))),
      h("tbody", { role: "rowgroup" }, rows.map(row => h("tr", { role: "row", key: row.key },
        row.cells.map((cell, index) => h("td", {
          role: "cell", "data-label": columns[index], class: columns[index] === "Actions" && "actions",
        }, cell)))))));
}

/** Two lines in a cell: what it is, and more about it. */
export const lines = (first, second) => [line("first", first), second && line("second", second)];

/** Addresses and ids are long words, which may break anywhere. */
const line = (name, text) => h("span", { class: typeof text === "string" && text.includes("@") ? `${name} address` : name }, text);

/** An object as JSON, collapsed; in a table it opens above the rows. */
export function json(value, summary = "JSON", about) {
  return h("details", { class: "json float" },
    h("summary", { "aria-label": about && `${summary} of ${about}` }, summary),
    h("pre", { tabindex: "0" }, JSON.stringify(value, null, 2)));
}

export function empty(title, ...more) {
  return h("div", { class: "empty" }, h("p", { class: "first" }, title), more.length ? h("p", { class: "muted" }, more) : null);
}

export function card(key, title, ...children) {
  return h("section", { class: "card", key, "aria-label": title }, title && h("h2", null, title), children);
}

/** Reads a list of the API. */
export async function list(path) {
  const response = await polar("GET", `${path}${path.includes("?") ? "&" : "?"}limit=100`);
  return response.ok
    ? { items: response.body.items, total: response.body.pagination?.total_count ?? response.body.items.length }
    : { response };
}

/** Shows a list that was loaded, or why there is none. */
export function listed(loaded, show) {
  if (!loaded) return h("p", { class: "muted" }, "Loading…");
  if (loaded.items) {
    const rest = loaded.total - loaded.items.length;
    return [show(loaded.items), rest > 0 && h("p", { class: "muted" }, `The list shows 100 of ${loaded.total}.`)];
  }
  return unavailable(loaded.response);
}

/** Shows why a section cannot be shown. */
export function unavailable(response) {
  return response.status === 501
    ? empty("Not available in this offline Polar", `The response was 501: ${reason(response)}`)
    : empty("This could not be read", `Polar responded: ${reason(response)}`);
}
