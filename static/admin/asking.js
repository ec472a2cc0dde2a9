// What the dialogs about pictures ask of the site, and what they say where it does not answer.

const tools = document.querySelector("#picture-tools");

export function open(name) {
  const dialog = document.body.appendChild(tools.content.querySelector(name).cloneNode(true));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return dialog;
}

// What is under an open dialog cannot be written in: `act` comes when it has gone.
export function close(dialog, act) {
  dialog.addEventListener("close", act);
  dialog.close();
}

export function say(dialog, word = "") {
  const trouble = dialog.querySelector(".picture-trouble");
  trouble.hidden = !word;
  trouble.querySelector("p").textContent = word && tools.dataset[word];
  trouble.querySelector("a").hidden = word !== "signedOut";
}

// Pictures to choose from; nothing where the dialog had to say why there are none. Whoever signed in again meanwhile has
// a new token: it goes into every form of the page.
export async function find(dialog, wanted = {}, signal = null) {
  const response = await answer(dialog, wanted, signal);
  if (!response) return null;
  const found = document.createElement("div");
  found.innerHTML = response;
  const fresh = found.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = fresh;
  say(dialog);
  return found;
}

async function answer(dialog, wanted, signal) {
  try {
    const response = await fetch(`${tools.dataset.choose}?${new URLSearchParams(wanted)}`, { redirect: "manual", signal });
    if (response.ok) return await response.text();
    say(dialog, response.type === "opaqueredirect" ? "signedOut" : "noAnswer");
  } catch (error) {
    if (error.name !== "AbortError") say(dialog, "noAnswer");
  }
  return "";
}
