// The comment form: how much room is left, drafts that outlive the page, quoting what is selected, Ctrl+Enter.
// Without this file everything works; the server says the same, later.
const DRAFT = "draft:";
const stored = (() => { try { return window.localStorage; } catch { return {}; } })();

// What was sent has arrived: the page that says so carries data-sent.
if (document.querySelector("[data-sent]")) {
  for (const key of Object.keys(stored)) {
    if (key.startsWith(DRAFT) && JSON.parse(stored[key]).sent) delete stored[key];
  }
}

function count(form, text) {
  const counter = form.querySelector(".counter");
  const left = counter.dataset.most - [...text.value].length;
  counter.hidden = !text.value;
  counter.textContent = (left < 0 ? counter.dataset.over : counter.dataset.left).replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
  text.setCustomValidity(left < 0 ? counter.textContent : "");
}

function keepDraft(form, text) {
  const key = DRAFT + new URL(form.action).pathname + "#" + (form.elements.parent?.value ?? "");
  const note = form.querySelector(".restored");
  const keep = (sent) => {
    if (text.value.trim()) stored[key] = JSON.stringify({ text: text.value, sent });
    else delete stored[key];
  };
  if (stored[key]) {
    const draft = JSON.parse(stored[key]);
    if (!text.value) {
      text.value = draft.text;
      note.hidden = false;
    }
    stored[key] = JSON.stringify({ ...draft, sent: false });
  }
  note.querySelector("button").addEventListener("click", () => {
    text.value = "";
    text.dispatchEvent(new Event("input"));
    note.hidden = true;
    text.focus();
  });
  text.addEventListener("input", () => keep(false));
  form.addEventListener("submit", () => keep(true));
}

function quoteSelection(form, text) {
  const button = form.querySelector("[data-quote]");
  let selected = "";
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const from = selection.anchorNode?.parentElement;
    if (!from || from.closest("form")) return;
    selected = from.closest("main .text") ? selection.toString().trim() : "";
    button.hidden = !selected;
  });
  button.addEventListener("click", () => {
    const quote = selected.replace(/^/gm, "> ") + "\n\n";
    const before = text.value.slice(0, text.selectionStart).trimEnd();
    text.setRangeText((before && "\n\n") + quote, before.length, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input"));
    text.focus();
  });
}

for (const form of document.querySelectorAll("form.writing")) {
  const text = form.elements.body;
  if ("draft" in form.dataset) keepDraft(form, text);
  quoteSelection(form, text);
  text.addEventListener("input", () => count(form, text));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  count(form, text);
}
