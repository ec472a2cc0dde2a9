// Ctrl+S saves and stays: without leaving the page where the form of the answer is the same, so that cursor and undo
// are kept; by the button where it is not, or something is wrong. Then the cursor goes back to its place.

const PLACE = "desk:place";
const LONGEST = 60_000; // milliseconds that a page may take to come back
const stay = document.querySelector(".desk-bar [name=_continue]") ?? document.querySelector(".desk-bar [name=_save]");
const form = stay?.form;
let field;
let isSaving = false;

if (form) {
  form.addEventListener("focusin", ({ target }) => (field = target));
  form.addEventListener("submit", ({ submitter }) => submitter === stay && keepPlace());
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    const other = document.activeElement.form;
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (other && other !== form) other.requestSubmit();
    else save();
  });
  goBack();
}

async function save() {
  if (isSaving) return;
  isSaving = true;
  const said = new FormData(form, stay);
  const answer = await fetch(form.action, { method: "POST", body: said }).catch(() => Response.error());
  const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
  isSaving = false;
  const fresh = answer.redirected && page.getElementById(form.id);
  if (!fresh) return stay.click(); // it says what is wrong, or where one signs in
  if (new URL(answer.url).pathname !== location.pathname || names(fresh) !== names(form)) return comeBack(answer.url);
  const isAllSaved = String(texts(new FormData(form, stay))) === String(texts(said));
  for (const control of fresh.elements) renew(control, said);
  for (const part of ["h1", ".state", "[data-kept]"]) {
    document.querySelector(`.desk-bar ${part}`)?.replaceChildren(...(page.querySelector(`.desk-bar ${part}`)?.childNodes ?? []));
  }
  tell(page.querySelector(".messagelist"));
  document.dispatchEvent(new CustomEvent("desk:saved", { detail: { isAllSaved } }));
}

function texts(data) {
  return new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
}

function names(of) {
  return [...new FormData(of).keys()].sort().join();
}

// What the server filled in or counts on, unless somebody has gone on typing there.
function renew(control, said) {
  const old = form.elements[control.name];
  if (old?.tagName === "INPUT" && !/^(?:checkbox|radio|file)$/.test(old.type) && old.value === said.get(control.name)) old.value = control.value;
}

function tell(messages) {
  document.querySelector(".messagelist")?.remove();
  messages?.setAttribute("role", "status");
  if (messages) document.querySelector("#content").before(messages);
}

function comeBack(address) {
  keepPlace();
  document.dispatchEvent(new CustomEvent("desk:saved", { detail: { isAllSaved: true } }));
  location.assign(address);
}

function keepPlace() {
  const { id, selectionStart, selectionEnd, scrollTop } = field ?? {};
  const place = { at: Date.now(), id, selectionStart, selectionEnd, scrollTop, scrollY };
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  } catch {
    // without storage one begins at the top
  }
}

function goBack() {
  let place;
  try {
    place = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
  } catch {
    return begin();
  }
  const there = place && Date.now() - place.at < LONGEST && document.getElementById(place.id);
  if (!there) return begin();
  there.focus({ preventScroll: true });
  if (place.selectionStart != null) there.setSelectionRange(place.selectionStart, place.selectionEnd);
  there.scrollTop = place.scrollTop;
  scrollTo({ top: place.scrollY, behavior: "instant" });
}

// On a new page the first field has the cursor, not the bar above it.
function begin() {
  if (location.pathname.endsWith("/add/")) [...form.elements].find((each) => each.offsetParent && each.matches("input, select, textarea"))?.focus();
}
