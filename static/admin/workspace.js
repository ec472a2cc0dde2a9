// The contents of an issue: moved by dragging and by keys, added to, opened in place. Without this, the same buttons
// save the whole page, and titles lead to pages of their own.

const contents = document.querySelector("[data-contents]");
const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;

const say = (words) => void (contents.querySelector("[role=status]").textContent = words.replace(/\s+/g, " ").trim());
const lineOf = (element) => element.closest("[data-line]");

const pageOf = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");

// The page that answers, or undefined where the site does not; `isRefused` where something in it is to be mended.
async function ask(address, values) {
  const options = values && { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(values) };
  const response = await fetch(address, options).catch(() => null);
  if (response?.status === 409) return { isStale: true };
  const isOurs = response && [200, 400].includes(response.status) && !response.url.includes("/sign-in/");
  if (!isOurs) return say(contents.dataset.failed);
  return { page: await pageOf(response), isRefused: response.status === 400 };
}

// One after the other, however fast the keys are pressed.
let last = Promise.resolve();
const send = (values) => (last = last.then(() => sendNow(values)));

async function sendNow(values) {
  const answer = await ask(contents.dataset.contents, values);
  if (answer) show(answer.page);
  return answer;
}

// Puts in new lines where the old ones stood; what is open or ticked stays so, and the focus where it was.
function show(fresh) {
  const focused = document.activeElement;
  const [line, place] = [lineOf(focused)?.id, focused.dataset.control];
  const ticked = [...contents.querySelectorAll("[name=chosen]:checked")].map((box) => box.value);
  const open = contents.querySelector(".line-form");
  const openLine = open && lineOf(open).id;
  for (const group of fresh.querySelectorAll("[data-group]")) put(document.adoptNode(group));
  for (const value of ticked) contents.querySelector(`[name=chosen][value="${value}"]`)?.setAttribute("checked", "");
  if (open) document.getElementById(openLine)?.append(open);
  if (line && !open?.contains(focused)) document.getElementById(line)?.querySelector(`[data-control="${place}"]`)?.focus();
  say(fresh.querySelector("[role=status]").textContent);
}

function put(group) {
  const lines = group.querySelector("[data-section]");
  const old = contents.querySelector(`[data-section="${lines.dataset.section}"]`);
  if (old) old.replaceWith(lines);
  else [...contents.querySelectorAll("[data-group]")].at(-1).after(group);
  makeSortable(lines);
}

function makeSortable(lines) {
  Sortable.create(lines, {
    group: "contents",
    handle: ".line-grip",
    draggable: "[data-line]",
    forceFallback: true, // the same on all devices; it scrolls the page near its edges
    scrollSensitivity: 80,
    scrollSpeed: 14,
    onEnd: ({ item, to, newDraggableIndex }) =>
      send({ _move: item.dataset.line, section: to.dataset.section, place: newDraggableIndex + 1 }),
  });
}

function renumber({ target }) {
  if (target.matches(".line-number")) send({ [target.name]: target.value });
}

function press(event) {
  const button = event.target.closest("button");
  const title = event.target.closest(".line-title");
  const form = event.target.closest(".line-form");
  if (title && !contents.matches(".is-compact") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(title);
  } else if (button && ["_up", "_down"].includes(button.name)) {
    event.preventDefault();
    send({ [button.name]: button.value });
  } else if (button?.value === "close") {
    event.preventDefault();
    close(form);
  } else if (button?.name === "_add") {
    event.preventDefault();
    add();
  }
}

function key(event) {
  const line = lineOf(event.target);
  const isWriting = event.target.closest(".line-form");
  const button = { ArrowUp: "_up", ArrowDown: "_down" }[event.key];
  if (line && button && event.altKey && !isWriting) {
    event.preventDefault();
    send({ [button]: line.dataset.line });
  } else if (event.key === "Enter" && event.target.matches(".line-number")) {
    event.preventDefault();
    event.target.blur();
    event.target.focus();
  } else if (event.key === "Enter" && event.target.matches(".adding input")) {
    event.preventDefault();
    add();
  } else if (event.key === "Escape" && isWriting) {
    event.preventDefault();
    close(isWriting);
  }
}

// One line at a time: the next one is there as soon as the last is stored.
const shorten = (adding) => [...adding.querySelectorAll(".adding-line")].slice(1).forEach((line) => line.remove());

