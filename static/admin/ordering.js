// Lines of a table that have a place can be dragged; without this, their numbers do the same.

for (const body of document.querySelectorAll(".inline-group tbody")) {
  if (!body.querySelector("[name$=-position]")) continue;
  body.classList.add("is-draggable");
  Sortable.create(body, { handle: ".original", draggable: ".form-row", filter: ".empty-form", onEnd: drop });
}

function drop({ to }) {
  const lines = [...to.querySelectorAll(".form-row:not(.empty-form)")].filter(isFilled);
  lines.forEach((line, index) => (line.querySelector("[name$=-position]").value = index + 1));
}

// An empty line at the end of the table is no line yet: a number would make it one.
function isFilled(line) {
  return line.classList.contains("has_original") || line.querySelector("td:not(.original) :is(input, select)").value;
}
