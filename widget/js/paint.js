// Draws scenes (src/view/scene.rs documents them). Elements and text nodes
// only: nothing is ever parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

// Web and e-mail addresses and phone numbers, if the trusted text has them.
const ADDRESS =
  /\bhttps?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]»']|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w+])[+0](?:[ .\u00a0\u202f]?\d){9,14}(?!\d)/g;

// In danger also the short ones.
const URGENT = new RegExp(`${ADDRESS.source}|\\b(?:1[578]|11[245]|3114)\\b`, "g");

// French puts a space before these, and never a line break.
const bound = (text) => text.replace(/ (?=[?!:;»€%])|(?<=«) /g, "\u00a0");

const linked = (node, text, trust) => {
  let from = 0;
  for (const { 0: found, index } of text.matchAll(node.closest(".danger") ? URGENT : ADDRESS)) {
    if (!trust.includes(found)) continue;
    const link = document.createElement("a");
    const scheme = /^http/.test(found) ? "" : found.includes("@") ? "mailto:" : "tel:";
    link.href = scheme + (scheme === "tel:" ? found.replace(/[^+\d]/g, "") : found);
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.append(found);
    node.append(bound(text.slice(from, index)), link);
    from = index + found.length;
  }
  node.append(bound(text.slice(from)));
};

export const painter = (lang) => {
  // The browser's date tables take long to load: only other days need them.
  const time = (at) => `${at.getHours()}:${`${at.getMinutes()}`.padStart(2, 0)}`;
  const hour = (at) => (lang === "fr" ? time(at).replace(/:(00)?/, "\u00a0h\u00a0").trim() : time(at));
  const date = (at, rest) => at.toLocaleDateString(lang, { weekday: "long", ...rest });
  let day;

  const paint = (scene) => {
    const whole = document.createDocumentFragment();
    let node = whole;
    let trust = "";
    for (const [, op, rest] of scene.matchAll(/([\x01-\x07])([^\x01-\x07]*)/g)) {
      if (op === "\x01") {
        const element = /^(svg|path)$/.test(rest)
          ? document.createElementNS(SVG, rest)
          : document.createElement(rest);
        node.append(element);
        node = element;
      } else if (op === "\x02") {
        const at = rest.indexOf("=");
        node.setAttribute(rest.slice(0, at), rest.slice(at + 1));
      } else if (op === "\x03") {
        node.append(bound(rest));
      } else if (op === "\x04") {
        node = node.parentNode;
      } else if (op === "\x06") {
        linked(node, rest, trust);
      } else if (op === "\x07") {
        trust += `${rest}\n`;
      } else {
        const at = new Date(+rest.slice(1));
        if (rest[0] === "d") {
          // A day is said once, and today not at all.
          const before = day;
          day = at.toDateString();
          node.hidden = day === before;
          if (!node.hidden) node.append(date(at, { day: "numeric", month: "long" }));
        } else {
          node.append(rest[0] === "m" ? `${date(at)} ${hour(at)}` : time(at));
        }
      }
    }
    return whole;
  };
  paint.today = () => {
    day = new Date().toDateString();
  };
  return paint;
};
