// A field for one picture: chosen in the dialog, shown beside its name, removed by a button.

for (const place of document.querySelectorAll(".picture-field")) {
  const [input, image] = [place.querySelector("input"), place.querySelector("img")];
  const [choose, remove] = place.querySelectorAll("button");
  choose.hidden = false;
  remove.hidden = !input.value;
  const put = ({ name, alt = "", thumbnail_url: address }) => {
    input.value = name;
    image.hidden = !address;
    Object.assign(image, { src: address ?? "", alt });
    for (const side of ["focusX", "focusY"]) delete image.dataset[side];
    remove.hidden = !name;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  choose.addEventListener("click", () => {
    document.dispatchEvent(new CustomEvent("desk:choose-picture", { detail: { done: put } }));
  });
  remove.addEventListener("click", () => {
    put({ name: "" });
    choose.focus();
  });
  // What is typed may name another one.
  input.addEventListener("input", () => (image.hidden = true));
}
