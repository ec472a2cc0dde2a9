// What is pasted with its formatting becomes Markdown, which the server makes. With Shift, and where the server does
// not answer, it is plain.

const MEANT = "h1, h2, h3, h4, h5, h6, a[href], li, blockquote, table, strong, b, em, i, s, del, sup, img, iframe, hr, p + p";
const LOOKS = /font-weight:\s*(?:bold|[6-9]00)|font-style:\s*italic|line-through/;
const CODE = /font-family:[^;"]*mono[^"]*white-space:\s*pre/i;
const PATIENCE = 20000;
const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
let isPlain = false;

document.addEventListener("keydown", (event) => (isPlain = event.shiftKey && event.key.toLowerCase() === "v"), true);
document.addEventListener("keyup", () => (isPlain = false), true);
// Before the text area itself hears of it: the clipboard may hold a picture of the same text too.
document.addEventListener("paste", take, true);

function take(event) {
  const area = event.target;
  const status = area.matches("[data-pasting]") && area.parentElement.querySelector(".pasting");
  const html = event.clipboardData.getData("text/html");
  const plain = event.clipboardData.getData("text/plain");
  if (!status || isPlain || !means(html, plain)) return;
  event.preventDefault();
  event.stopPropagation();
  convert(area, status, html, plain);
}

// Whether the HTML says more than the plain text. A picture alone is not for here, and code is plain.
function means(html, plain) {
  const bare = html.replaceAll(/<style\b[^]*?<\/style>/gi, "").replaceAll(/\sstyle=/gi, " data-style="); // no style is to apply
  const { body } = new DOMParser().parseFromString(bare, "text/html");
  const words = body.textContent.trim();
  const [only] = body.children;
  if (!words || CODE.test(html) || (body.childElementCount === 1 && only.tagName === "PRE")) return false;
  const meant = [...body.querySelectorAll(MEANT)].filter((element) => !/(?<![\w-])font-weight:\s*normal/.test(element.dataset.style));
  const isAddress = meant.length === 1 && meant[0].matches("a") && meant[0].textContent.trim() === plain.trim() && /^\w+:/.test(words);
  const looks = [...body.querySelectorAll("span[data-style]")].some((span) => LOOKS.test(span.dataset.style));
  return (meant.length > 0 && !isAddress) || looks;
}

async function convert(area, status, html, plain) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const place = { before: value.slice(0, start), chosen: value.slice(start, end), after: value.slice(end) };
  say(status, status.dataset.waiting);
  const answer = await ask(area, status, html);
  if (answer.markdown) insert(area, place, blocks(answer.markdown, place));
  else insert(area, place, plain);
  if (answer.markdown) say(status, status.dataset.done, answer.remarks);
  else say(status, status.dataset.plain, [answer.error ?? status.dataset.failed]);
}

async function ask(area, status, html) {
  const body = new FormData();
  body.append("html", new Blob([html]), "clipboard.html");
  const notes = [...area.value.matchAll(/\[\^(\d+)\]/g)].map((note) => Number(note[1]));
  body.append("first_note", Math.max(0, ...notes) + 1);
  const request = { method: "POST", headers: { "X-CSRFToken": token }, body, signal: AbortSignal.timeout(PATIENCE) };
  try {
    const response = await fetch(status.dataset.paste, request);
    return await response.json();
  } catch {
    return {}; // no answer, or the page to sign in
  }
}

// More than a line, and what begins with a sign of Markdown, stands in paragraphs of its own.
function blocks(markdown, { before, after }) {
  if (!/\n|^(?:#|>|[-+*] |\d+\. |\||!\[)/.test(markdown)) return markdown;
  const above = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return above + markdown + (after === "" ? "" : below);
}

// `insertText` is the one way to change a text area that leaves the undo history whole. What was typed in the
// meantime stays: beside it, where the place is found by what stood before or behind it.
function insert(area, { before, chosen, after }, text) {
  const { value, selectionStart, selectionEnd } = area;
  const focused = document.activeElement;
  let [start, end] = [selectionStart, selectionEnd];
  if (value === before + chosen + after) [start, end] = [before.length, before.length + chosen.length];
  else if (value.startsWith(before)) start = end = before.length;
  else if (value.endsWith(after)) start = end = value.length - after.length;
  area.focus();
  area.setSelectionRange(start, end);
  document.execCommand("insertText", false, text);
  if (value !== before + chosen + after && selectionStart >= start) {
    area.setSelectionRange(selectionStart + text.length, selectionEnd + text.length);
  }
  if (focused !== area) focused?.focus();
}

function say(status, words, remarks = []) {
  const lines = [words, ...remarks].map((line) => Object.assign(document.createElement("p"), { textContent: line }));
  status.replaceChildren(...lines);
}
