// The icons of the sections: lines on a grid of 20 by 20.

const SVG = "http://www.w3.org/2000/svg";

/** Builds an icon, which is decoration: the text beside it has the meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

const PATHS = {
  seats: "M7.5 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2 16.500a5.5 5.5 0 0 1 11 0M13.2 3.800a3 3 0 0 1 0 5.400M15.5 12.200a5.5 5.5 0 0 1 2.5 4.3",
  mails: "M2.5 4.500h15v11h-15zM3 5l7 6 7-6",
  products: "M10 2.500l6.5 3.500v8L10 17.5 3.5 14V6zM3.5 6L10 9.5 16.5 6M10 9.500v8",
  checkouts: "M2 3.500h2.300L6.5 13h8.300l2-6.500H5M7.5 16.500h.01M14 16.500h.01",
  orders: "M4.5 2.500h11v15l-2.2-1.5-1.7 1.500L10 16l-1.6 1.500L6.7 16l-2.2 1.500zM7.5 7h5M7.5 10.500h5",
  subscriptions: "M16.5 8.500A6.8 6.8 0 0 0 4.3 6M3.5 11.500A6.8 6.8 0 0 0 15.7 14M4 2.800V6.200h3.400M16 17.200v-3.400h-3.4",
  customers: "M10 9.500a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.400M4 16.900a6 6 0 0 1 12 0",
  "license-keys": "M6.5 14a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.600M10.2 10.200H18v3M14.5 10.200v2.3",
  usage: "M3 17h14M5.5 14V9.500M10 14V4M14.5 14V7",
  webhooks: "M11 2.500L4.5 11.500H9.500L9 17.5 15.5 8.500H10.500z",
  clock: "M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15M10 5.800V10l2.8 1.8",
  failures: "M10 3L18 16.500H2zM10 8.200v3.600M10 14.200h.01",
  connect: "M8 12a3.3 3.3 0 0 0 4.7 0l2.8-2.800a3.3 3.3 0 0 0-4.7-4.700L9.7 5.600M12 8a3.3 3.3 0 0 0-4.7 0l-2.8 2.800a3.3 3.3 0 0 0 4.7 4.700l1.1-1.1",
};
