// The page as readers get it follows what is written beside it, made by the same renderer as theirs.

const DEBOUNCE = 120; // milliseconds
const MAIL_DEBOUNCE = 1500; // all of an issue is set for it
const beside = document.querySelector("[data-beside]");
const form = document.getElementById(beside?.dataset.form);
const frame = beside?.querySelector("iframe[data-page]");
const weight = beside?.querySelector("[data-weight]");
const areas = [...document.querySelectorAll("textarea[data-writing]")];
let asked;
let waiting;
let waitingForMail;

if (form) {
  beside.addEventListener("change", weigh);
  form.addEventListener("input", follow);
  form.addEventListener("compositionend", follow);
  django.jQuery(form).on("change", follow);
  for (const area of areas) area.addEventListener("scroll", () => beside.matches(":hover") || turnPage(area));
  begin();
}

function begin() {
  frame.contentDocument.open();
  frame.contentDocument.write("<!doctype html>"); // else it is set as pages were before there were standards
  frame.contentDocument.close();
  frame.contentDocument.addEventListener("click", visit);
  frame.contentDocument.addEventListener("scroll", () => beside.matches(":hover") && turnText());
  // Pictures and style sheets come later, and move what was in place.
  frame.contentDocument.addEventListener("load", () => areas.includes(document.activeElement) && turnPage(document.activeElement), true);
  follow({});
}

// In the middle of a composition the text is nobody's yet.
function follow(event) {
  clearTimeout(waiting);
  clearTimeout(waitingForMail);
  if (event.isComposing) return;
  waiting = setTimeout(ask, DEBOUNCE);
  if (weight) waitingForMail = setTimeout(weigh, MAIL_DEBOUNCE);
}

// The mail is loaded into a frame of its own, where it may bring its styles along.
async function weigh() {
  if (!weight) return;
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(`${beside.dataset.beside}&mail&live`, { method: "POST", body }).catch(() => Response.error());
  if (answer.ok && !answer.redirected) weight.innerHTML = (await answer.json()).weight;
  if (!beside.querySelector("[value=mail]:checked")) return;
  const button = beside.querySelector("[data-mail]");
  button.formTarget = "beside-mail";
  button.click();
  button.formTarget = "_blank";
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const request = { method: "POST", body: new URLSearchParams(new FormData(form)), signal: asked.signal };
  try {
    const response = await fetch(`${beside.dataset.beside}&live`, request);
    if (response.ok && !response.redirected) show(await response.json());
  } catch (error) {
    if (error.name !== "AbortError") console.warn(error); // it is asked again with the next letter
  }
}

function show({ page, length }) {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  mend(frame.contentDocument.documentElement, fresh.documentElement);
  beside.querySelector("[data-length]").textContent = length;
}

// Makes `old` like `fresh` and leaves alone what is the same, so that pictures do not flicker and nothing jumps.
function mend(old, fresh) {
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const name of fresh.getAttributeNames()) old.setAttribute(name, fresh.getAttribute(name));
  const [olds, news] = [[...old.childNodes], [...fresh.childNodes]];
  let after = null;
  while (olds.length && news.length && olds.at(-1).isEqualNode(news.at(-1))) [after] = [olds.pop(), news.pop()];
  while (olds.length && news.length && isAlike(olds[0], news[0])) mendNode(olds.shift(), news.shift());
  for (const node of olds) node.remove();
  for (const node of news) old.insertBefore(node, after);
}

function isAlike(old, fresh) {
  return old.isEqualNode(fresh) || (old.nodeType === Node.ELEMENT_NODE && old.nodeName === fresh.nodeName);
}

function mendNode(old, fresh) {
  if (!old.isEqualNode(fresh)) mend(old, fresh);
}

// Within the frame one only reads: what leads elsewhere opens beside the desk.
function visit(event) {
  const address = event.target.closest("a")?.getAttribute("href");
  if (!address) return;
  event.preventDefault();
  if (address.startsWith("#")) frame.contentDocument.getElementById(address.slice(1))?.scrollIntoView();
  else window.open(address, "_blank", "noopener");
}

// Text and page are at the same height where the same heading or picture stands, and proportionally between those.
function turnPage(area) {
  const most = area.scrollHeight - area.clientHeight;
  if (most < 1 || !texts()[areas.indexOf(area)]) return;
  const share = area.scrollTop / most;
  const page = frame.contentDocument.scrollingElement;
  const there = between(places(area), area.scrollTop + share * area.clientHeight, 0, 1);
  page.scrollTo({ top: there - share * page.clientHeight, behavior: "instant" });
}

function turnText() {
  const page = frame.contentDocument.scrollingElement;
  const share = page.scrollTop / Math.max(1, page.scrollHeight - page.clientHeight);
  const height = page.scrollTop + share * page.clientHeight;
  const area = areas.findLast((_, index) => texts()[index].getBoundingClientRect().top + page.scrollTop <= height) ?? areas[0];
  area.scrollTop = between(places(area), height, 1, 0) - share * area.clientHeight;
}

function between(pairs, height, from, to) {
  const next = Math.max(1, pairs.findIndex((pair) => pair[from] >= height));
  const [low, high] = [pairs[next - 1], pairs[next]];
  return low[to] + ((height - low[from]) / Math.max(1, high[from] - low[from])) * (high[to] - low[to]);
}

function texts() {
  return frame.contentDocument.querySelectorAll("main .text:not(.correction *, .part *)");
}

// Pairs of heights, in the text and on the page.
function places(area) {
  const index = areas.indexOf(area);
  const text = texts()[index];
  const { scrollTop: scrolled, scrollHeight } = frame.contentDocument.scrollingElement;
  const { top, bottom } = text.getBoundingClientRect();
  const seen = [...text.querySelectorAll(":is(h2, h3, h4, h5, h6):not(.question), figure")];
  const written = [...area.value.matchAll(/^(?:#{1,6} |\[?!\[|https?:\S+(?:youtu|vimeo)\S+$)/gm)].map((found) => found.index);
  const heights = written.length === seen.length ? measured(area, written) : [];
  const pairs = heights.map((height, index) => [height, seen[index].getBoundingClientRect().top + scrolled]);
  const end = index === areas.length - 1 ? scrollHeight : bottom + scrolled;
  return [[0, index && top + scrolled], ...pairs, [area.scrollHeight, end]]; // the first begins with its page
}

// How high the places in a text area are: a copy of it that ends there is as high.
const measures = new WeakMap();
function measured(area, ends) {
  const known = measures.get(area);
  if (known?.value === area.value && known.width === area.clientWidth) return known.heights;
  const copy = area.cloneNode();
  copy.className = "writing-measure";
  for (const name of ["id", "name", "aria-describedby"]) copy.removeAttribute(name);
  area.after(copy);
  const heights = ends.map((end) => ((copy.value = area.value.slice(0, end)), copy.scrollHeight));
  copy.remove();
  measures.set(area, { value: area.value, width: area.clientWidth, heights });
  return heights;
}
