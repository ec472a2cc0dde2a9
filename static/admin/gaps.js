// A picture can be dropped anywhere on its place in the preview of a document, and is shown there once it is chosen.

for (const gap of document.querySelectorAll("[data-gap]")) {
  const field = gap.querySelector("input[type=file]");
  const image = gap.appendChild(new Image());
  image.alt = "";
  image.hidden = true;
  field.addEventListener("change", () => look(field, image));
  for (const kind of ["dragenter", "dragover"]) gap.addEventListener(kind, (event) => invite(event, gap));
  for (const kind of ["dragleave", "drop"]) gap.addEventListener(kind, () => gap.classList.remove("is-over"));
  gap.addEventListener("drop", (event) => take(event, field));
}

// A file that misses its place must not take the page, and all that was typed there, away.
document.addEventListener("dragover", holdFiles);
document.addEventListener("drop", holdFiles);

function holdFiles(event) {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
}

function invite(event, gap) {
  event.preventDefault();
  gap.classList.add("is-over");
}

function take(event, field) {
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  field.files = event.dataTransfer.files;
  field.dispatchEvent(new Event("change"));
}

function look(field, image) {
  const [file] = field.files;
  image.hidden = !file;
  if (file) image.src = URL.createObjectURL(file);
}
