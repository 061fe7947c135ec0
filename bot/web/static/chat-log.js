// The transcript: what was said, what is on its way, and what was refused.

import { callLink, drawBody, drawLines, el } from "./chat-body.js";

const QUIET = 300; // ms without an event: the history is here
const NEAR_END = 150; // px
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn" };
const DAY = { weekday: "long", day: "numeric", month: "long", numberingSystem: "latn" };
const FIGURES = { day: "2-digit", month: "2-digit", year: "numeric" };

// A day in words; in figures where the browser does not know the language, as few know nynorsk or Somali.
function dayName(when, lang) {
  const known = Intl.DateTimeFormat.supportedLocalesOf(lang).length;
  return known ? when.toLocaleDateString(lang, DAY) : when.toLocaleDateString("nb", FIGURES);
}

export class Log {
  // says: the transcript (a live region); unsent: the person's own words until the server has them;
  // newer: the button that leads down; head(): the height of what is sticky above.
  constructor(parts, texts, lang) {
    Object.assign(this, parts, { texts, lang, messages: new Map(), lastDay: new Date().toDateString() });
    this.newer.addEventListener("click", () => this.toEnd());
    window.addEventListener("scroll", () => this.atEnd() && (this.newer.hidden = true), { passive: true });
  }

  // --- the history is drawn at once and is not read aloud

  expectHistory() {
    this.loading = true;
    this.says.setAttribute("aria-live", "off");
  }

  settle() {
    if (!this.loading) return;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.loading = false;
      this.says.setAttribute("aria-live", "polite");
      this.toEnd();
    }, QUIET);
  }

  // --- events

  event(event) {
    const kinds = { edit: this.edit, delete: this.remove, clear: this.clear };
    (kinds[event.kind] || this.add).call(this, event);
  }

  add(event) {
    const own = event.kind === "in";
    const following = own || this.atEnd();
    if (own) this.dropUnsent(event.id);
    this.markDay(event.at);
    const message = this.message(own, event.at, [drawBody(event.body, this.texts, event.lang)]);
    message.dataset.message = event.message;
    if (event.lang) message.lang = event.lang;
    this.messages.set(event.message, message);
    this.says.appendChild(message);
    if (!this.loading) this.follow(message, following);
  }

  edit(event) {
    const message = this.messages.get(event.message);
    if (!message) return;
    const focused = message.contains(document.activeElement) && document.activeElement.dataset.press;
    if (event.lang) message.lang = event.lang;
    message.replaceChild(drawBody(event.body, this.texts, event.lang), message.querySelector(".body"));
    if (focused !== false) this.focusAgain(message, focused);
  }

  // The pressed button was replaced: the focus stays on its successor, or in its message.
  focusAgain(message, data) {
    const buttons = Array.from(message.querySelectorAll("[data-press]"));
    const target = buttons.find((button) => button.dataset.press === data) || message;
    if (target === message) message.tabIndex = -1;
    target.focus();
  }

  remove(event) {
    const message = this.messages.get(event.message);
    if (message) message.remove();
    this.messages.delete(event.message);
  }

  clear() {
    Array.from(this.says.children).filter((child) => child.id !== "hello").forEach((child) => child.remove());
    this.messages.clear();
    this.lastDay = new Date().toDateString();
  }

  // The chat began anew on the server: what is shown stays, its numbers mean nothing any more.
  forgetNumbers() {
    this.messages.clear();
  }

  notice(text, phone) {
    const following = this.atEnd();
    const children = [drawLines(text, this.texts), phone ? callLink(phone) : null];
    const notice = el("div", { className: "notice" }, children);
    this.says.appendChild(notice);
    this.follow(notice, following);
  }

  // --- what the server does not have yet

  showUnsent({ frame, refused }) {
    this.dropUnsent(frame.id);
    const said = drawBody({ runs: [{ text: frame.text }] }, this.texts);
    const state = refused ? this.refusal(frame.id, refused) : el("p", { className: "state", textContent: this.waiting || "" });
    const message = this.message(true, new Date().toISOString(), [said, state]);
    message.dataset.unsent = frame.id;
    this.unsent.appendChild(message);
    this.toEnd();
  }

  refusal(id, { text, phone }) {
    const act = (name, label) =>
      el("button", { type: "button", textContent: label, attrs: { ["data-" + name]: id } });
    return el("div", { className: "refusal", attrs: { role: "alert" } }, [
      el("p", { className: "who", textContent: this.texts.not_sent }),
      drawLines(text, this.texts),
      phone ? callLink(phone) : null,
      el("div", { className: "row" }, [act("again", this.texts.send_again), act("change", this.texts.change)]),
    ]);
  }

  dropUnsent(id) {
    const found = this.findUnsent(id);
    if (found) found.remove();
  }

  findUnsent(id) {
    return Array.from(this.unsent.children).find((message) => message.dataset.unsent === id);
  }

  showWaiting(waiting) {
    this.waiting = waiting ? this.texts.waiting : "";
    this.unsent.querySelectorAll(".state").forEach((state) => (state.textContent = this.waiting));
  }

  // --- drawing

  message(own, at, children) {
    const when = new Date(at);
    const clock = when.toLocaleTimeString(this.lang, CLOCK);
    const who = el("p", { className: "who" }, [
      el("span", { textContent: own ? this.texts.you : "Innom" }),
      el("time", { dateTime: at, textContent: clock }),
    ]);
    // One's own words are not read back.
    const attrs = own ? { "aria-live": "off" } : {};
    return el("div", { className: own ? "message in" : "message out", attrs }, [who, ...children]);
  }

  markDay(at) {
    const when = new Date(at);
    if (when.toDateString() === this.lastDay) return;
    this.lastDay = when.toDateString();
    this.says.appendChild(el("p", { className: "day", lang: this.lang, textContent: dayName(when, this.lang) }));
  }

  // --- where the reader is

  atEnd() {
    return window.innerHeight + window.pageYOffset >= document.documentElement.scrollHeight - NEAR_END;
  }

  toEnd() {
    this.newer.hidden = true;
    window.scrollTo(0, document.documentElement.scrollHeight);
  }

  // A long answer is shown from its beginning; one who reads further up is not pulled away.
  follow(element, following) {
    if (!following) return (this.newer.hidden = false);
    window.scrollTo(0, window.pageYOffset + element.getBoundingClientRect().top - this.head() - 16);
  }
}
