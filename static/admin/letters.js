// Keys at a thread: what carries `data-key` is pressed, or written into, by that key; j and k go from letter to letter.

const letters = [...document.querySelectorAll(".letter")];
const form = document.getElementById("thread_form");
document.querySelector(".keys")?.removeAttribute("hidden");

function walk(step) {
  const here = letters.indexOf(document.activeElement.closest?.(".letter"));
  const next = letters[here < 0 ? letters.length - 1 : here + step];
  next?.querySelector("summary").focus();
}

addEventListener("keydown", (event) => {
  const isSending = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === form?.elements.text;
  if (isSending) form.querySelector('[value="send"]').click();
  const isWriting = event.target.closest("input, textarea, select");
  if (isWriting || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const meant = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
  else if (meant?.matches("textarea")) meant.focus();
  else if (meant) meant.click();
  else return;
  event.preventDefault();
});
