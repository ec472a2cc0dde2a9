// Links: an address that is pasted on chosen words, and a finder for own issues, articles and tags.

const tools = document.querySelector("#writing-tools");
const ADDRESS = /^(?:https?:\/\/|mailto:)[^\s<>]+$/i;
const DEBOUNCE = 120; // milliseconds
let asked;

for (const area of document.querySelectorAll("textarea[data-writing]")) {
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    find(area);
  });
  document.querySelector(`[aria-controls="${CSS.escape(area.id)}"] [data-link]`).addEventListener("click", () => find(area));
}
// Before what makes Markdown of pasted pages hears of it: browsers copy addresses with a title of their own.
document.addEventListener("paste", take, true);

function take(event) {
  const area = event.target;
  const address = event.clipboardData.getData("text/plain").trim();
  if (!area.matches("textarea[data-pasting]") || !ADDRESS.test(address)) return;
  const words = area.value.slice(area.selectionStart, area.selectionEnd);
  if (!words.trim() || words.includes("\n\n") || ADDRESS.test(words.trim())) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  link(area, words, address);
}

// `insertText` is the one way to change a text area that leaves the undo history whole.
function link(area, words, address) {
  const [, before, inside, after] = words.match(/^(\s*)(.*?)(\s*)$/s);
  const label = /\[[^\]]*\]\(/.test(inside) ? inside : inside.replaceAll(/(?<!\\)[[\]]/g, "\\$&");
  const target = address.replaceAll("(", "%28").replaceAll(")", "%29");
  area.focus();
  document.execCommand("insertText", false, `${before}[${label}](${target})${after}`);
}

function find(area) {
  const dialog = document.body.appendChild(tools.content.querySelector(".finder").cloneNode(true));
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const { selectionStart: start, selectionEnd: end } = area;
  const words = area.value.slice(start, end);
  const insert = (found) => {
    chosen = found;
    dialog.close();
  };
  let chosen;
  let waiting;
  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(() => look(input, list), DEBOUNCE);
  });
  input.addEventListener("compositionend", () => look(input, list));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) dialog.close(); // a search field would only be emptied
    step(event, input, list);
  });
  list.addEventListener("click", ({ target }) => insert(target.closest("[role=option]")));
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (ADDRESS.test(input.value.trim())) insert({ dataset: { title: input.value.trim(), address: input.value.trim() } });
    else insert(list.querySelector("[aria-selected=true]"));
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    area.focus();
    area.setSelectionRange(start, end);
    if (chosen) link(area, words || chosen.dataset.title, chosen.dataset.address);
  });
  input.value = words.includes("\n") ? "" : words.trim();
  dialog.showModal();
  input.select();
  look(input, list);
}

async function look(input, list) {
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams({ live: "", q: ADDRESS.test(input.value.trim()) ? "" : input.value });
  const answer = await fetch(`${tools.dataset.finder}?${query}`, { signal: asked.signal }).catch(() => Response.error());
  if (!answer.ok) return;
  const { results } = await answer.json();
  list.replaceChildren(...results.map(option));
  list.nextElementSibling.hidden = results.length > 0;
  choose(input, list, list.firstElementChild);
}

function option(place, index) {
  const line = document.createElement("li");
  Object.assign(line, { id: `finder-${index}`, role: "option" });
  Object.assign(line.dataset, { title: place.title, address: place.address });
  for (const [name, text] of Object.entries({ title: place.title, in: place.in, state: place.state })) {
    if (text) line.append(Object.assign(document.createElement("span"), { className: `finder-${name}`, textContent: text }), " ");
  }
  return line;
}

function step(event, input, list) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.isComposing || !list.children.length) return;
  event.preventDefault();
  const lines = [...list.children];
  const now = lines.findIndex((line) => line.ariaSelected === "true");
  choose(input, list, lines[(now + by + lines.length) % lines.length]);
}

function choose(input, list, line) {
  for (const other of list.children) other.ariaSelected = String(other === line);
  input.setAttribute("aria-activedescendant", line?.id ?? "");
  line?.scrollIntoView({ block: "nearest" });
}
