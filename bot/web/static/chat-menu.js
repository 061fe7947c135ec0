// The menu and the ways out: language, text size, remembering, printing, clearing, leaving quickly.

import { device, forgetAll, remember } from "./chat-store.js";

const TWICE = 1000; // ms between two presses of Esc

function byId(id) {
  return document.getElementById(id);
}

// Held on to, for keys and clicks that come after the page was emptied.
const [menu, ask] = ["menu", "ask"].map(byId);

function closeMenu() {
  if (!menu.open) return false;
  const inside = menu.contains(document.activeElement);
  menu.open = false;
  if (inside) menu.querySelector("summary").focus();
  return true;
}

function setUpMenu() {
  document.addEventListener("click", (event) => {
    const inPanel = event.target.closest(".panel");
    if (!event.target.closest("#menu") || (inPanel && event.target.closest("button"))) closeMenu();
  });
  byId("print").addEventListener("click", () => window.print());
}

function setUpLargeText() {
  const apply = (large) => document.documentElement.classList.toggle("large", large);
  byId("large").checked = device.get("large") === "1";
  apply(byId("large").checked);
  byId("large").addEventListener("change", (event) => {
    device.set("large", event.target.checked ? "1" : "0");
    apply(event.target.checked);
  });
}

function setUpRemember() {
  byId("remember").checked = remember.chosen();
  byId("remember").addEventListener("change", (event) => remember.choose(event.target.checked));
}

// The page in another language takes this page's place: Back leads out of the chat.
function setUpLanguages(speak) {
  document.querySelectorAll(".languages a").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      speak(link.hreflang);
      window.location.replace(link.href);
    })
  );
}

function setUpClear(clear) {
  byId("clear").addEventListener("click", () => {
    ask.returnValue = "no";
    if (ask.showModal) ask.showModal();
    else if (window.confirm(byId("ask-text").textContent)) clear(); // browsers before <dialog>
  });
  ask.addEventListener("close", () => ask.returnValue === "yes" && clear());
}

// Nothing stays in the tab, on the screen or behind Back.
function leave(stop) {
  const url = byId("exit").href;
  stop();
  forgetAll();
  document.body.textContent = "";
  document.title = new URL(url).hostname;
  window.history.replaceState(null, "", "/");
  window.location.replace(url);
}

function setUpExit(stop) {
  let escapedAt = 0;
  byId("exit").addEventListener("click", (event) => {
    event.preventDefault();
    leave(stop);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || ask.open || closeMenu()) return;
    if (Date.now() - escapedAt < TWICE) leave(stop);
    escapedAt = Date.now();
  });
}

// does: {speak(lang), clear(), stop()}
export function setUp(does) {
  setUpMenu();
  setUpLargeText();
  setUpRemember();
  setUpLanguages(does.speak);
  setUpClear(does.clear);
  setUpExit(does.stop);
}
