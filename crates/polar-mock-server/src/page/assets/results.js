// Sends the request of a button, and shows the result as a sentence.

import { reason } from "./api.js";
import { h, update } from "./dom.js";
import { refresh } from "./store.js";

/**
 * Waits for a response, and shows the sentence for it.
 * @param call sends the request
 * @param done the sentence, or a function of the body that returns it
 * @param failed what was not done, such as "No seat was assigned"
 */
export async function act(call, done, failed) {
  const response = await call();
  const sentence = typeof done === "function" && response.ok ? done(response.body) : done;
  if (response.ok) show("Done", "good", sentence, response);
  else show(response.status === 501 ? "Not available" : "Failed", "bad", `${failed}: ${reason(response)}`, response);
  refresh();
  return response;
}

/** Shows a sentence, with the response collapsed. */
export function show(label, tone, sentence, response) {
  const place = document.getElementById("result");
  place.hidden = false;
  // A new key closes the JSON of the result before.
  update(place, h("div", { key: `result-${Date.now()}`, class: "result-body" },
    h("p", null, h("span", { class: `chip ${tone}` }, label), " ", sentence),
    response && h("details", null,
      h("summary", null, `Response: ${response.status || "none"}`),
      h("pre", { tabindex: "0" }, `${response.method} ${response.path}\n\n${JSON.stringify(response.body, null, 2)}`)),
    h("button", { type: "button", class: "quiet small", onclick: dismiss }, "Dismiss")));
  // Screen readers announce only the sentence.
  document.getElementById("announcement").textContent = `${label}. ${sentence}`;
}

function dismiss() {
  const place = document.getElementById("result");
  place.hidden = true;
  update(place);
  document.getElementById("main").focus({ preventScroll: true });
}

/** Copies a text, if the browser allows it. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    show("Done", "good", `${what} copied.`);
  } catch {
    show("Failed", "bad", `The browser does not allow copying: select the text of ${what.toLowerCase()} instead.`);
  }
}
