// The line to the server: a WebSocket, or plain requests after two sockets that never spoke.
// It keeps what is unsent until it is acknowledged, and passes each event on once.

import { Expired, events, openSession, post } from "./chat-http.js";
import { token, unsent } from "./chat-store.js";

const PING_EVERY = 25000;
const PATIENCE = 10000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30000;
const CALM = 1500; // a break shorter than this is not worth a word
const SILENT_SOCKETS = 2;
const CLOSED_EXPIRED = 4401;

export class Link {
  // hear(frame): each frame of the server, and {t: "reset"} when the chat begins anew.
  // show(online): whether there is a connection.
  constructor(lang, hear, show) {
    Object.assign(this, { lang, hear, show, last: 0, silent: 0, wait: FIRST_WAIT, running: false });
    window.addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  stop() {
    this.running = false;
    this.hangUp();
    clearTimeout(this.retrying);
    clearTimeout(this.worry);
  }

  // Frames with an id are kept until acknowledged; the others are worth saying only now.
  tell(frame) {
    frame.lang = frame.lang || this.lang; // the answer's language where the words do not tell
    if (frame.id) unsent.add(frame);
    this.start();
    this.pass(frame);
  }

  again(id) {
    unsent.refuse(id, null);
    this.start();
    unsent.waiting().filter((frame) => frame.id === id).forEach((frame) => this.pass(frame));
  }

  pass(frame) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) this.write(frame);
    else if (this.polling) this.deliver(frame.id ? null : frame);
  }

  async connect() {
    clearTimeout(this.retrying);
    this.retrying = null;
    try {
      if (!token.get()) token.set(await openSession());
    } catch (_) {
      return this.retry();
    }
    if (!this.running) return;
    if (this.silent < SILENT_SOCKETS) this.dial();
    else this.poll();
  }

  // --- by WebSocket

  dial() {
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/chat/socket");
    this.socket = socket;
    this.spoken = false;
    socket.onopen = () => {
      this.write({ t: "hello", token: token.get(), after: this.last, lang: this.lang });
      unsent.waiting().forEach((frame) => this.write(frame));
      this.probe();
    };
    socket.onmessage = (message) => {
      this.spoken = true;
      this.silent = 0;
      this.heardAt = Date.now();
      this.fine();
      this.receive(JSON.parse(message.data));
    };
    socket.onclose = (event) => this.lost(socket, event.code);
    this.pinging = setInterval(() => this.probe(), PING_EVERY);
  }

  write(frame) {
    this.socket.send(JSON.stringify(frame));
  }

  // A line can be dead without knowing it: it must answer, or it is given up.
  probe() {
    const socket = this.socket;
    if (!socket || socket.readyState !== WebSocket.OPEN) return;
    const asked = Date.now();
    this.write({ t: "ping" });
    setTimeout(() => (this.heardAt || 0) < asked && this.lost(socket), PATIENCE);
  }

  lost(socket, code) {
    if (socket !== this.socket) return;
    this.hangUp();
    if (!this.running) return;
    if (code === CLOSED_EXPIRED) return this.expired();
    if (!this.spoken) this.silent += 1;
    this.retry();
  }

  hangUp() {
    const socket = this.socket;
    this.socket = null;
    this.polling = null;
    clearInterval(this.pinging);
    if (socket) socket.close();
  }

  // --- by plain requests

  async poll() {
    const round = {}; // a new round may have begun when the answer of an old one comes
    this.polling = round;
    this.deliver();
    try {
      while (this.polling === round) {
        const news = await events(token.get(), this.last);
        if (this.polling !== round) return;
        this.fine();
        news.events.forEach((event) => this.receive(Object.assign({ t: "event" }, event)));
        if (news.typing) this.receive({ t: "typing" });
      }
    } catch (error) {
      this.failed(error, round);
    }
  }

  // One after the other, so that what was said first arrives first.
  async deliver(extra) {
    if (this.delivering) return;
    this.delivering = true;
    const round = this.polling;
    try {
      if (extra) await post(token.get(), extra);
      for (let next = unsent.waiting()[0]; next && this.polling === round; next = unsent.waiting()[0]) {
        this.receive(await post(token.get(), next));
      }
    } catch (error) {
      this.failed(error, round);
    } finally {
      this.delivering = false;
    }
  }

  failed(error, round) {
    if (!round || this.polling !== round) return;
    this.polling = null;
    if (error instanceof Expired) return this.expired();
    this.silent = SILENT_SOCKETS - 1; // the whole line was down: let a socket try first
    this.retry();
  }

  // --- both

  receive(frame) {
    if (frame.t === "event" && frame.no <= this.last) return;
    if (frame.t === "event") this.last = frame.no;
    if (frame.id && frame.t === "refused") unsent.refuse(frame.id, { text: frame.text, phone: frame.phone });
    else if (frame.id) unsent.remove(frame.id);
    this.hear(frame);
  }

  fine() {
    this.wait = FIRST_WAIT;
    clearTimeout(this.worry);
    this.worry = null;
    this.show(true);
  }

  retry() {
    if (!this.running) return;
    if (!this.worry) this.worry = setTimeout(() => this.show(false), CALM);
    this.retrying = setTimeout(() => this.connect(), this.wait * (0.5 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  wake() {
    if (this.retrying) this.connect();
    else this.probe();
  }

  // The chat was erased: its key leads nowhere, and what is said next is a new chat's.
  end() {
    unsent.waiting().filter((frame) => frame.t === "press").forEach((frame) => unsent.remove(frame.id));
    this.hangUp();
    this.expired();
  }

  expired() {
    token.forget();
    this.last = 0;
    this.hear({ t: "reset" });
    this.retry();
  }
}
