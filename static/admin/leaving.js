// Asks before words that are not saved are left behind.

const form = document.querySelector("#content-main form");
const written = () => new URLSearchParams(new FormData(form)).toString();

// What a refused form shows has not been saved either. Django's own scripts fill in some fields as the page opens.
let before;
setTimeout(() => (before = form.querySelector(".errornote") ? "" : written()));
let isSaving = false;

form.addEventListener("submit", () => (isSaving = true));
addEventListener("beforeunload", (event) => {
  if (!isSaving && written() !== before) event.preventDefault();
});
