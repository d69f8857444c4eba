// The widget's hands: socket, timers, storage, elements. Decisions are made on
// the other side of `widget` (src/driver.rs documents the commands).
//
// What the first open loads: this file with its neighbours, the styles and the
// sentences of one language, bundled into one. The build resolves the two
// `comptoir:` names for each language.
import css from "comptoir:css";
import texts from "comptoir:texts";
import { painter } from "./paint.js";
import { clean, flat, parsed } from "./value.js";
import { load } from "./wasm.js";

export default async (ui, wasm) => {
  const begin = await load(wasm);
  const { root, site, lang } = ui;
  const key = `comptoir:${site}`;
  // Without storage everything works until the page is left.
  const stored = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  };
  const found = stored();
  // Who the visitor is must be known before the first word: two tabs opened at
  // once are one visitor, and a message both hold is one message.
  if (!found.token) {
    found.token = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .slice(0, 43);
    try {
      localStorage.setItem(key, JSON.stringify(found));
    } catch {
      // As above.
    }
  }
  // Only where a thing was sent can tell whether it arrived.
  const unsent = found.outbox?.find((item) => item.in);
  if (unsent) found.conversation = unsent.in;
  const page = { site, lang, path: location.pathname, phone: ui.phone, email: ui.email };
  const widget = begin(`${texts}\x1f${flat({ ...found, ...page })}`);
  const paint = painter(lang);
  const timers = [];
  const parts = {};
  const gone = new AbortController();
  const narrow = matchMedia("(max-width:479.98px)");
  let waiting = [];
  let socket, dialog, field, scroll, dead, grew, rest;

  const freshId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  // One action at a time: what an effect causes comes after it.
  const queue = [];
  const act = (action, value = "", id = "") => {
    queue.push([action, value, id].join("\x1f"));
    if (queue.length > 1) return;
    while (queue.length && !dead) {
      try {
        run(widget(queue[0]));
      } catch (broken) {
        console.error(broken);
        ui.fallback();
      }
      queue.shift();
    }
  };

  const focused = () => root.activeElement;
  const hang = () => {
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    socket?.close();
  };
  // `show()` would take the keyboard away from the page.
  const show = () => (narrow.matches ? dialog.showModal() : (dialog.open = true));

  const commands = {
    b(scene) {
      root.append(paint(scene));
      for (const element of root.querySelectorAll("[data-p]")) parts[element.dataset.p] = element;
      [dialog, field, scroll] = [".panel", "textarea", ".scroll"].map((s) => root.querySelector(s));
    },
    c() {
      hang();
      try {
        socket = new WebSocket(`${ui.url.replace(/^http/, "ws")}/ws?site=${encodeURIComponent(site)}`);
        socket.onopen = () => act("opened");
        socket.onclose = () => act("lost");
        socket.onmessage = ({ data }) => act("frame", parsed(data));
      } catch {
        act("lost");
      }
    },
    x: hang,
    s: (text) => socket.readyState === 1 && socket.send(text),
    t(timer, ms) {
      clearTimeout(timers[timer]);
      timers[timer] = setTimeout(act, ms, "timer", timer);
    },
    u: (timer) => clearTimeout(timers[timer]),
    // What another tab has not sent yet stays; the same id makes it one event.
    // Each thing keeps the conversation it may have been sent in.
    w(json) {
      const { done, ...mine } = JSON.parse(json);
      const theirs = stored();
      waiting = mine.outbox.map(({ id }) => id);
      for (const item of mine.outbox) item.in = mine.conversation;
      mine.done = [...new Set([...(theirs.done || []), ...done.split(" ")])].slice(-99);
      const known = [...mine.done, ...waiting];
      mine.outbox.push(...(theirs.outbox || []).filter(({ id }) => !known.includes(id)));
      try {
        localStorage.setItem(key, JSON.stringify({ ...theirs, ...mine }));
      } catch {
        // As above.
      }
    },
    e: (name, number) => ui.emit(name, +number),
    g: () => ui.fallback(),
    a: (color) => ui.paint(color),
    n: () => requestAnimationFrame(() => act("painted")),
    o(open) {
      if (+open) {
        show();
        requestAnimationFrame(() => {
          // On a phone the keyboard would hide the notice.
          if (ui.focus) (narrow.matches ? dialog : field).focus();
          toEnd();
        });
      } else {
        dialog.close();
      }
      ui.shown(+open);
    },
    h() {
      parts.log.replaceChildren();
      parts.log.ariaLive = "off";
      paint.today();
    },
    l(scene) {
      parts.log.append(paint(scene));
      grew = 1;
    },
    p(part, scene) {
      const target = parts[part];
      const held = target.contains(focused()) && (focused().id || "?");
      target.replaceChildren(paint(scene));
      if (scroll.contains(target)) grew = 1;
      // The keyboard stays where it was, or goes to what took its place.
      const wanted = target.querySelector("[autofocus]:not(.kept)");
      if (wanted && !held) wanted.focus();
      else if (held) (root.getElementById(held) || wanted || target.querySelector("button") || field).focus();
    },
  };

  // The newest message or the form, from the first line even if it is longer
  // than the view.
  const toEnd = () => {
    const last = [...scroll.querySelectorAll(".m,.contact")].pop();
    scroll.scrollTop = last ? last.offsetTop - scroll.offsetTop - 12 : 0;
    rest = scroll.scrollTop;
  };

  const run = (text) => {
    // Who scrolled away reads something else.
    const end =
      dialog?.open &&
      (scroll.scrollTop === rest || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120);
    grew = 0;
    for (const command of text.split("\x1e").slice(1)) {
      const [letter, ...fields] = command.split("\x1f");
      commands[letter[0]](...fields);
    }
    if (grew) {
      if (end) toEnd();
      // History is not news: screen readers hear what comes after it.
      setTimeout(() => (parts.log.ariaLive = "polite"));
    }
  };

  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  const contact = () => clean(root.getElementById("c").value);
  const send = () => {
    const text = clean(field.value);
    field.value = "";
    grow();
    scroll.scrollTop = scroll.scrollHeight;
    act("send", text, freshId());
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  act("skeleton");
  act(document.hidden ? "hidden" : "visible");
  for (const { do: action, v, id } of found.outbox || []) {
    act(action, clean(v), id);
    if (/phone|email/.test(action)) act("submit", clean(v), id);
  }

  const { signal } = gone;
  const on = (target, name, handler) => target?.addEventListener(name, handler, { signal });
  on(dialog, "click", ({ target }) => {
    const control = target.closest("[data-do]");
    if (!control) return;
    const { do: action, v: value } = control.dataset;
    if (action === "copy") {
      const texts = parts.log.querySelectorAll(".b>.t");
      navigator.clipboard?.writeText(texts[texts.length - 1].innerText).catch(() => {});
      control.textContent = control.ariaLabel = value;
    } else {
      act(action, value, freshId());
    }
  });
  on(dialog, "submit", (event) => {
    event.preventDefault();
    if (event.target.contains(field)) send();
    else act("submit", contact(), freshId());
  });
  on(dialog, "input", ({ target }) => {
    if (target === field) {
      grow();
      act("typed", field.value.length);
    } else if (target.name === "kind") {
      act(target.value, contact());
    }
  });
  on(dialog, "keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      act("escape");
    } else if (event.key === "Enter" && event.target === field && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  // The back gesture on a phone.
  on(dialog, "cancel", (event) => {
    event.preventDefault();
    act("escape");
  });
  on(narrow, "change", () => {
    if (!dialog.open) return;
    dialog.close();
    show();
  });
  // What another tab has sent is not to be sent again.
  on(window, "storage", ({ key: changed }) => {
    if (changed !== key) return;
    for (const id of stored().done || []) if (waiting.includes(id)) act("discard", id);
  });
  on(document, "visibilitychange", () => act(document.hidden ? "hidden" : "visible"));
  for (const name of ["online", "pageshow"]) on(window, name, () => act("awake"));
  for (const name of ["offline", "pagehide"]) on(window, name, () => act("asleep"));
  // The on-screen keyboard shrinks the visual viewport only: keep the panel,
  // and with it the input, inside.
  const view = window.visualViewport;
  const fit = () => {
    dialog.style.setProperty("--h", `${view.height}px`);
    dialog.style.setProperty("--y", `${view.offsetTop}px`);
  };
  on(view, "resize", fit);
  on(view, "scroll", fit);

  // A breath between building and showing: no task is long.
  await new Promise((rest) => setTimeout(rest));
  return {
    show: (open) => act(open ? "open" : "close"),
    stop() {
      dead = 1;
      gone.abort();
      hang();
      timers.forEach(clearTimeout);
      dialog.remove();
    },
  };
};
