// Checks of WCAG 2.2 that a program can make, on the page as it is drawn. Returns one sentence for each fault.
() => {
  const faults = [];
  const shown = (e) => {
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && Number(style.opacity) > 0;
  };
  const named = (e) => (e.getAttribute("aria-label") || e.textContent || e.title || "").trim()
    || (e.getAttribute("aria-labelledby") && document.getElementById(e.getAttribute("aria-labelledby"))?.textContent.trim());
  const say = (e, words) => faults.push(`${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}.${e.className}: ${words}`);

  if (!document.documentElement.lang) faults.push("the page has no language");
  if (!document.title) faults.push("the page has no title");
  if (document.querySelectorAll("main").length !== 1) faults.push("the page has not one main part");
  if (document.querySelectorAll("h1").length !== 1) faults.push("the page has not one h1");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, k) => ids.indexOf(id) !== k))) faults.push(`the id ${id} is there twice`);
  for (const e of document.querySelectorAll("img")) if (e.getAttribute("alt") === null) say(e, "no alternative text");
  for (const e of document.querySelectorAll("a[href], button")) if (shown(e) && !named(e) && e.getAttribute("aria-hidden") !== "true") say(e, "no name");
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!e.labels?.length && !e.getAttribute("aria-label")) say(e, "no label");
  }
  for (const e of document.querySelectorAll("[aria-hidden=true] a[href], a[href][aria-hidden=true]")) {
    if (e.tabIndex >= 0) say(e, "hidden from readers, but in the order of tabs");
  }
  for (const e of document.querySelectorAll("th")) if (!e.scope) say(e, "a head of a table without scope");
  for (const e of document.querySelectorAll("dialog")) if (!e.getAttribute("aria-labelledby")) say(e, "a dialog without a name");
  for (const e of document.querySelectorAll("button, .button, nav a")) {
    const box = e.getBoundingClientRect();
    if (shown(e) && (box.width < 24 || box.height < 24)) say(e, `a target of ${Math.round(box.width)}x${Math.round(box.height)} px`);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push("the page scrolls sideways");

  const rgba = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const over = (a, b) => a.slice(0, 3).map((v, k) => v * (a[3] ?? 1) + b[k] * (1 - (a[3] ?? 1)));
  const behind = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, layer) => (layer.length === 4 && layer[3] === 0 ? below : over(layer, below)), [255, 255, 255]);
  };
  const light = (c) => {
    const [r, g, b] = c.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !shown(e) || e.closest("dialog:not([open])") || e.disabled || e.closest("svg")) continue;
    const back = behind(e);
    const [a, b] = [light(over(rgba(getComputedStyle(e).color), back)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) say(e, `contrast ${ratio.toFixed(1)}: ${e.textContent.trim().slice(0, 30)}`);
  }
  return faults;
}
