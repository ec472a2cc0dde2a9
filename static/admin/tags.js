// Suggests the tags that exist while one types; new ones are made as they are written.

const $ = django.jQuery;

for (const input of document.querySelectorAll("input[data-tags]")) {
  const select = document.createElement("select");
  select.multiple = true;
  select.id = input.id;
  for (const name of JSON.parse(input.dataset.tags)) select.add(new Option(name, name, true, true));
  input.removeAttribute("id");
  input.type = "hidden";
  input.after(select);
  $(select)
    .select2({
      tags: true,
      insertTag: (found, typed) => found.push(typed), // behind those that exist, so that Enter takes one of them
      tokenSeparators: [",", "，", "、"],
      theme: "admin-autocomplete",
      width: "min(100%, 40rem)",
      ajax: { url: input.dataset.suggestions, delay: 250, processResults },
    })
    .on("change", () => (input.value = [...select.selectedOptions].map(({ value }) => quoted(value)).join(", ")));
  input.parentElement.querySelector(".select2-search__field").setAttribute("aria-label", select.labels[0].textContent);
}

function processResults({ results, pagination }) {
  return { results: results.map(({ text }) => ({ id: text, text })), pagination };
}

function quoted(name) {
  return `"${name.replaceAll('"', "")}"`;
}
