// Builds elements, and brings the elements of the page up to date without losing focus, input or scroll position.

/** Builds an element. Handlers begin with "on"; all texts are inserted as text. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element[name] = value;
    else if (name === "key") element.dataset.key = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...nodes(children));
  return element;
}

/** Makes the children of an element equal to these: those with a key by their key, others by their place. */
export function update(parent, ...children) {
  const wanted = nodes(children);
  const keys = new Set(wanted.map(keyOf).filter(Boolean));
  const keyed = new Map();
  for (const node of parent.childNodes) if (keyOf(node)) keyed.set(keyOf(node), node);
  let place = parent.firstChild;
  for (const next of wanted) {
    // An element that is gone must not make those after it move, since moving loses the focus.
    while (place && keyOf(place) && !keys.has(keyOf(place))) place = removed(place);
    const key = keyOf(next);
    const old = key ? keyed.get(key) : place;
    if (old && keyOf(old) === key && old.nodeName === next.nodeName) {
      if (old === place) place = place.nextSibling;
      else parent.insertBefore(old, place);
      change(old, next);
    } else {
      parent.insertBefore(next, place);
    }
  }
  while (place) place = removed(place);
}

function change(old, next) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    // Whether a part is open is for the reader to decide.
    if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value && name !== "open") old.setAttribute(name, value);
  }
  for (const handler of HANDLERS) if (old[handler] !== next[handler]) old[handler] = next[handler];
  update(old, ...next.childNodes);
}

function removed(node) {
  const rest = node.nextSibling;
  node.remove();
  return rest;
}

function nodes(children) {
  const all = [];
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    all.push(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return all;
}

const keyOf = node => node.dataset?.key;

const HANDLERS = ["onclick", "onsubmit", "onchange", "oninput", "ontoggle"];
