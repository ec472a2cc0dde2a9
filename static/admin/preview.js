// Shows beside a text area what readers will get of it, made by the same renderer.

const tools = document.querySelector("#writing-tools");
const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;

for (const area of document.querySelectorAll("textarea[data-writing]")) {
  const panel = tools.content.querySelector(".writing-preview").cloneNode(true);
  area.after(panel);
  let waiting;
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    if (!panel.hidden) waiting = setTimeout(() => show(area, panel), 400);
  });
  document.querySelector(`[aria-controls="${CSS.escape(area.id)}"] [data-preview]`).addEventListener("click", (event) => {
    panel.hidden = !panel.hidden;
    event.currentTarget.setAttribute("aria-pressed", String(!panel.hidden));
    if (!panel.hidden) show(area, panel);
  });
}

async function show(area, panel) {
  const text = area.value;
  const response = await fetch(tools.dataset.preview, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ text }),
  });
  if (response.ok && text === area.value) panel.innerHTML = await response.text();
}
