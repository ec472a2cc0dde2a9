// Pictures that are dropped on a text, pasted into it or chosen as files wait in one dialog, each with its own words.
// They are stored one by one; those that are refused stay with what was written. Once all are stored, they are handed
// over in the order of the files.

import { close, find, open, say } from "./asking.js";

const tools = document.querySelector("#picture-tools");

document.addEventListener("desk:add-pictures", ({ detail }) => new Queue(detail));
document.addEventListener("drop", (event) => take(event, event.dataTransfer));
document.addEventListener("paste", (event) => take(event, event.clipboardData));
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("Files") && !event.target.matches?.("[type=file]")) event.preventDefault();
});
document.addEventListener("click", ({ target }) => {
  const bar = target.closest("[data-picture]")?.closest("[aria-controls]");
  if (!bar) return;
  const area = document.getElementById(bar.getAttribute("aria-controls"));
  const detail = { several: true, done: writing(area) };
  document.dispatchEvent(new CustomEvent("desk:choose-picture", { detail }));
});

// A file that is dropped beside a text is not to be opened in its place.
function take(event, carried) {
  if (!carried?.files.length || event.target.matches?.("[type=file]")) return;
  event.preventDefault();
  const area = event.target.closest("textarea[data-writing]");
  const queue = event.target.closest(".picture-queue")?.queue;
  if (queue) queue.add(carried.files);
  else if (area) new Queue({ files: carried.files, several: true, done: writing(area) });
}

class Queue {
  items = [];

  constructor({ files, several, done }) {
    Object.assign(this, { several, done, dialog: open(".picture-queue") });
    this.dialog.queue = this;
    this.button = this.dialog.querySelector("[value=add]");
    this.dialog.addEventListener("submit", (event) => this.send(event));
    this.dialog.addEventListener("keydown", (event) => this.stay(event));
    addEventListener("beforeunload", this.warn);
    this.dialog.addEventListener("close", () => this.leave());
    const more = this.dialog.querySelector("[name=new]");
    more.closest("label").hidden = !several;
    more.addEventListener("change", () => {
      this.add(more.files);
      more.value = "";
    });
    this.add(files);
  }

  add(files) {
    const added = [...files].slice(0, this.several ? Infinity : 1 - this.items.length).map((file) => new Item(file, this));
    this.items.push(...added);
    this.count();
    added[0]?.field("alt").focus();
  }

  count() {
    this.dialog.classList.toggle("has-several", this.items.length > 1);
    this.button.disabled = !this.items.length;
  }

  drop(item) {
    this.items.splice(this.items.indexOf(item), 1);
    this.count();
    if (this.items.length) this.finish();
    else this.dialog.close();
  }

  async send(event) {
    if (event.submitter.value !== "add") return;
    event.preventDefault();
    if (this.isSending) return;
    this.isSending = true;
    if (await find(this.dialog, { q: "-" })) await this.store();
    this.isSending = false;
    this.button.textContent = this.dialog.querySelector(".picture-trouble").hidden ? this.button.dataset.words : tools.dataset.again;
    this.finish();
  }

  // Until the site no longer answers: then the others would fail in the same way.
  async store() {
    for (const item of [...this.items]) {
      const trouble = item.isReady() ? await item.store() : "";
      if (trouble) return say(this.dialog, trouble);
    }
    this.dialog.querySelector(".has-problem :is(textarea, input)")?.focus();
  }

  finish() {
    if (this.isSending || !this.items.every((item) => item.picture)) return;
    close(this.dialog, () => this.items.forEach(({ picture }) => this.done(picture)));
  }

  hasWords() {
    return [...this.dialog.querySelectorAll("li :is(textarea, input)")].some((field) => field.value);
  }

  warn = (event) => event.preventDefault();

  stay(event) {
    if (event.key !== "Escape" || !this.hasWords()) return;
    event.preventDefault();
    say(this.dialog, "leaving");
  }

  leave() {
    removeEventListener("beforeunload", this.warn);
    for (const { request } of this.items) request?.abort();
  }
}

