// "Notify me on this device": asks the browser, tells the desk. Every state is
// said in words; without scripts the list of devices still works.
"use strict";
(() => {
  const box = document.getElementById("push");
  if (!box) return;
  const state = box.querySelector("[data-state]");
  const [on, off] = [box.querySelector("[data-on]"), box.querySelector("[data-off]")];
  const say = (name, subscribed) => {
    state.textContent = box.dataset[name];
    on.hidden = subscribed !== false;
    off.hidden = subscribed !== true;
  };
  const send = (path, fields) => fetch(`/admin/notifications/${path}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "x-csrf": box.dataset.csrf },
    body: new URLSearchParams(fields),
  }).then((answer) => { if (!answer.ok) throw new Error(answer.status); });

  // iPhones have notifications only for pages on the home screen.
  const isPhone = /iPhone|iPad/.test(navigator.userAgent);
  if (!window.isSecureContext) return say("insecure");
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    return say(isPhone ? "iphone" : "unsupported");
  }
  const worker = () => navigator.serviceWorker.register("/admin/worker.js", { scope: "/admin/" })
    .then(() => navigator.serviceWorker.ready);
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const bytes = (base64) => Uint8Array.from(
    atob(base64.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  // A browser that does not reach its push service says so late, or never.
  const PATIENCE = 30000;
  const soon = (promise) => Promise.race([
    promise,
    new Promise((_, refuse) => setTimeout(() => refuse(new Error("no push service")), PATIENCE)),
  ]);
  const keep = (subscription) => send("devices", {
    endpoint: subscription.endpoint,
    p256dh: text(subscription.getKey("p256dh")),
    auth: text(subscription.getKey("auth")),
  });

  on.addEventListener("click", async () => {
    say("asking");
    try {
      const permission = await Notification.requestPermission();
      if (permission !== "granted") return say(permission === "denied" ? "blocked" : "dismissed", permission === "denied" ? undefined : false);
      say("joining");
      const registration = await worker();
      const subscription = await soon(registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(box.dataset.key),
      }));
      await keep(subscription);
      location.reload();
    } catch (error) {
      console.error(error);
      say("failed", false);
    }
  });
  off.addEventListener("click", async () => {
    try {
      const registration = await worker();
      const subscription = await registration.pushManager.getSubscription();
      if (subscription) {
        await send("devices/forget", { endpoint: subscription.endpoint });
        await subscription.unsubscribe();
      }
      location.reload();
    } catch (error) {
      console.error(error);
      say("failed", true);
    }
  });

  (async () => {
    if (Notification.permission === "denied") return say("blocked");
    const registration = await navigator.serviceWorker.getRegistration("/admin/");
    const subscription = await registration?.pushManager.getSubscription();
    const known = subscription && box.dataset.devices.split(" ").includes(subscription.endpoint);
    // Removed from the list, or another person signed in: it is off here.
    if (subscription && !known) await subscription.unsubscribe();
    say(known ? "isOn" : "isOff", !!known);
  })().catch(() => say("failed", false));
})();
