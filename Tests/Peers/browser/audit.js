// Looks at the page that is shown and returns what is wrong with it, one line for each problem: names of controls,
// headings, landmarks, references, contrast, room.
const problems = [];
const report = (element, text) => problems.push(`${describe(element)}: ${text}`);

function describe(element) {
  if (!element) return "page";
  const place = [];
  for (let node = element; node && node !== document.body && place.length < 4; node = node.parentElement) {
    const classes = [...node.classList].slice(0, 2).map((name) => `.${name}`).join("");
    place.unshift(node.tagName.toLowerCase() + (node.getAttribute("id") ? `#${node.getAttribute("id")}` : classes));
  }
  const text = (element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
  return place.join(" > ") + (text ? ` “${text}”` : "");
}

function isShown(element) {
  if (!element.checkVisibility({ opacityProperty: false, visibilityProperty: true })) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
}

/// Hidden from sight, there for those who listen.
function isClipped(element) {
  for (let node = element; node; node = node.parentElement) {
    const style = getComputedStyle(node);
    if (style.clipPath.startsWith("inset(50%")) return true;
    if (parseFloat(style.opacity) === 0) return true;
    if (style.position === "absolute" && node.getBoundingClientRect().right < 0) return true;
  }
  return false;
}

// Document

if (!document.documentElement.lang) report(null, "has no lang");
if (!document.title.trim()) report(null, "has no title");
if (document.documentElement.scrollWidth > innerWidth) {
  report(null, `scrolls sideways: ${document.documentElement.scrollWidth} > ${innerWidth}`);
  const wide = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.right > innerWidth + 1 && isShown(element) && !isClipped(element);
  });
  for (const element of wide.slice(0, 5)) report(element, `ends at ${Math.round(element.getBoundingClientRect().right)}`);
}
const ids = new Map();
for (const element of document.querySelectorAll("[id]")) ids.set(element.id, (ids.get(element.id) ?? 0) + 1);
for (const [id, count] of ids) if (count > 1) report(null, `has ${count} elements with id ${id}`);

// Names

function ownText(element) {
  if (element.nodeType === Node.TEXT_NODE) return element.data;
  if (element.nodeType !== Node.ELEMENT_NODE || element.getAttribute("aria-hidden") === "true" || element.hidden) return "";
  if (element.tagName === "IMG") return element.alt;
  if (element.getAttribute("aria-label")) return element.getAttribute("aria-label");
  if (element.tagName === "svg") return element.querySelector("title")?.textContent ?? "";
  return [...element.childNodes].map(ownText).join(" ");
}

function accessibleName(element) {
  const labelledBy = element.getAttribute("aria-labelledby");
  if (labelledBy) return labelledBy.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const label = element.getAttribute("aria-label");
  if (label?.trim()) return label;
  if (element.labels?.length) return [...element.labels].map(ownText).join(" ");
  if (["INPUT", "SELECT", "TEXTAREA"].includes(element.tagName)) {
    return ["submit", "button"].includes(element.type) ? element.value : (element.title ?? "");
  }
  return ownText(element) || element.getAttribute("title") || "";
}

const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex]";
for (const element of document.querySelectorAll(controls)) {
  if (!isShown(element)) continue;
  // The button that the Enter key presses in a form of many, for nobody to see or reach.
  if (element.getAttribute("aria-hidden") === "true" && element.tabIndex < 0) continue;
  const isRegion = element.matches("main, pre, [role=region], dialog") || element.tagName === "DIV";
  if (!isRegion && !accessibleName(element).trim()) report(element, "has no accessible name");
  if (element.tabIndex > 0) report(element, "has a tabindex above 0");
  if (element.parentElement.closest("a[href], button")) report(element, "is a control inside of a control");
  if (element.matches("a[href^='javascript:' i]")) report(element, "runs script from its address");
}
for (const image of document.querySelectorAll("img:not([alt])")) report(image, "has no alt");
for (const drawing of document.querySelectorAll("svg")) {
  if (drawing.closest("[aria-hidden=true]") || drawing.parentElement.closest("svg")) continue;
  const name = drawing.getAttribute("aria-label") ?? drawing.getAttribute("aria-labelledby") ?? drawing.querySelector("title");
  if (drawing.getAttribute("role") !== "img" && drawing.getAttribute("role") !== "group") report(drawing, "is neither hidden nor an image");
  else if (!name) report(drawing, "is an image without a name");
}
for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls", "for", "list"]) {
  for (const element of document.querySelectorAll(`[${attribute}]`)) {
    for (const id of element.getAttribute(attribute).split(/\s+/)) {
      if (id && !document.getElementById(id)) report(element, `${attribute} names ${id}, which is not there`);
    }
  }
}

// Structure

