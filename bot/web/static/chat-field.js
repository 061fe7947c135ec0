// The text field: grows with the text, keeps a draft, is kind about long texts.

import { tab } from "./chat-store.js";

const WARN_BELOW = 300; // characters left

export class Field {
  // send(text) is called with what the person wrote, trimmed and not too long.
  constructor(form, texts, send) {
    Object.assign(this, { form, texts, send });
    [this.area, this.count, this.note] = ["field", "count", "note"].map((id) => document.getElementById(id));
    this.limit = Number(this.area.dataset.limit);
    this.area.addEventListener("input", () => this.changed());
    this.area.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("submit", (event) => this.submit(event));
    this.write(tab.get("draft") || "");
  }

  focus() {
    this.area.focus();
  }

  write(text) {
    this.area.value = text;
    this.changed();
  }

  // Counted in characters as people see most of them, not in UTF-16 units; the server counts the same.
  left() {
    return this.limit - Array.from(this.area.value.trim()).length;
  }

  changed() {
    tab.set("draft", this.area.value);
    const left = this.left();
    this.count.hidden = left >= WARN_BELOW;
    this.count.textContent = this.texts.left.replace("%(count)s", left);
    this.area.setAttribute("aria-invalid", left < 0);
    if (left >= 0) this.note.textContent = "";
    this.grow();
  }

  grow() {
    this.area.style.height = "auto";
    const border = this.area.offsetHeight - this.area.clientHeight;
    this.area.style.height = `${this.area.scrollHeight + border}px`;
  }

  key(event) {
    const composing = event.isComposing || event.keyCode === 229; // an input method is choosing a letter
    if (event.key === "Enter" && !event.shiftKey && !composing) this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.area.value.trim();
    if (this.left() < 0) this.note.textContent = this.texts.too_long;
    else if (text) {
      this.write("");
      this.send(text);
    }
    this.focus();
  }
}
