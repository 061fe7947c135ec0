// The chat over plain requests: the session, and all of it where WebSockets are blocked.

const PATIENCE = 30000; // the server holds a question for news up to 20 s

export class Expired extends Error {}

async function request(path, options) {
  const stop = window.AbortController ? new AbortController() : null;
  const timer = setTimeout(() => stop && stop.abort(), PATIENCE);
  try {
    return await fetch(path, Object.assign({ cache: "no-store", signal: stop && stop.signal }, options));
  } finally {
    clearTimeout(timer);
  }
}

function bearer(token, more) {
  return Object.assign({ Authorization: "Bearer " + token }, more);
}

async function words(response) {
  try {
    return await response.json();
  } catch (_) {
    return {}; // a proxy's own page
  }
}

// A new token; throws when there is none to have.
export async function openSession() {
  const response = await request("/chat/session", { method: "POST" });
  const answer = await words(response);
  if (!response.ok || !answer.token) throw new Error("no session: " + response.status);
  return answer.token;
}

// Returns what the server says of the frame: an ack, or a refusal with its words. Throws when it says nothing.
export async function post(token, frame) {
  const response = await request("/chat/send", {
    method: "POST",
    keepalive: frame.t === "lang", // the page leaves right after it
    headers: bearer(token, { "Content-Type": "application/json" }),
    body: JSON.stringify(frame),
  });
  if (response.status === 401) throw new Expired();
  if (response.ok) return { t: "ack", id: frame.id };
  const said = await words(response);
  if (!said.text) throw new Error("not sent: " + response.status);
  return { t: "refused", id: frame.id, text: said.text, phone: said.phone };
}

// Waits for news. Returns {events, typing}.
export async function events(token, after) {
  const response = await request("/chat/events?after=" + after, { headers: bearer(token) });
  if (response.status === 401) throw new Expired();
  if (!response.ok) throw new Error("no events: " + response.status);
  return response.json();
}
