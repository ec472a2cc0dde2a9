// Three keys for a comment: a approves, r goes to the reason (Enter there rejects), s marks as spam.
// Each presses a button that is on the page.

const form = document.querySelector("#decision");
const button = (...names) => names.map((name) => form.querySelector(`button[value="${name}"]`)).find(Boolean);
const keys = {
  a: () => button("accept", "keep", "approve")?.click(),
  s: () => button("spam")?.click(),
  r: () => form.elements.reason.focus(),
};

if (form) {
  form.querySelector(".keys").hidden = false;
  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.closest("input, textarea, select, button, a");
    if (isWriting || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  // Enter in the reason or beside it means what stands there, not the first button of the form.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.closest("select, input")) return;
    event.preventDefault();
    button("refuse", "reject")?.click();
  });
}
