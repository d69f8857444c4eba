// Woken by a push: shows who waits, and opens the conversation when touched.
// The push holds no word of a visitor; neither does anything here.
"use strict";
const known = (url) => {
  const page = new URL(url, self.location.origin);
  return page.origin === self.location.origin && page.pathname.startsWith("/admin/") ? page.href : "/admin/inbox";
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let note = {};
  try { note = event.data.json(); } catch { /* shown all the same: browsers insist */ }
  event.waitUntil(self.registration.showNotification(note.title || "Comptoir", {
    body: note.body || "",
    lang: note.lang || "fr",
    tag: note.tag || "comptoir",
    renotify: true,
    icon: "/admin/assets/icon.svg",
    data: { url: known(note.url || "/admin/inbox") },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = known(event.notification.data?.url || "/admin/inbox");
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const same = open.find((client) => new URL(client.url).pathname === new URL(url).pathname);
    if (same) return same.focus();
    return self.clients.openWindow(url);
  })());
});
