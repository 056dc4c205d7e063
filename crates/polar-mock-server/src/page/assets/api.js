// Requests to the server, and what their responses mean.

/** Sends a request. A response that does not arrive has the status 0. */
export async function request(method, path, body) {
  const sent = { method, headers: {} };
  if (body !== undefined) {
    sent.headers["content-type"] = "application/json";
    sent.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, sent);
    return { method, path, status: response.status, ok: response.ok, body: parsed(await response.text()) };
  } catch {
    return { method, path, status: 0, ok: false, body: null };
  }
}

function parsed(text) {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Sends a request to a control path of the mock. */
export const control = (method, path, body) => request(method, `/_mock${path}`, body);

/** Returns the reason why a request failed. */
export function reason({ status, body }) {
  if (status === 0) return "the server did not respond, and the request may have been carried out.";
  const detail = body?.detail;
  const text = Array.isArray(detail) ? detail.map(invalidField).join("; ") : detail;
  return typeof text === "string" ? ended(text) : `the response was ${status}.`;
}

function invalidField({ loc, msg }) {
  const field = (loc ?? []).filter(part => part !== "body" && part !== "query").join(".");
  return field ? `${field}: ${msg}` : msg;
}

const ended = text => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Returns the URL if it is safe for a link: not one that runs code. */
export function safeUrl(text) {
  try {
    const url = new URL(text, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
