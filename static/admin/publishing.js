// The statement of what will happen follows what is chosen. Without this a button asks for it; what the page has not
// stated is not done either way.
const form = document.querySelector("[data-publishing]");
let turn = 0;

async function look() {
  const mine = ++turn;
  const before = document.querySelector("#statement");
  before.inert = true;
  const data = new FormData(form);
  data.set("_look", "1");
  const answer = await fetch(location.href, { method: "POST", body: data }).then((found) => found.text(), () => "");
  const after = new DOMParser().parseFromString(answer, "text/html").querySelector("#statement");
  if (mine !== turn) return;
  before.inert = false;
  if (after) before.replaceWith(after);
}

form?.addEventListener("change", look);
