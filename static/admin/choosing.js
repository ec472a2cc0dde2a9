// A dialog to choose a picture in. Who wants one sends `desk:choose-picture` with `done`, which is told of the picture:
// `name`, `alt`, `markdown`, `thumbnail_url`. It is told of each, where `several` new ones are welcome.

import { close, find, open } from "./asking.js";

document.addEventListener("desk:choose-picture", ({ detail }) => choose(detail));

function choose({ several = false, done }) {
  const dialog = open(".picture-chooser");
  const { q: words, new: files } = dialog.querySelector("form").elements;
  let waiting;
  const show = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => list(dialog, { q: words.value }), 200);
  };
  words.addEventListener("input", show);
  dialog.addEventListener("submit", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => move(event, dialog));
  dialog.addEventListener("click", ({ target }) => {
    const picture = target.closest("[role=option]");
    const page = target.closest("[data-page]")?.dataset.page;
    if (page) list(dialog, { q: words.value, page });
    if (picture) close(dialog, () => done({ ...picture.dataset }));
    if (target.closest("[data-close]")) dialog.close();
  });
  if (files) {
    files.multiple = several;
    files.addEventListener("change", () => {
      const detail = { files: files.files, several, done };
      close(dialog, () => document.dispatchEvent(new CustomEvent("desk:add-pictures", { detail })));
    });
  }
  list(dialog, {});
}

let last;
async function list(dialog, wanted) {
  last?.abort();
  last = new AbortController();
  const found = await find(dialog, wanted, last.signal);
  if (!found) return;
  const isInside = dialog.querySelector(".picture-found").contains(document.activeElement);
  dialog.querySelector(".picture-found").replaceChildren(...found.children);
  if (isInside) dialog.querySelector("[role=option]")?.focus();
}

// Arrows go from picture to picture, from the search too; a row has as many as stand at one height.
function move(event, dialog) {
  const options = [...dialog.querySelectorAll("[role=option]")];
  const place = options.indexOf(document.activeElement);
  const isSearching = event.target.matches("[name=q]");
  if (isSearching && event.key === "Enter") event.preventDefault();
  if (!options.length || (place < 0 && !(isSearching && ["ArrowDown", "Enter"].includes(event.key)))) return;
  const row = options.filter((option) => option.offsetTop === options[0].offsetTop).length;
  const ahead = getComputedStyle(dialog).direction === "rtl" ? -1 : 1;
  const steps = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: row, ArrowUp: -row, Home: -place, End: options.length - 1 - place };
  if (place >= 0 && !(event.key in steps)) return;
  event.preventDefault();
  const next = options[place < 0 ? 0 : place + steps[event.key]];
  if (!next && event.key === "ArrowUp") dialog.querySelector("[name=q]").focus();
  if (!next) return;
  for (const option of options) option.tabIndex = option === next ? 0 : -1;
  next.focus();
}
