// A picture that is dropped on a text, pasted into it or chosen by its button is stored and put where the cursor is.

const tools = document.querySelector("#writing-tools");
const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;

for (const area of document.querySelectorAll("textarea[data-writing]")) {
  area.addEventListener("drop", (event) => take(event, event.dataTransfer, area));
  area.addEventListener("paste", (event) => take(event, event.clipboardData, area));
  document
    .querySelector(`[aria-controls="${CSS.escape(area.id)}"] [data-picture]`)
    .addEventListener("click", () => ask(area));
}

function take(event, carried, area) {
  const file = [...carried.files].find((candidate) => candidate.type.startsWith("image/"));
  if (!file) return;
  event.preventDefault();
  ask(area, carried);
}

function ask(area, carried) {
  const dialog = document.body.appendChild(tools.content.querySelector("dialog").cloneNode(true));
  const form = dialog.querySelector("form");
  form.elements.file.addEventListener("change", () => look(form));
  if (carried) {
    form.elements.file.files = carried.files;
    look(form);
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter.value !== "add") return;
    event.preventDefault();
    send(form, area, dialog);
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

function look(form) {
  const [file] = form.elements.file.files;
  const image = form.querySelector("img");
  image.hidden = !file;
  if (file) image.src = URL.createObjectURL(file);
}

async function send(form, area, dialog) {
  const request = { method: "POST", headers: { "X-CSRFToken": token }, body: new FormData(form) };
  const response = await fetch(tools.dataset.upload, request);
  const answer = await response.json();
  if (!response.ok) {
    form.querySelector("[role=alert]").textContent = Object.values(answer.errors).flat().join(" ");
    return;
  }
  dialog.close();
  insert(area, `![${answer.alt.replaceAll(/[[\]]/g, "")}](picture:${answer.name})`);
}

// A picture is a paragraph of its own.
function insert(area, text) {
  const before = area.value.slice(0, area.selectionStart);
  const gap = before === "" || before.endsWith("\n\n") ? "" : "\n\n";
  area.focus();
  document.execCommand("insertText", false, `${gap}${text}\n\n`);
}
