// What plain forms and htmx do not do: scroll, sound, shortcuts, typing,
// unsaved work. Everything works without it.
"use strict";
(() => {
  const messages = document.getElementById("messages");
  const toEnd = () => { if (messages) messages.scrollTop = messages.scrollHeight; };
  toEnd();
  if (messages) {
    // A reconnected stream repeats rows: the first one stays.
    new MutationObserver((changes) => {
      for (const node of changes.flatMap((c) => [...c.addedNodes])) {
        if (node.id && messages.querySelectorAll(`#${node.id}`).length > 1) node.remove();
      }
      toEnd();
    }).observe(messages, { childList: true });
  }

  // Sound, only after it was asked for.
  const sound = document.getElementById("sound");
  const wanted = () => { try { return localStorage.getItem("sound") === "on"; } catch { return false; } };
  if (sound) {
    sound.checked = wanted();
    sound.addEventListener("change", () => {
      try { localStorage.setItem("sound", sound.checked ? "on" : "off"); } catch { /* private mode */ }
      if (sound.checked) ring();
    });
  }
  function ring() {
    const context = new AudioContext();
    for (const [at, pitch] of [[0, 660], [0.16, 880]]) {
      const tone = context.createOscillator(), level = context.createGain();
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0.12, context.currentTime + at);
      level.gain.exponentialRampToValueAtTime(0.001, context.currentTime + at + 0.3);
      tone.connect(level).connect(context.destination);
      tone.start(context.currentTime + at);
      tone.stop(context.currentTime + at + 0.32);
    }
  }
  const title = document.title;
  let calls = 0;
  document.body.addEventListener("htmx:sseMessage", (event) => {
    if (event.detail.type !== "call") return;
    if (wanted()) ring();
    if (document.hidden) document.title = `(${++calls}) ${title}`;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) { calls = 0; document.title = title; }
  });

  // Connection.
  const offline = document.getElementById("offline");
  document.body.addEventListener("htmx:sseError", () => { if (offline) offline.hidden = false; });
  document.body.addEventListener("htmx:sseOpen", () => {
    // Rows missed while the stream was down come with a fresh page.
    if (offline && !offline.hidden) location.reload();
  });

  // Replying: Ctrl+Enter sends, typing is told.
  const reply = document.getElementById("reply");
  if (reply) {
    const text = reply.elements.namedItem("text");
    const key = `draft:${location.pathname}`;
    try { if (!text.value) text.value = sessionStorage.getItem(key) || ""; } catch { /* private mode */ }
    let told = 0;
    const tell = (on) => fetch(reply.dataset.typing, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", "x-csrf": reply.elements.namedItem("csrf").value },
      body: `on=${on}`,
    }).catch(() => {});
    text.addEventListener("input", () => {
      try { sessionStorage.setItem(key, text.value); } catch { /* private mode */ }
      if (Date.now() - told > 3000) { told = Date.now(); tell(true); }
    });
    text.addEventListener("blur", () => { if (told) { told = 0; tell(false); } });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) reply.requestSubmit();
    });
    reply.addEventListener("submit", () => {
      try { sessionStorage.removeItem(key); } catch { /* private mode */ }
      reply.querySelector("button").disabled = true;
    });
  }

  // The private draft: into the field of replies, where a person reads it
  // before it is sent; asked for and set aside without leaving the page.
  document.addEventListener("click", (event) => {
    const use = event.target.closest("[data-use]"), quiet = event.target.closest("[data-quiet]");
    const text = reply && reply.elements.namedItem("text");
    if (use && text) {
      const words = document.getElementById(use.dataset.use).textContent;
      text.value = text.value.trim() ? `${text.value.trimEnd()}\n${words}` : words;
      text.dispatchEvent(new Event("input"));
      text.focus();
    }
    if (quiet) {
      event.preventDefault();
      fetch(quiet.dataset.quiet, {
        method: "POST",
        redirect: "manual",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-csrf": document.querySelector("#act [name=csrf]").value,
        },
      }).catch(() => {});
    }
  });

  // A question that is not answered goes away.
  const unasked = (except) => {
    for (const open of document.querySelectorAll("details.confirm[open]")) {
      if (open.contains(except)) continue;
      open.open = false;
    }
  };
  document.addEventListener("click", (event) => unasked(event.target));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") unasked(null); });

  // Unsaved work.
  for (const form of document.querySelectorAll("form[data-guard]")) {
    let dirty = false;
    form.addEventListener("input", () => { dirty = true; });
    form.addEventListener("submit", () => { dirty = false; });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  }
  // A colour can be picked as well as typed.
  for (const picker of document.querySelectorAll("input[type=color][data-for]")) {
    const typed = document.getElementById(picker.dataset.for);
    const show = () => { picker.value = typed.value && typed.checkValidity() ? typed.value : typed.placeholder; };
    show();
    picker.hidden = false;
    typed.addEventListener("input", show);
    picker.addEventListener("input", () => { typed.value = picker.value; });
  }
  for (const field of document.querySelectorAll(".code")) {
    field.addEventListener("focus", () => field.select());
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.copy);
      const done = () => { button.textContent = button.dataset.copied; };
      // Without a secure page the text is chosen, ready for Ctrl+C.
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, () => field.select());
      else field.select();
    });
  }
})();
