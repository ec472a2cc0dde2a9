// Buttons and keys for Markdown in a plain text area. Undo, spelling and input methods stay the browser's own.

const tools = document.querySelector("#writing-tools");

const equip = (place) => place.querySelectorAll("textarea[data-writing]").forEach(addBar);

function addBar(area) {
  const bar = tools.content.querySelector(".writing-bar").cloneNode(true);
  bar.setAttribute("aria-controls", area.id);
  area.before(bar);
  bar.addEventListener("click", (event) => apply(event.target.closest("button"), area));
  bar.addEventListener("keydown", walk);
  for (const control of controls(bar).slice(1)) control.tabIndex = -1;
  area.addEventListener("keydown", (event) => {
    const button = (event.ctrlKey || event.metaKey) && bar.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    apply(button, area);
  });
}

function controls(bar) {
  return [...bar.querySelectorAll("button, a")];
}

// A toolbar is one stop of the Tab key; arrows lead through it.
function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = controls(event.currentTarget);
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  for (const control of all) control.tabIndex = control === next ? 0 : -1;
  next.focus();
}

function apply(button, area) {
  if (button?.dataset.wrap) wrap(area, button.dataset.wrap);
  if (button?.dataset.line) markLines(area, button.dataset.line);
  if (button && "footnote" in button.dataset) addFootnote(area);
}

// `insertText` is the one way to change a text area that leaves the undo history whole.
function replace(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  document.execCommand("insertText", false, text);
}

function wrap(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  const isWrapped = value.slice(0, start).endsWith(mark) && value.slice(end).startsWith(mark);
  if (isWrapped) replace(area, start - mark.length, end + mark.length, chosen);
  else replace(area, start, end, mark + chosen + mark);
  const shift = isWrapped ? -mark.length : mark.length;
  area.setSelectionRange(start + shift, end + shift);
}

function markLines(area, mark) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const newline = area.value.indexOf("\n", area.selectionEnd);
  const end = newline < 0 ? area.value.length : newline;
  const lines = area.value.slice(start, end).split("\n");
  const marks = lines.map((_, index) => (mark === "1. " ? `${index + 1}. ` : mark));
  const isMarked = lines.every((line, index) => line.startsWith(marks[index]));
  const changed = lines.map((line, index) => (isMarked ? line.slice(marks[index].length) : marks[index] + line)).join("\n");
  replace(area, start, end, changed);
  area.setSelectionRange(start, start + changed.length);
}

function addFootnote(area) {
  const numbers = [...area.value.matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
  const number = Math.max(0, ...numbers) + 1;
  replace(area, area.selectionEnd, area.selectionEnd, `[^${number}]`);
  replace(area, area.value.length, area.value.length, `\n\n[^${number}]: `);
}

equip(document);
document.addEventListener("desk:opened", ({ detail }) => equip(detail));
