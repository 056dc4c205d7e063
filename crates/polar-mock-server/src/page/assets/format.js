// Writes times, amounts and names as people read them.

import { h } from "./dom.js";
import { store } from "./store.js";

const FULL = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC",
});
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

export const fullTime = time => `${FULL.format(new Date(time))} UTC`;
export const day = time => DAY.format(new Date(time));

/** A time relative to the clock of the mock, such as "in 23 hours". */
export function relative(time) {
  const seconds = (Date.parse(time) - Date.parse(store.now)) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return RELATIVE.format(Math.trunc(seconds / length), unit);
  }
  return Math.abs(seconds) < 10 ? "just now" : RELATIVE.format(Math.trunc(seconds), "second");
}

/** The same as an element, with the full time as its title. */
export function timeElement(time) {
  return time ? h("time", { datetime: time, title: fullTime(time) }, relative(time)) : null;
}

export function money(amount, currency = "usd") {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** What a product costs, such as "$20.00 per seat per month". */
export function price(product) {
  const every = product.is_recurring ? period(product) : "";
  const texts = (product.prices ?? []).map(one => {
    switch (one.amount_type) {
      case "fixed": return one.price_amount === 0 ? "Free" : money(one.price_amount, one.price_currency) + (every && ` per ${every}`);
      case "seat_based": {
        const tier = one.seat_tiers?.tiers?.[0];
        return `${money(tier?.price_per_seat ?? 0, one.price_currency)} per seat${every && ` per ${every}`}`;
      }
      case "custom": return "The buyer chooses the amount";
      case "metered_unit": return "By usage";
      default: return "Free";
    }
  });
  return texts.join(", ") || "No price";
}

/** The interval of a product or subscription, such as "month" or "3 months". */
export function period({ recurring_interval: unit, recurring_interval_count: count }) {
  return count > 1 ? `${count} ${unit}s` : unit;
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** A value of the API as words: "payment_failed" becomes "Payment failed". */
export function words(value) {
  const text = String(value ?? "").replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The name of a customer, otherwise the email address. */
export const nameOf = customer => customer?.name || customer?.email || customer?.external_id || "Unknown customer";
