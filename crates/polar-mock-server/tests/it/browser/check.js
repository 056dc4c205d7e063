function () {
  const problems = [];
  const isShown = element => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const nameOf = element => (element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "").trim();
  const shown = selector => [...document.querySelectorAll(selector)].filter(isShown);
  for (const one of shown("a, button, input, select, summary, form, table, section")) {
    if (!nameOf(one)) problems.push(`no name: ${one.outerHTML.slice(0, 120)}`);
    // The name that is heard begins with the text that is seen.
    const label = one.getAttribute("aria-label");
    const text = one.innerText?.trim();
    if (label && text && ["A", "BUTTON", "SUMMARY"].includes(one.tagName) && !label.startsWith(text) && one.innerText.length < 40 && !label.includes(text)) {
      problems.push(`"${text}" is named "${label}"`);
    }
  }
  const headings = shown("h1, h2, h3").map(one => Number(one.tagName[1]));
  if (headings.filter(level => level === 1).length !== 1) problems.push(`headings: ${headings}`);
  for (const [index, level] of headings.entries()) {
    if (index > 0 && level > headings[index - 1] + 1) problems.push(`a heading of level ${level} follows ${headings[index - 1]}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`id ${id} is used twice`);
  for (const one of document.querySelectorAll("[tabindex]")) if (one.tabIndex > 0) problems.push(`tabindex of ${one.outerHTML.slice(0, 80)}`);
  for (const one of shown("button, a.button, nav a, summary")) {
    const { width, height } = one.getBoundingClientRect();
    if (height < 24 || width < 24) problems.push(`small target, ${width} by ${height}: ${nameOf(one)}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.nodeValue.trim() || !isShown(element) || element.closest(".hidden, .skip")) continue;
    const ratio = contrast(color(getComputedStyle(element).color), background(element));
    if (ratio < 4.5) problems.push(`contrast ${ratio.toFixed(2)}: ${texts.currentNode.nodeValue.slice(0, 60)}`);
  }
  for (const one of shown("input, select, button:not(.quiet)")) {
    const ratio = contrast(color(getComputedStyle(one).borderTopColor), background(one.parentElement));
    if (ratio < 3) problems.push(`border ${ratio.toFixed(2)}: ${nameOf(one)}`);
  }
  return problems.slice(0, 8);

  function background(element) {
    for (let at = element; at; at = at.parentElement) {
      const value = color(getComputedStyle(at).backgroundColor);
      if (value[3] !== 0) return value;
    }
    return [255, 255, 255, 1];
  }
  function color(text) {
    const context = document.createElement("canvas").getContext("2d");
    if (/^rgba\(.*, 0\)$/.test(text) || text === "transparent") return [0, 0, 0, 0];
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  }
  function luminance([red, green, blue]) {
    const [r, g, b] = [red, green, blue].map(part => part / 255).map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function contrast(one, other) {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  }
}
