// Draws what a message says. Text goes in as text, never as HTML; only http, https, tel and mailto can be followed.

const RIGHT_TO_LEFT = ["ar"];
const SAFE = /^(https?:\/\/|tel:|mailto:)/i;
// A file of another kind is not given its type, so that no browser opens it as a page of ours.
const FILE_TYPES = ["application/json", "application/pdf", "text/calendar", "text/csv", "text/plain"];

// An element with properties, attributes (in attrs) and children.
export function el(name, properties, children) {
  const { attrs, ...rest } = properties || {};
  const element = Object.assign(document.createElement(name), rest);
  Object.keys(attrs || {}).forEach((key) => element.setAttribute(key, attrs[key]));
  (children || []).filter(Boolean).forEach((child) => element.appendChild(child));
  return element;
}

// A number to ring does not break over two lines; its name may.
export function keepWhole(link) {
  const parts = link.textContent.split(/(\+?\d[\d -]*\d)/);
  link.textContent = "";
  parts.forEach((part, index) => {
    if (part) link.appendChild(el("span", { className: index % 2 ? "whole" : "name-of", textContent: part }));
  });
  return link;
}

export function callLink(phone) {
  const href = /^tel:/i.test(phone.tel) ? phone.tel : "tel:" + phone.tel;
  return keepWhole(el("a", { className: "call", href, textContent: phone.label, dir: "auto" }));
}

function away(element, texts) {
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  element.appendChild(el("span", { className: "unseen", textContent: ` (${texts.new_tab})` }));
  return element;
}

function link(href, text, texts) {
  const element = el("a", { href, textContent: text });
  if (/^tel:/i.test(href)) element.className = "call";
  return element.className || /^mailto:/i.test(href) ? element : away(element, texts);
}

function piece(run, text, texts) {
  const inner = run.href && SAFE.test(run.href) ? link(run.href, text, texts) : document.createTextNode(text);
  const leaning = run.i ? el("em", {}, [inner]) : inner;
  return run.b ? el("strong", {}, [leaning]) : leaning;
}

// Runs to paragraphs: each line one, with more room where a line was left empty.
function paragraphs(runs, texts) {
  const lines = [[]];
  (runs || []).forEach((run) =>
    String(run.text).split("\n").forEach((text, index) => {
      if (index) lines.push([]);
      if (text) lines[lines.length - 1].push(piece(run, text, texts));
    })
  );
  const apart = (index) => (index && !lines[index - 1].length ? "apart" : "");
  return lines
    .map((line, index) => line.length && el("p", { dir: "auto", className: apart(index) }, line))
    .filter(Boolean);
}

function button(spec, texts) {
  if (!spec.url) {
    return el("button", { type: "button", dir: "auto", textContent: spec.text, attrs: { "data-press": spec.data } });
  }
  if (!SAFE.test(spec.url)) return null;
  const element = el("a", { className: "button", dir: "auto", href: spec.url, textContent: spec.text });
  return /^tel:/i.test(spec.url) ? element : away(element, texts);
}

function choices(rows, texts) {
  const drawn = rows.map((row) => el("div", { className: "row" }, row.map((spec) => button(spec, texts))));
  return el("div", { className: "choices", attrs: { role: "group", "aria-label": texts.choices } }, drawn);
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// A name or a measure in Latin letters keeps its order in a line from right to left.
function whole(text) {
  return `\u2068${text}\u2069`;
}

function size(count) {
  return count < 1e6 ? `${Math.max(1, Math.round(count / 1e3))}\u00a0kB` : `${(count / 1e6).toFixed(1)}\u00a0MB`;
}

function file({ name, mime, size: count, data }, texts) {
  const type = FILE_TYPES.includes(String(mime).split(";")[0]) ? mime : "application/octet-stream";
  const href = URL.createObjectURL(new Blob([bytes(data)], { type }));
  const label = `${texts.download}: ${whole(name)} (${whole(size(count))})`;
  const link = el("a", { className: "button file", href, download: name, textContent: label });
  return el("div", { className: "row files" }, [link]);
}

// Words of the server without runs: help in danger has several lines.
export function drawLines(text, texts) {
  return el("div", { className: "lines" }, paragraphs([{ text }], texts));
}

// Which way a language runs; without one, each line tells by itself.
function direction(lang) {
  return lang ? (RIGHT_TO_LEFT.includes(lang) ? "rtl" : "ltr") : "";
}

// The body of a message: its text, its file, its buttons.
export function drawBody(body, texts, lang) {
  const text = paragraphs(body.runs, texts);
  return el("div", { className: "body", dir: direction(lang) }, [
    text.length ? el("div", { className: "text" }, text) : null,
    body.file ? file(body.file, texts) : null,
    (body.buttons || []).length ? choices(body.buttons, texts) : null,
  ]);
}
