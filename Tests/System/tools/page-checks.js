// SPDX-License-Identifier: MIT
// What every page of the program has to keep, as far as a browser can tell; evaluates to a list of complaints.
(() => {
  const complaints = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const named = (element) => {
    const words = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName}${element.id ? " id=" + element.id : ""}> "${words}"`;
  };

  if (!/^(en|sv)$/.test(document.documentElement.lang)) complaints.push("html has no lang of en or sv");
  if (!document.title.trim()) complaints.push("no title");
  if (document.characterSet !== "UTF-8") complaints.push("not UTF-8: " + document.characterSet);
  if (document.compatMode !== "CSS1Compat") complaints.push("quirks mode");
  if (all("main").length !== 1) complaints.push("not exactly one main");

  const headings = all("h1,h2,h3,h4,h5,h6");
  if (headings.filter((heading) => heading.localName === "h1").length !== 1) complaints.push("not exactly one h1");
  let level = 0;
  for (const heading of headings) {
    const next = Number(heading.localName[1]);
    if (next > level + 1) complaints.push(`heading skips a level: ${named(heading)}`);
    if (!heading.textContent.trim()) complaints.push(`heading without words: ${named(heading)}`);
    level = next;
  }

  const ids = new Set();
  for (const element of all("[id]")) {
    if (ids.has(element.id)) complaints.push("id twice: " + element.id);
    ids.add(element.id);
  }
  for (const element of all("[aria-labelledby]")) {
    for (const id of element.getAttribute("aria-labelledby").split(/\s+/)) {
      if (!document.getElementById(id)) complaints.push(`aria-labelledby names nothing: ${id}`);
    }
  }
  for (const svg of all("svg")) {
    if (svg.closest("[aria-hidden=true]")) continue;
    const title = svg.querySelector(":scope > title");
    if (!title || !title.textContent.trim()) complaints.push("svg without title: " + named(svg));
    if (svg.getAttribute("role") !== "img") complaints.push("svg without role img: " + named(svg));
  }
  for (const table of all("table")) {
    if (!table.caption || !table.caption.textContent.trim()) complaints.push("table without caption: " + named(table));
    if (!table.querySelector("th")) complaints.push("table without header cell: " + named(table));
    for (const head of table.querySelectorAll("th")) {
      if (!head.scope) complaints.push("th without scope: " + named(head));
    }
  }

  // Wider than the screen: by the document as a whole, and by element, with what scrolls by itself left aside.
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    complaints.push(`the page is ${document.documentElement.scrollWidth} pixels wide on a screen of ${width}`);
  }
  const scrolls = (element) => {
    for (let box = element; box; box = box.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowX)) return true;
    }
    return false;
  };
  for (const element of all("body *")) {
    if (!shown(element) || element.closest("defs,title,desc")) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > width + 0.5 || box.left < -0.5) && !scrolls(element)) {
      complaints.push(`beyond the edge (${Math.round(box.left)}…${Math.round(box.right)} of ${width}): ${named(element)}`);
    }
    const style = getComputedStyle(element);
    if (/auto|scroll/.test(style.overflowX) && element.scrollWidth > element.clientWidth && element.tabIndex < 0) {
      complaints.push("scrolls, but not by keyboard: " + named(element));
    }
  }

  // Letters: none below 12 pixels as they are seen, and each stands out from what it stands on.
  const luminance = ([red, green, blue]) => {
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
  };
  const colour = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const ratio = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    for (let box = element; box; box = box.parentElement) {
      const parts = colour(getComputedStyle(box).backgroundColor);
      if (parts.length === 3 || parts[3] === 1) return parts;
    }
    return [255, 255, 255];
  };
  window.leastContrast = 21;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || seen.has(element) || !shown(element) || element.closest("title,desc,.unseen")) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const inDrawing = element instanceof SVGElement;
    const scale = inDrawing && element.getScreenCTM ? Math.abs(element.getScreenCTM().d) : 1;
    const size = parseFloat(style.fontSize) * scale;
    if (size < 11.99) complaints.push(`letters of ${size.toFixed(1)} pixels: ${named(element)}`);
    // Letters on a coloured shape of a drawing are checked by the palette's own test.
    if (inDrawing && element.classList.contains("sign")) continue;
    const found = ratio(colour(inDrawing ? style.fill : style.color), ground(element));
    window.leastContrast = Math.min(window.leastContrast, found);
    if (found < 4.495) complaints.push(`contrast ${found.toFixed(2)} to 1: ${named(element)}`);
  }
  return complaints;
})()
