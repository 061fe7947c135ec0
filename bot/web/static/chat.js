// The chat page: wires the field, the transcript, the menu and the line to the server.

import { el, keepWhole } from "./chat-body.js";
import { Field } from "./chat-field.js";
import { Link } from "./chat-link.js";
import { Log } from "./chat-log.js";
import { setUp } from "./chat-menu.js";
import { newId, token, unsent } from "./chat-store.js";

const ANSWER_TAKES = 8000; // ms at most, unless the server says again that it is at it

const page = document.documentElement;
const byId = (id) => document.getElementById(id);
const texts = JSON.parse(byId("texts").textContent);
const [top, bar, foot] = [".top", ".bar", ".foot"].map((name) => document.querySelector(name));
// In a flat window only the bar is sticky, and the head has no box of its own.
const head = () => top.offsetHeight || bar.offsetHeight;
const parts = { says: byId("log"), unsent: byId("unsent"), newer: byId("newer"), head };
const log = new Log(parts, texts, page.lang);
const link = new Link(page.lang, hear, showOnline);
const field = new Field(byId("composer"), texts, say);

// --- out

function say(text) {
  const frame = { t: "say", id: newId(), text };
  log.showUnsent({ frame, refused: null });
  link.tell(frame);
}

// A button can be pressed again when its answer is here, not before.
function press(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const message = button.closest("[data-message]");
  const label = (button.lastChild || button).textContent.trim(); // without the mark of a choice
  const frame = { t: "press", id: newId(), message: message ? Number(message.dataset.message) : 0, label };
  button.setAttribute("aria-disabled", "true");
  button.dataset.pressed = frame.id;
  if (button.closest(".choices")) mark(button);
  link.tell(Object.assign(frame, { data: button.dataset.press }));
}

function mark(button) {
  button.closest(".choices").querySelectorAll(".mark").forEach((old) => old.remove());
  const seen = el("span", { textContent: "✓ ", attrs: { "aria-hidden": "true" } });
  const heard = el("span", { className: "unseen", textContent: `${texts.chosen}: ` });
  button.insertBefore(el("span", { className: "mark" }, [seen, heard]), button.firstChild);
}

function release() {
  document.querySelectorAll("[data-pressed]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("data-pressed");
  });
}

// --- in

function hear(frame) {
  log.settle();
  const hearers = {
    event: (event) => {
      if (event.kind !== "in") answered();
      if (event.kind === "end") link.end();
      else log.event(event);
    },
    refused,
    notice: (notice) => {
      answered();
      log.notice(notice.text);
    },
    ack: expectAnswer,
    typing: showTyping,
    reset: () => log.forgetNumbers(),
  };
  if (hearers[frame.t]) hearers[frame.t](frame);
}

// Some presses have no answer: their buttons come back all the same.
let expecting;
function expectAnswer() {
  clearTimeout(expecting);
  expecting = setTimeout(answered, ANSWER_TAKES);
}

function answered() {
  clearTimeout(expecting);
  hideTyping();
  release();
}

function refused(frame) {
  answered();
  const item = unsent.all().find((kept) => kept.frame.id === frame.id);
  if (item && item.frame.t === "say") return log.showUnsent(item);
  unsent.remove(frame.id);
  log.notice(frame.text, frame.phone);
}

// Said once: the sign stays while the server repeats itself.
function showTyping() {
  expectAnswer();
  if (byId("typing").firstChild) return;
  const dots = el("span", { className: "dots", attrs: { "aria-hidden": "true" } }, [el("i"), el("i"), el("i")]);
  const atEnd = log.atEnd();
  byId("typing").appendChild(el("span", { textContent: texts.typing }));
  byId("typing").appendChild(dots);
  if (atEnd) log.toEnd();
}

function hideTyping() {
  byId("typing").textContent = "";
}

function showOnline(online) {
  const banner = byId("banner");
  log.showWaiting(!online);
  if (online) return (banner.textContent = "");
  hideTyping();
  if (banner.firstChild) return;
  banner.appendChild(el("span", { textContent: texts.offline }));
  banner.appendChild(document.importNode(byId("phone").content, true));
  banner.querySelectorAll(".call").forEach(keepWhole);
}

// --- around

function setUpClicks() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-press], [data-again], [data-change]");
    if (!button) return;
    if (button.dataset.press) press(button);
    else if (button.dataset.again) sendAgain(button.dataset.again);
    else change(button.dataset.change);
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // no #field in the history: Back leads out of the chat
    field.focus();
  });
}

function sendAgain(id) {
  const item = unsent.all().find((kept) => kept.frame.id === id);
  log.showUnsent({ frame: item.frame, refused: null });
  link.again(id);
  field.focus();
}

function change(id) {
  const item = unsent.all().find((kept) => kept.frame.id === id);
  unsent.remove(id);
  log.dropUnsent(id);
  field.write([item.frame.text, field.area.value].filter(Boolean).join("\n"));
  field.focus();
}

function clear() {
  unsent.keep([]);
  log.clear();
  parts.unsent.textContent = "";
  if (token.get()) link.tell({ t: "clear", id: newId() });
  field.focus();
}

// What is sticky must not cover what has the focus.
function keepClear() {
  const measure = () => {
    page.style.setProperty("--head", `${head()}px`);
    page.style.setProperty("--foot", `${foot.offsetHeight}px`);
  };
  measure();
  if (window.ResizeObserver) [bar, top, foot].forEach((part) => new ResizeObserver(measure).observe(part));
}

function start() {
  page.classList.add("scripted-page");
  byId("late").hidden = true;
  field.grow(); // it could not be measured while it was hidden
  setUp({
    speak: (lang) => link.running && link.pass({ t: "lang", lang }),
    clear,
    stop: () => link.stop(),
  });
  setUpClicks();
  document.querySelectorAll(".call").forEach(keepWhole);
  keepClear();
  unsent.all().filter((item) => item.frame.t === "say").forEach((item) => log.showUnsent(item));
  if (token.get()) log.expectHistory();
  lookAtInvitation();
  if (token.get() || unsent.waiting().length) link.start();
}

// A link's fragment reaches no server and no log; nor does it stay in the address or the history.
function lookAtInvitation() {
  if (!location.hash.startsWith("#join=")) return;
  const [, invitation] = location.hash.match(/^#join=([A-Za-z]{24})$/) || [];
  history.replaceState(null, "", location.pathname + location.search);
  link.tell({ t: "press", id: newId(), message: 0, data: "fu:look:" + (invitation || "") });
}

window.addEventListener("hashchange", lookAtInvitation); // the page was open already
start();
