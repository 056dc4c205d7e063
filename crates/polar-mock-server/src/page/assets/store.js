// The state of the mock that the page has loaded, and how it is refreshed.

import { control, request } from "./api.js";

export const store = {
  /** The time of the mock. */
  now: new Date().toISOString(),
  /** Organizations, mails, events and faults; null before the first response. */
  overview: null,
  deliveries: [],
  /** The slug of the organization that is shown. */
  slug: null,
  /** The section that is shown. */
  section: null,
  /** What each section has loaded. */
  loaded: {},
  isPaused: false,
  isConnected: true,
};

const listeners = [];

/** Calls this function after each change. */
export const onChange = listener => listeners.push(listener);
export const changed = () => listeners.forEach(listener => listener());

export const organizations = () => store.overview?.state.organizations ?? [];
export const organization = () => organizations().find(one => one.slug === store.slug) ?? organizations()[0];

/** Sends a request of Polar's API for the organization, which no rate limit or fault affects. */
export const polar = (method, path, body) => request(method, `/_mock/as/${organization()?.slug}${path}`, body);

let newest = 0;

/** Reads the mock again. A response that arrives after that of a later request is ignored. */
export async function refresh() {
  const number = ++newest;
  const { section } = store;
  const [overview, deliveries] = await Promise.all([control("GET", "/overview?newest=200"), control("GET", "/deliveries")]);
  if (number !== newest) return;
  store.isConnected = overview.ok;
  if (overview.ok) {
    store.overview = overview.body;
    store.now = overview.body.now;
  }
  if (deliveries.ok) store.deliveries = deliveries.body;
  const loaded = overview.ok && section?.load && organization() ? await section.load() : undefined;
  if (number !== newest) return;
  if (loaded !== undefined) store.loaded[section.id] = loaded;
  changed();
}

/** Shows another organization. */
export function choose(slug) {
  store.slug = slug;
  store.loaded = {};
  refresh();
}
