// The comment form: how much room is left, drafts that outlive the page, quoting what is selected, Ctrl+Enter.
// Without this file everything works; the server says the same, later.
const DRAFT = "draft:";
const [stored, own] = (() => { try { return [window.localStorage, window.sessionStorage]; } catch { return [{}, {}]; } })();
const named = nameTab(own.tab);

// Each tab has a name, and holds a lock of that name as long as it lives: what one began that is gone is up for taking.
// A tab that was duplicated comes with the other's name, which is taken.
async function nameTab(name = Math.random().toString(36).slice(2)) {
  const isFree = !navigator.locks || await new Promise((resolve) => {
    navigator.locks.request(DRAFT + name, { ifAvailable: true }, (lock) => {
      resolve(lock);
      return lock && new Promise(() => {});
    });
  });
  return isFree ? own.tab = name : nameTab();
}

async function takeOver(place, key) {
  const living = (await navigator.locks?.query())?.held.map((lock) => lock.name) ?? [];
  const left = Object.keys(stored).find((found) => {
    return found.startsWith(DRAFT) && found.endsWith(place) && !living.includes(found.slice(0, -place.length));
  });
  if (!left) return;
  stored[key] = stored[left];
  delete stored[left];
}

// What this tab sent has arrived: the page that says so carries data-sent.
if (document.querySelector("[data-sent]")) {
  const sent = `${DRAFT}${await named}/`;
  for (const key of Object.keys(stored)) {
    if (key.startsWith(sent) && JSON.parse(stored[key]).sent) delete stored[key];
  }
}

function count(form, text) {
  const counter = form.querySelector(".counter");
  const left = counter.dataset.most - [...text.value].length;
  counter.hidden = !text.value;
  counter.textContent = (left < 0 ? counter.dataset.over : counter.dataset.left).replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
  text.setCustomValidity(left < 0 ? counter.textContent : "");
}

async function keepDraft(form, text) {
  const place = new URL(form.action).pathname + "#" + (form.elements.parent?.value ?? "");
  const note = form.querySelector(".restored");
  const keep = async (sent) => {
    const key = DRAFT + await named + place;
    if (text.value.trim()) stored[key] = JSON.stringify({ text: text.value, sent });
    else delete stored[key];
  };
  note.querySelector("button").addEventListener("click", () => {
    text.value = "";
    text.dispatchEvent(new Event("input"));
    note.hidden = true;
    text.focus();
  });
  text.addEventListener("input", () => keep(false));
  form.addEventListener("submit", () => keep(true));

  const key = DRAFT + await named + place;
  if (!stored[key]) await takeOver(place, key);
  if (!stored[key]) return;
  const draft = JSON.parse(stored[key]);
  if (!text.value) {
    text.value = draft.text;
    note.hidden = false;
    count(form, text);
  }
  stored[key] = JSON.stringify({ ...draft, sent: false });
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
