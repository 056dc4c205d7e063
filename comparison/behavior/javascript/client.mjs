// Makes the ten calls with the JavaScript SDK: `client.mjs BASE_URL`, or `--operations`, `--calls`, or
// `--claim BASE_URL`.
import { inspect } from "node:util";
import { createPolar } from "@polar-sh/sdk/2026-10";

const [argument, server] = process.argv.slice(2);
const polar = createPolar({ accessToken: "polar_oat_sample", baseUrl: server ?? argument });
const id = "6f4922f4-5568-461a-8cdf-4ad2299f6d23";

// `iter…` are the pages of a list, and no operations of their own.
const operations = (object) =>
  Object.entries(object).reduce((count, [name, value]) => {
    if (typeof value === "function") return count + (name.startsWith("iter") ? 0 : 1);
    return count + (value && typeof value === "object" ? operations(value) : 0);
  }, 0);

const calls = {
  "products.list": () => polar.products.list(),
  "products.get": () => polar.products.get(id),
  "checkouts.create": () => polar.checkouts.create({ products: [id] }),
  "checkouts.get": () => polar.checkouts.get(id),
  "customers.get_external": () => polar.customers.getExternal("ext-1"),
  "customers.get_state": () => polar.customers.getState(id),
  "subscriptions.list": () => polar.subscriptions.list(),
  "orders.list": () => polar.orders.list(),
  "license_keys.validate": () => polar.licenseKeys.validate({ key: "POLAR-1", organization_id: id }),
  "events.ingest": () =>
    polar.events.ingest({ events: [{ name: "call", external_customer_id: "42" }] }),
};

if (argument === "--operations") {
  console.log(operations(polar));
} else if (argument === "--claim") {
  console.log(inspect(await polar.customerSeats.claimSeat({ invitation_token: "sample" }), { depth: null }));
} else if (argument === "--calls") {
  console.log(polar.products.list.constructor.name === "AsyncFunction" ? "async" : "blocking");
} else {
  for (const [call, run] of Object.entries(calls)) {
    try {
      await run();
      console.log(`${call}\tvalue`);
    } catch (error) {
      console.log(`${call}\t${error.name}: ${error.message}`.replaceAll("\n", " "));
    }
  }
}