async function add() {
  const adding = contents.querySelector(".adding");
  if (adding.ariaBusy) return;
  adding.ariaBusy = "true";
  const fields = [...adding.querySelectorAll("[name]:not(button)")];
  const answer = await send([...fields.map((field) => [field.name, field.value]), ["_add", "1"]]);
  adding.ariaBusy = null;
  if (!answer) return;
  const next = document.adoptNode(answer.page.querySelector(".adding"));
  adding.replaceWith(next);
  if (!answer.isRefused) shorten(next);
  for (const { name, value } of fields.filter(({ name }) => /-(section_name|kind)$/.test(name))) {
    const field = next.querySelector(`[name="${name}"]`);
    if (field) field.value = value;
  }
  (next.querySelector(".errorlist ~ :is(input, textarea)") ?? next.querySelector("input:not([type=hidden])")).focus();
}

// An article opened in its line. It is saved by itself: what readers see, into its working copy.
async function open(title) {
  const line = lineOf(title);
  const there = contents.querySelector(".line-form");
  if (there && !(await close(there, { keep: true }))) return;
  if (there && lineOf(there) === line) return;
  const answer = await ask(`${title.href}?_line=1`);
  const form = answer?.page?.querySelector(".line-form");
  if (!form) return;
  const here = document.getElementById(line.id); // the lines may have been put in anew meanwhile
  here.append(document.adoptNode(form));
  here.querySelector(".line-title").setAttribute("aria-expanded", "true");
  form.dataset.saved = written(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    close(form, { keep: true });
  });
  form.addEventListener("input", later);
  document.dispatchEvent(new CustomEvent("desk:opened", { detail: form }));
  form.querySelector("input:not([type=hidden])").focus();
}

const written = (form) => new URLSearchParams([...new FormData(form)].filter(([name]) => name.startsWith("line-"))).toString();
const isDirty = (form) => written(form) !== form.dataset.saved;
const unsaved = () => [...contents.querySelectorAll(".line-form")].find(isDirty);

// However long somebody types without a pause; where the site does not answer, once more.
let waiting;
function later() {
  waiting ??= setTimeout(async () => {
    waiting = undefined;
    const form = unsaved();
    if (form && !(await save(form)) && !form.querySelector(".errorlist")) later();
  }, 4000);
}

// One after the other, as each save counts on the version that the last one left.
const save = (form) => (last = last.catch(() => {}).then(() => saveNow(form)));

// Whether it is stored; where it is not, what hinders it stands in the form.
async function saveNow(form) {
  if (!isDirty(form)) return true;
  const sent = written(form);
  const answer = await ask(form.action, new FormData(form));
  if (answer?.isStale) return showBoth(form);
  const fresh = answer?.page?.querySelector(".line-form");
  const note = form.querySelector(".line-status");
  if (!fresh) note.textContent = contents.dataset.failed;
  if (!fresh) return false;
  form.querySelectorAll(".errorlist, .errornote").forEach((list) => list.remove());
  for (const field of fresh.querySelectorAll(".contents-field:has(.errorlist)")) {
    const here = form.querySelector(`#${CSS.escape(field.querySelector("[id]:is(input, select, textarea)").id)}`);
    here.before(document.adoptNode(field.querySelector(".errorlist")));
  }
  note.textContent = fresh.querySelector(".line-status").textContent;
  const isRefused = fresh.querySelector(".errornote") !== null;
  if (isRefused) return false;
  for (const { name, value } of fresh.querySelectorAll("input[type=hidden]")) form.elements[name].value = value;
  form.dataset.saved = sent;
  return true;
}

// Somebody changed the same: a page asks what is to become of it.
function showBoth(form) {
  form.dataset.saved = written(form);
  form.submit();
}

// What was typed in a line goes along with its issue.
async function saveFirst(event) {
  const [form, open] = [event.currentTarget, unsaved()];
  if (event.target !== form || !open) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await save(open)) form.requestSubmit(event.submitter);
}

async function close(form, { keep = false } = {}) {
  if (keep ? !(await save(form)) : isDirty(form) && !confirm(form.dataset.ask)) return false;
  const line = lineOf(form);
  form.remove();
  const title = line.querySelector(".line-title");
  title.removeAttribute("aria-expanded");
  title.focus();
  await ask(contents.dataset.contents).then((answer) => answer && show(answer.page));
  return true;
}

if (contents) {
  contents.classList.add("is-lively");
  contents.addEventListener("click", press);
  contents.addEventListener("change", renumber);
  contents.addEventListener("keydown", key);
  contents.closest("form")?.addEventListener("submit", saveFirst, { capture: true });
  addEventListener("beforeunload", (event) => unsaved() && event.preventDefault());
  addEventListener("pagehide", () => unsaved() && navigator.sendBeacon(unsaved().action, new FormData(unsaved())));
  contents.querySelectorAll("[data-section]").forEach(makeSortable);
  contents.querySelectorAll(".adding").forEach(shorten);
}