class Item {
  constructor(file, queue) {
    Object.assign(this, { file, queue, element: tools.content.querySelector(".picture-item").cloneNode(true) });
    this.element.querySelector("legend").textContent = file.name;
    const image = this.element.querySelector("img");
    image.addEventListener("error", () => (image.hidden = true));
    image.src = URL.createObjectURL(file);
    this.on("[data-out]", () => this.leave());
    this.on("[data-same]", () => this.share());
    this.on("[data-use]", () => this.keepAs(this.twin));
    this.on("[data-keep]", () => this.offer(null));
    this.element.addEventListener("input", ({ target }) => {
      this.element.querySelector(`[data-problem=${target.name}]`).textContent = "";
    });
    queue.dialog.querySelector("ol").append(this.element);
    this.lookForTwin();
  }

  on(name, act) {
    this.element.querySelector(name).addEventListener("click", act);
  }

  field(name) {
    return this.element.querySelector(`[name=${name}]`);
  }

  // Only where the browser can tell the checksum (not on plain http); else the site finds it out.
  async lookForTwin() {
    if (!globalThis.crypto?.subtle) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await this.file.arrayBuffer()));
    const found = await find(this.queue.dialog, { q: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") });
    const twin = found?.querySelector("[role=option]");
    if (twin) this.offer({ ...twin.dataset });
  }

  offer(twin) {
    this.mayKeep = !twin;
    this.twin = twin;
    this.element.querySelector(".picture-twin").hidden = !twin;
    this.element.querySelector(".picture-twin b").textContent = twin ? `${twin.name}: ${twin.alt}` : "";
  }

  keepAs(picture) {
    this.picture = picture;
    this.element.classList.add("is-stored");
    this.element.querySelector("fieldset").disabled = true;
    this.element.querySelector(".picture-stored").hidden = false;
    this.queue.finish();
  }

  leave() {
    this.request?.abort();
    this.element.remove();
    this.queue.drop(this);
  }

  share() {
    for (const item of this.queue.items.filter((other) => !other.picture)) {
      for (const name of ["credit", "credit_url"]) item.field(name).value = this.field(name).value;
    }
  }

  isReady() {
    if (!this.picture) this.tell(this.field("alt").value.trim() ? {} : { alt: [tools.dataset.alt] });
    return !this.picture && this.element.isConnected && !this.element.classList.contains("has-problem");
  }

  tell(errors) {
    this.element.classList.toggle("has-problem", Object.keys(errors).length > 0);
    for (const place of this.element.querySelectorAll("[data-problem]")) {
      place.textContent = errors[place.dataset.problem]?.join(" ") ?? "";
      this.field(place.dataset.problem)?.setAttribute("aria-invalid", String(place.textContent !== ""));
    }
  }

  // Says what is wrong with the site, not with the picture.
  async store() {
    const { status, response } = await this.upload();
    if (!this.element.isConnected) return "";
    if (status === 201) this.keepAs(response);
    else if (status === 409) this.offer(response.twin);
    else if (response?.errors) this.tell(response.errors);
    else if (status === 0 || status === 503) return "noAnswer";
    else if (status === 200) return "signedOut"; // the page to sign in
    else this.tell({ file: [tools.dataset.refused] });
    return "";
  }

  upload() {
    const body = new FormData();
    body.append("file", this.file);
    for (const field of this.element.querySelectorAll("[name]")) body.append(field.name, field.value);
    if (this.mayKeep) body.append("keep", "yes");
    const progress = this.element.querySelector("progress");
    progress.hidden = false;
    const request = (this.request = new XMLHttpRequest());
    request.open("POST", tools.dataset.upload);
    request.setRequestHeader("X-CSRFToken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = loaded / total));
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        progress.hidden = true;
        resolve(request);
      });
      request.send(body);
    });
  }
}

// Puts pictures where the cursor was before the dialog opened, each as a paragraph of its own.
function writing(area) {
  let { selectionStart: start, selectionEnd: end } = area;
  return ({ markdown }) => {
    area.focus();
    area.setSelectionRange(start, end);
    const before = area.value.slice(0, start);
    const gap = before === "" || before.endsWith("\n\n") ? "" : "\n\n";
    document.execCommand("insertText", false, `${gap}${markdown}\n\n`);
    start = end = area.selectionEnd;
  };
}
