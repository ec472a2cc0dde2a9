// Keeps what is typed, a few seconds behind, on the server and in this browser; says so, and who else has the form open.

const place = document.querySelector("[data-keeps]");
const form = document.getElementById(place.dataset.keeps);
const shown = document.querySelector("[data-kept]:not([data-keeps])");
const address = `${location.pathname}kept/`;
const ours = `kept ${place.dataset.user} ${location.pathname} `;
const DAYS_KEPT = 30;
const ages = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "narrow" });

// Scripts fill in fields as the page opens: what counts is what stood there when the person first did something.
let before, keptAt, isSending = false, seenAt = Date.now();
const texts = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
const remember = () => (before ??= String(texts()));
document.addEventListener("desk:saved", ({ detail }) => detail.isAllSaved && ([before, keptAt] = [String(texts()), undefined]));
for (const gesture of ["pointerdown", "keydown", "paste", "drop"]) addEventListener(gesture, remember, { capture: true });

bringBack();
setInterval(keep, 4000);
setInterval(tell, 1000);
addEventListener("pagehide", () => {
  if (hasChanged()) navigator.sendBeacon(address, note());
});

function hasChanged() {
  return before !== undefined && String(texts()) !== before;
}

// A copy in the browser, where it lets us. Returns what was typed.
function note() {
  const words = texts();
  inBrowser(() => localStorage.setItem(ours + words.get("_window"), `${Date.now()} ${words}`));
  return words;
}

async function keep() {
  const isNew = hasChanged();
  if (isSending || (!isNew && Date.now() - seenAt < 30_000)) return;
  isSending = true;
  seenAt = Date.now();
  const words = isNew ? note() : texts();
  if (!isNew) words.set("_seen", "1");
  const answer = await send(words);
  isSending = false;
  const isDone = answer.status === 204;
  if (isDone) rename();
  else if (answer.ok) show(await answer.json());
  if (answer.ok && !isDone && isNew) [before, keptAt] = [String(words), Date.now()];
  if (!answer.ok && isNew) complain();
}

function send(words) {
  return fetch(address, { method: "POST", body: words }).catch(() => Response.error());
}

// The form was saved and came back by the browser's own way: what is typed from now on is something new.
function rename() {
  const letters = crypto.getRandomValues(new Uint8Array(16));
  form.elements._window.value = [...letters].map((letter) => (letter % 36).toString(36)).join("");
}

function show({ present, is_signed_in }) {
  const others = place.querySelector("[data-present]");
  if (is_signed_in && others.innerHTML !== present) others.innerHTML = present;
  place.querySelector("[data-out]").hidden = is_signed_in;
  place.querySelector("[data-lost]").hidden = true;
}

function complain() {
  keptAt = undefined;
  place.querySelector("[data-lost]").hidden = false;
}

function tell() {
  if (keptAt) shown.textContent = place.dataset.kept.replace("{age}", ages.format(Math.round((keptAt - Date.now()) / 1000), "second"));
}

// What another window left in this browser goes to the server, which offers it if it was not saved since.
async function bringBack() {
  const names = inBrowser(() => Object.keys(localStorage).filter((name) => name.startsWith("kept "))) ?? [];
  let isNew = false;
  for (const name of names) {
    const [at, words] = inBrowser(() => localStorage.getItem(name)).split(" ");
    const isOld = Date.now() - at > DAYS_KEPT * 86_400_000;
    if (!isOld && (!name.startsWith(ours) || name.endsWith(form.elements._window.value))) continue;
    const left = new URLSearchParams(words);
    left.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = isOld ? { ok: true, status: 204 } : await send(left);
    if (answer.ok) inBrowser(() => localStorage.removeItem(name));
    isNew ||= answer.ok && answer.status !== 204;
  }
  if (isNew) await offer();
}

async function offer() {
  const page = await (await fetch(location.pathname)).text();
  const offers = new DOMParser().parseFromString(page, "text/html").querySelector("[data-offers]");
  if (offers) place.querySelector("[data-offers]").replaceWith(offers);
}

function inBrowser(act) {
  try {
    return act();
  } catch {
    // It keeps nothing: the server does.
  }
}
