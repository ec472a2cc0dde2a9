// Beside each value that is to be written elsewhere: a button that copies it. Its words come from the page.

const words = document.querySelector("[data-copy]")?.dataset ?? {};

function button(code) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = words.copy;
  made.setAttribute("aria-label", `${words.copy}: ${code.textContent}`);
  made.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    made.textContent = words.copied;
    setTimeout(() => (made.textContent = words.copy), 2000);
  });
  return made;
}

if (navigator.clipboard) for (const code of document.querySelectorAll("[data-copy] .sender-copy > code")) code.after(button(code));
