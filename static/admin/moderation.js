// A key for each thing to do with a comment: a approves, r goes to the reason (Enter there rejects), s marks as spam,
// n skips, u takes the last decision back. Each presses a button that is on the page.

const form = document.querySelector("#decision");
const button = (...names) => names.map((name) => form.querySelector(`button[value="${name}"]`)).find(Boolean);
const keys = {
  a: () => button("accept", "keep", "approve")?.click(),
  s: () => button("spam")?.click(),
  n: () => button("skip")?.click(),
  r: () => form.elements.reason.focus(),
  u: () => document.querySelector("#last button")?.click(),
};

if (form) {
  // Somebody else was faster: what is decided next has to be meant for the comment as it is now.
  const changed = form.querySelector(".changed");
  const awake = (isAwake) => {
    form.querySelector(".keys").hidden = !isAwake;
    if (changed) changed.hidden = isAwake;
  };
  awake(!changed);
  changed?.querySelector("button").addEventListener("click", (event) => {
    event.currentTarget.blur(); // a key pressed at once is meant for the comment, not for a button that is gone
    awake(true);
  });
  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.closest("input, textarea, select, button, a");
    const isMeant = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && (!changed || changed.hidden);
    if (isWriting || !isMeant || !(event.key in keys)) return;
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
