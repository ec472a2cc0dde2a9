// Keeps the progress of a dispatch up to date; when its state changes, the whole page is new, as its buttons are others.

const page = document.querySelector("[data-progress]");
const INTERVAL = 2000;

function renew(fresh, id) {
  const [shown, wanted] = [document, fresh].map((where) => where.getElementById(id));
  if (shown.outerHTML !== wanted.outerHTML && !shown.contains(document.activeElement)) shown.replaceWith(wanted);
}

async function look() {
  try {
    const response = await fetch(page.dataset.progress, { redirect: "error" });
    if (response.ok) {
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      const [before, now] = [document, fresh].map((where) => where.getElementById("progress").dataset.state);
      if (before !== now) return location.reload();
      renew(fresh, "progress");
      renew(fresh, "troubles");
    }
  } catch {
    // The server is away for a moment: what is shown stays, and the next look may succeed.
  }
  setTimeout(look, INTERVAL);
}

setTimeout(look, INTERVAL);
