// What the page at a source's address says of itself fills in what is still empty beside it: title, name, language.

const words = document.querySelector("#writing-tools");
const OFTEN = 1000; // milliseconds
const LONGEST = 30_000;

document.addEventListener("change", ({ target }) => {
  if (words?.dataset.source && target.matches?.("[name$=source_url]") && target.value.trim()) offer(target, target.value.trim());
});

async function offer(field, address) {
  const until = Date.now() + LONGEST;
  const token = field.form.elements.csrfmiddlewaretoken?.value ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
  let answer = await ask(words.dataset.source, { method: "POST", body: new URLSearchParams({ address, csrfmiddlewaretoken: token }) });
  while (answer.state === "looking" && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, OFTEN));
    answer = await ask(`${words.dataset.source}?${new URLSearchParams({ address })}`);
  }
  if (answer.state === "known" && field.isConnected && field.value.trim() === address) fill(field, answer);
}

function ask(address, request) {
  return fetch(address, request).then((response) => response.json()).catch(() => ({}));
}

function fill(field, { title, name, language }) {
  const [prefix] = field.name.split("source_url");
  const said = { title, source_name: name, source_language: language };
  const filled = Object.entries(said).filter(([other, value]) => {
    const control = field.form.elements[prefix + other];
    if (!value || !control || control.value) return false;
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    return control.value === value;
  });
  field.parentElement.querySelector(".sourced")?.remove();
  if (!filled.length) return;
  const note = words.content.querySelector(".sourced").cloneNode(true);
  note.append(` ${filled.map(([, value]) => value).join(" · ")}`);
  field.after(note);
}
