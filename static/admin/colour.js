/* A picker beside a colour that can also be typed, and how well the colour can be read on the pages. */

const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

/* WCAG 2.2, as newsletter/colours.py reckons it */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light + 0.05) / (dark + 0.05)).toFixed(1);
}

for (const field of document.querySelectorAll("[data-papers]")) {
  const [light, dark] = field.dataset.papers.split(" ");
  const picker = Object.assign(document.createElement("input"), { type: "color", ariaLabel: field.dataset.picker });
  const said = document.createElement("output");
  const say = () => {
    if (!/^#[0-9a-f]{6}$/.test(field.value)) return;
    picker.value = field.value;
    said.textContent = field.dataset.contrast
      .replace("{light}", contrast(field.value, light))
      .replace("{dark}", contrast(field.value, dark));
  };
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", say);
  said.className = "quiet";
  field.after(picker, said);
  say();
}
