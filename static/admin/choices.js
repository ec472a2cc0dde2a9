/* Fields with suggestions (select2) are named by the label of the field that they stand for. */

function name(select) {
  const box = select.nextElementSibling?.querySelector("[role=combobox]");
  const label = select.labels[0];
  for (const part of [box, box?.querySelector("[role=textbox]")]) {
    if (!part) continue;
    if (label) {
      label.id ||= `${select.id}-label`;
      const shown = part.querySelector("[role=textbox]");
      part.setAttribute("aria-labelledby", shown ? `${label.id} ${shown.id}` : label.id);
    } else {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", select.getAttribute("aria-label") ?? "");
    }
  }
}

const nameAll = () => document.querySelectorAll("select.select2-hidden-accessible").forEach(name);
// After the script that makes the fields, which waits for jQuery too; without it there are none.
window.django?.jQuery?.(nameAll);
document.addEventListener("formset:added", () => setTimeout(nameAll));
