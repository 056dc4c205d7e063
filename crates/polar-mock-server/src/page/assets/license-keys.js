// License keys: validates them as an application does, disables and enables them.

import { h } from "./dom.js";
import { nameOf, plural, timeElement } from "./format.js";
import { button, chip, empty, json, lines, list, listed, table } from "./parts.js";
import { act } from "./results.js";
import { organization, polar, store } from "./store.js";

export const licenseKeys = {
  id: "license-keys",
  title: "License keys",
  load: () => list("/v1/license-keys/"),
  view: () => [
    h("p", { class: "lead" }, "Each buyer of a product with a license key gets one."),
    listed(store.loaded["license-keys"], items => items.length > 0
      ? table("License keys", ["Key", "Customer", "Status", "Use", "Actions"], items.map(row))
      : empty("No license keys yet", h("a", { href: "#products" }, "Create a product"), " that comes with a license key, and buy it.")),
  ],
};

function row(license) {
  const { id, key, status, usage, limit_usage: limit, validations } = license;
  const about = `the license key of ${nameOf(license.customer)}`;
  const other = status === "granted" ? "disabled" : "granted";
  return {
    key: id,
    cells: [
      lines(h("code", { class: "address" }, key), ["Created ", timeElement(license.created_at)]),
      lines(nameOf(license.customer), license.customer?.name && license.customer.email),
      chip(status),
      lines(limit === null ? `${usage} used` : `${usage} of ${limit} used`, plural(validations, "validation")),
      h("div", { class: "buttons" },
        button("Validate", () => validate(license), { about, kind: "small primary" }),
        status !== "revoked" && button(other === "disabled" ? "Disable" : "Enable", () => set(license, other), { about, kind: "small" }),
        json(license, "JSON", about)),
    ],
  };
}

const validate = license => act(
  () => polar("POST", "/v1/license-keys/validate", { key: license.key, organization_id: organization().id }),
  `${license.display_key} is valid.`, `${license.display_key} is not valid`);

const set = (license, status) => act(() => polar("PATCH", `/v1/license-keys/${license.id}`, { status }),
  `${license.display_key} is ${status === "granted" ? "enabled" : "disabled"}.`, "The license key was not changed");
