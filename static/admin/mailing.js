// Keeps the progress of a dispatch up to date; when its state changes, the whole page is new, as its buttons are others.

const page = document.querySelector("[data-progress]");
const INTERVAL = 2000;

async function look() {
  const shown = page.querySelector("#progress");
  try {
    const response = await fetch(page.dataset.progress, { redirect: "error" });
    if (response.ok) {
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#progress");
      if (fresh.dataset.state !== shown.dataset.state) return location.reload();
      if (fresh.outerHTML !== shown.outerHTML && !shown.contains(document.activeElement)) shown.replaceWith(fresh);
    }
  } catch {
    // The server is away for a moment: what is shown stays, and the next look may succeed.
  }
  setTimeout(look, INTERVAL);
}

setTimeout(look, INTERVAL);