const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(isShown);
if (headings.filter((heading) => heading.tagName === "H1").length !== 1) {
  report(null, `has ${headings.filter((heading) => heading.tagName === "H1").length} first-level headings`);
}
let level = 0;
for (const heading of headings) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1) report(heading, `is of level ${own} after level ${level}`);
  if (!heading.textContent.trim()) report(heading, "is empty");
  level = own;
}
if (document.querySelectorAll("main").length !== 1) report(null, "does not have one main");
if (document.querySelectorAll("body > header").length !== 1) report(null, "does not have one header");
const landmarks = new Set();
for (const nav of document.querySelectorAll("nav")) {
  const name = accessibleName(nav).trim();
  if (!nav.getAttribute("aria-label") && !nav.getAttribute("aria-labelledby")) report(nav, "is a nav without a label");
  if (landmarks.has(name) && isShown(nav)) report(nav, `has the label of another nav: ${name}`);
  landmarks.add(name);
}
for (const element of document.body.children) {
  if (!element.matches("header, main, footer, nav, script, dialog, .skip") && isShown(element)) report(element, "is outside of the landmarks");
}
for (const list of document.querySelectorAll("ul, ol")) {
  for (const child of list.children) if (!child.matches("li, script, template")) report(child, "is in a list but no item");
}
for (const list of document.querySelectorAll("dl")) {
  for (const child of list.children) if (!child.matches("dt, dd, div")) report(child, "is in a dl but no dt, dd or div");
}
for (const table of document.querySelectorAll("table")) {
  const label = table.caption?.textContent.trim() || table.getAttribute("aria-label") || table.closest("[role=region][aria-label]");
  if (!label) report(table, "is a table without a caption");
  if (!table.querySelector("th")) report(table, "is a table without headings");
  for (const heading of table.querySelectorAll("th:not([scope])")) report(heading, "is a heading without a scope");
}
for (const group of document.querySelectorAll("fieldset")) {
  if (!group.querySelector(":scope > legend") && !group.getAttribute("aria-label")) report(group, "is a fieldset without a legend");
}
for (const element of document.querySelectorAll("body *")) {
  const style = getComputedStyle(element);
  const scrolls = /auto|scroll/.test(style.overflowY + style.overflowX)
    && (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1);
  if (!scrolls || !isShown(element) || element.matches("textarea, select, input")) continue;
  if (element.tabIndex < 0 && !element.querySelector("a[href], button, input, [tabindex]")) report(element, "scrolls but takes no focus");
}
for (const element of document.querySelectorAll("button, .button, summary, input, select")) {
  if (!isShown(element) || isClipped(element)) continue;
  const box = element.getBoundingClientRect();
  // A box to tick may be small, for its label can be clicked too and there is room around it.
  if (element.matches("[type=checkbox], [type=radio]")) continue;
  const isInline = element.matches("summary, .sort, .copy");
  if (!isInline && (box.height < 20 || box.width < 20)) report(element, `is small: ${Math.round(box.width)} × ${Math.round(box.height)}`);
}

// Contrast

const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const pen = canvas.getContext("2d", { willReadFrequently: true });
const colours = new Map();

/// A colour of any notation as red, green, blue (0–255) and alpha (0–1).
function colour(text) {
  if (!colours.has(text)) {
    const numbers = text.match(/^rgba?\(([\d.]+),\s*([\d.]+),\s*([\d.]+)(?:,\s*([\d.]+))?\)$/);
    if (numbers) {
      colours.set(text, [Number(numbers[1]), Number(numbers[2]), Number(numbers[3]), numbers[4] === undefined ? 1 : Number(numbers[4])]);
    } else {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = text;
      pen.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
      colours.set(text, [red, green, blue, alpha / 255]);
    }
  }
  return colours.get(text);
}

function over(top, bottom) {
  const alpha = top[3];
  return [0, 1, 2].map((index) => top[index] * alpha + bottom[index] * (1 - alpha)).concat(1);
}

function ground(element) {
  const layers = [];
  for (let node = element; node; node = node.parentElement) {
    const layer = colour(getComputedStyle(node).backgroundColor);
    if (layer[3] > 0) layers.push(layer);
    if (layer[3] === 1) break;
  }
  const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
  let result = dark ? [18, 18, 18, 1] : [255, 255, 255, 1];
  for (const layer of layers.reverse()) result = over(layer, result);
  return result;
}

function luminance(parts) {
  const [red, green, blue] = parts.slice(0, 3).map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function opacity(element) {
  let result = 1;
  for (let node = element; node; node = node.parentElement) result *= parseFloat(getComputedStyle(node).opacity);
  return result;
}

const seen = new Set();
function checkContrast(element, text, style = getComputedStyle(element)) {
  if (element.closest(":disabled, [aria-disabled=true], [aria-hidden=true]") || !isShown(element) || isClipped(element)) return;
  const isDrawing = element instanceof SVGElement;
  let background = ground(element);
  if (isDrawing) {
    // What is drawn behind the text: the rectangle of the same group, if there is one.
    const shape = element.parentElement.querySelector(":scope > rect");
    const fill = shape ? getComputedStyle(shape).fill : "none";
    if (fill !== "none") background = over(colour(fill), background);
  }
  const paint = colour(isDrawing ? style.fill : style.color);
  const front = over([paint[0], paint[1], paint[2], paint[3] * opacity(element)], background);
  const [light, dark] = [luminance(front), luminance(background)].sort((left, right) => right - left);
  const ratio = (light + 0.05) / (dark + 0.05);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio >= (isLarge ? 3 : 4.5)) return;
  const line = `contrast of ${ratio.toFixed(2)} (${front.slice(0, 3).map(Math.round)} on ${background.slice(0, 3).map(Math.round)})`;
  const key = `${element.tagName} ${element.className} ${line}`;
  if (!seen.has(key)) report(element, `${line}: ${text.slice(0, 30)}`);
  seen.add(key);
}

const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = texts.nextNode(); node; node = texts.nextNode()) {
  const text = node.data.trim();
  if (text && !node.parentElement.matches("script, style, option, title")) checkContrast(node.parentElement, text);
}
for (const field of document.querySelectorAll("input, select, textarea")) {
  if (["hidden", "checkbox", "radio"].includes(field.type)) continue;
  checkContrast(field, field.value || "value");
  if (field.placeholder && !field.value) checkContrast(field, field.placeholder, getComputedStyle(field, "::placeholder"));
}
return problems;
