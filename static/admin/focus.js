// Sets the crop focus of a picture by a click on it, and shows what stays in view.

const room = document.querySelector(".picture-focus-room");
const [across, down] = ["x", "y"].map((side) => document.querySelector(`#id_focus_${side}`));

if (room && across && down) {
  const hint = document.querySelector("[data-click]");
  hint.hidden = false;
  room.classList.add("can-click");
  room.addEventListener("click", ({ clientX, clientY }) => {
    const { left, top, width, height } = room.getBoundingClientRect();
    set(across, (clientX - left) / width);
    set(down, (clientY - top) / height);
  });
  for (const input of [across, down]) input.addEventListener("input", show);
}

function set(input, part) {
  input.value = Math.round(100 * Math.min(1, Math.max(0, part)));
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function show() {
  const [x, y] = [across, down].map((input) => Math.min(100, Math.max(0, Number(input.value))));
  const mark = room.querySelector("circle");
  mark.setAttribute("cx", `${x}%`);
  mark.setAttribute("cy", `${y}%`);
  for (const image of document.querySelectorAll(".picture-crops img")) {
    Object.assign(image.dataset, { focusX: Math.round(x / 10), focusY: Math.round(y / 10) });
  }
}
