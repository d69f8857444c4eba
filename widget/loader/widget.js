// The script a firm puts on its page. It draws the launcher and, until the
// visitor opens the panel (or comes back to a conversation under way), does
// nothing else: no request, no storage, no font, no socket.
//
// ASSETS, BASE_CSS and WORDS are filled in by the build.
(() => {
  const script =
    document.currentScript || document.querySelector('script[data-site][src*="widget.js"]');
  if (!script || window.Comptoir) return;
  const data = script.dataset;
  const url = new URL(script.src).origin;
  const site = data.site || "";
  const known = (tag) => WORDS[(tag || "").slice(0, 2).toLowerCase()] && tag.slice(0, 2).toLowerCase();
  const lang =
    known(data.lang) || known(document.documentElement.lang) || known(navigator.language) || "fr";
  const words = WORDS[lang];
  const key = `comptoir:${site}`;
  const events = new EventTarget();
  let app, loading, mark = "", word = true;

  const make = (tag, props, ...children) => {
    const element = Object.assign(document.createElement(tag), props);
    element.append(...children);
    return element;
  };
  const kept = (storage, action) => {
    try {
      return action(window[storage]);
    } catch {
      // Storage is refused here: everything works until the page is left.
    }
  };

  const host = make("comptoir-widget", { lang, dir: "ltr" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(BASE_CSS);
  root.adoptedStyleSheets = [sheet];
  if (data.position === "left") host.setAttribute("data-left", "");

  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", "M4 5h16v11H11l-5 4v-4H4z");
  svg.append(line);
  const label = make("span", { className: "word", textContent: words.ask });
  const badge = make("span", { className: "badge", hidden: true });
  const launcher = make("button", { type: "button", className: "launch" }, svg, label, badge);
  launcher.part = "launcher";
  launcher.setAttribute("aria-haspopup", "dialog");
  launcher.onclick = () => open();
  root.append(launcher);

  const name = (unread) => {
    badge.hidden = !unread;
    badge.textContent = unread || "";
    launcher.ariaLabel = words.ask + (unread ? ` ${words.unread.replace("{}", unread)}` : "");
  };
  name(0);

  // Unread messages in the tab's title, only while the tab is out of sight.
  let unread = 0;
  const title = () => {
    if (mark && document.title.startsWith(mark)) document.title = document.title.slice(mark.length);
    mark = unread && document.hidden ? `(${unread}) ` : "";
    document.title = mark + document.title;
  };

  // The firm's colour, with the text colour that reads best on it.
  const paint = (color) => {
    const parts = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(color || data.color || "");
    if (!parts) return;
    const [r, g, b] = parts.slice(1).map((hex) => {
      const c = parseInt(hex, 16) / 255;
      return c <= 0.04 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const style = (property, value) => host.style.setProperty(property, value, "important");
    style("--comptoir-accent", parts[0]);
    style("--comptoir-on-accent", light > 0.2 ? "#1d2733" : "#fff");
    if (light > 0.17) style("--comptoir-link", "var(--ink)");
  };
  paint();

  // No WebAssembly, no gateway, or not this page: the firm stays reachable.
  let panel;
  const fallback = async () => {
    ui.shown(true);
    const list = make("p", {});
    const close = make("button", { type: "button", className: "shut", textContent: words.close });
    panel?.remove();
    panel = make("dialog", { className: "plain", ariaLabel: words.ask }, make("p", { textContent: words.none }), list, close);
    root.append(panel);
    panel.show();
    close.onclick = () => panel.close();
    panel.onkeydown = (e) => e.key === "Escape" && panel.close();
    panel.onclose = () => {
      ui.shown(false);
      loading = app = 0;
    };
    const card = await fetch(`${url}/widget/site.json?site=${encodeURIComponent(site)}`)
      .then((answer) => answer.json())
      .catch(() => ({}));
    const phone = card.phone || data.phone;
    const email = card.email || data.email;
    if (phone) list.append(make("a", { href: `tel:${phone.replace(/[^+\d]/g, "")}`, textContent: phone }));
    if (email) list.append(make("a", { href: `mailto:${email}`, textContent: email }));
  };

  const ui = {
    root, site, lang, url, paint, phone: data.phone, email: data.email,
    shown(now) {
      launcher.hidden = now;
      kept("sessionStorage", (s) => (now ? s.setItem(key, 1) : s.removeItem(key)));
      if (!now) {
        word = word && label.remove();
        launcher.focus();
      }
      ui.emit(now ? "open" : "close");
    },
    emit(event, detail) {
      if (event === "unread") {
        name((unread = detail));
        title();
      }
      events.dispatchEvent(new CustomEvent(event, { detail }));
    },
    fallback() {
      app?.stop();
      app = 0;
      fallback();
    },
  };

  // Not before it is needed.
  const load = () =>
    (loading ||= (async () => {
      const wasm = fetch(`${url}/widget/${ASSETS.wasm}`);
      wasm.catch(() => {});
      const { default: begin } = await import(`${url}/widget/${ASSETS[lang]}`);
      app = await begin(ui, wasm);
    })());
  const open = async (focus = true) => {
    launcher.ariaBusy = "true";
    try {
      await load();
      ui.focus = focus;
      app.show(true);
    } catch {
      fallback();
    }
    launcher.ariaBusy = "false";
  };

  // Pages that swap their content, or clean it, keep the widget.
  const stay = () => host.isConnected || document.documentElement.append(host);
  const guard = new MutationObserver(stay);
  guard.observe(document.documentElement, { childList: true });
  document.addEventListener("visibilitychange", title);
  stay();

  window.Comptoir = {
    open: () => open(),
    close: () => app?.show(false),
    on(event, handler) {
      const listener = (e) => handler(e.detail);
      events.addEventListener(event, listener);
      return () => events.removeEventListener(event, listener);
    },
    destroy() {
      guard.disconnect();
      document.removeEventListener("visibilitychange", title);
      app?.stop();
      host.remove();
      delete window.Comptoir;
    },
  };

  // The link of a letter: its ticket opens the conversation here, unless this
  // browser has it already. The address is cleaned, for it is a secret.
  const link = /^#comptoir=([a-z2-7]{47})\.([\da-f-]{36})$/.exec(location.hash);
  if (link) {
    kept("localStorage", (s) =>
      s.getItem(key)?.includes(link[2]) ||
      s.setItem(key, JSON.stringify({ token: link[1], conversation: link[2] })));
    history.replaceState(history.state, "", location.pathname + location.search);
    open();
  } else if (data.open === "true" || (innerWidth >= 480 && kept("sessionStorage", (s) => s.getItem(key)))) {
    // Back on a page of the firm with a conversation under way, which only a
    // visitor who opened the panel can have.
    open(false);
  } else if (kept("localStorage", (s) => s.getItem(key)?.includes('"live":true'))) {
    load().catch(() => {});
  }
})();
