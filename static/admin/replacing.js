// Shows the file that was chosen to take a picture's place beside the one that is there.

const input = document.querySelector("#id_file");
const after = document.querySelector("[data-after]");

input.addEventListener("change", () => {
  const [file] = input.files;
  after.hidden = !file;
  if (file) after.querySelector("img").src = URL.createObjectURL(file);
});
