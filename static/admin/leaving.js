// Asks before words that are not saved are left behind.

const form = document.querySelector("#content-main form");
// Where a line stands, and where the next one is to go, are no words.
const isPlace = (name) => /^(place-.*|chosen|do|issue)$|-(section_name|kind)$/.test(name);
const written = () => new URLSearchParams([...new FormData(form)].filter(([name]) => !isPlace(name))).toString();

// Django's own scripts fill in fields as the page opens, so what counts is what stood there when the person first
// did something; a browser asks nobody who did nothing. What a refused form shows has not been saved either.
let before;
const remember = () => (before ??= form.querySelector(".errornote") ? "" : written());
for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, remember, { capture: true });
let isSaving = false;

form.addEventListener("submit", ({ submitter }) => (isSaving = !submitter?.formTarget)); // a preview saves nothing
document.addEventListener("desk:saved", ({ detail }) => detail.isAllSaved && (before = written()));
addEventListener("beforeunload", (event) => {
  if (!isSaving && before !== undefined && written() !== before) event.preventDefault();
});
