// What the page keeps. The tab keeps the chat; the device keeps it only when asked to.

// Site data may be refused (some private windows) or full: then memory, for as long as the page lives.
function box(name) {
  const memory = new Map();
  const safely = (use, otherwise) => {
    try {
      return use(window[name]);
    } catch (_) {
      return otherwise;
    }
  };
  return {
    get(key) {
      const kept = safely((area) => area.getItem("innom." + key), null);
      return kept === null && memory.has(key) ? memory.get(key) : kept;
    },
    set(key, value) {
      memory.set(key, value);
      safely((area) => area.setItem("innom." + key, value));
    },
    drop(key) {
      memory.delete(key);
      safely((area) => area.removeItem("innom." + key));
    },
  };
}

export const tab = box("sessionStorage");
export const device = box("localStorage");

export const remember = {
  chosen: () => device.get("remember") === "1",
  choose(yes) {
    const kept = token.get();
    token.forget();
    if (yes) device.set("remember", "1");
    else device.drop("remember");
    if (kept) token.set(kept);
  },
};

export const token = {
  get: () => tab.get("token") || device.get("token"),
  set: (value) => (remember.chosen() ? device : tab).set("token", value),
  forget() {
    tab.drop("token");
    device.drop("token");
  },
};

// Frames that the server has not acknowledged, oldest first: {frame, refused: null | {text, phone}}.
export const unsent = {
  all: () => JSON.parse(tab.get("unsent") || "[]"),
  waiting: () => unsent.all().filter((item) => !item.refused).map((item) => item.frame),
  keep: (items) => tab.set("unsent", JSON.stringify(items)),
  add: (frame) => unsent.keep(unsent.all().concat({ frame, refused: null })),
  remove: (id) => unsent.keep(unsent.all().filter((item) => item.frame.id !== id)),
  refuse(id, refused) {
    const items = unsent.all();
    items.filter((item) => item.frame.id === id).forEach((item) => (item.refused = refused));
    unsent.keep(items);
  },
};

// Nothing of the chat stays behind, neither in the tab nor on the device; the text size does.
export function forgetAll() {
  ["token", "unsent", "draft"].forEach((key) => tab.drop(key));
  ["token", "remember"].forEach((key) => device.drop(key));
}

// randomUUID is missing on old phones and outside https.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
