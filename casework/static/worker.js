// Lets the page of the roll be opened again while the network is away: it then shows numbers of the
// list and no names, because nothing about pupils is kept on this device but ids.
"use strict";

const SHELF = `casework-roll-${new URL(location.href).searchParams.get("v") || ""}`;
const SHELL = "/roll/offline";
const PARTS = ["casework.css", "print.css", "casework.js", "roll.js", "roll_queue.js", "icon.svg"]
  .map((name) => `/static/${name}`);
const PATIENCE = 8000;

self.addEventListener("install", (event) => {
  const fill = async () => (await caches.open(SHELF)).addAll([SHELL, ...PARTS]);
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("casework-roll-") && name !== SHELF) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// A network that is nearly away counts as away.
const within = (request) => new Promise((done, failed) => {
  const timer = setTimeout(() => failed(new Error("slow")), PATIENCE);
  fetch(request).then(done, failed).finally(() => clearTimeout(timer));
});

const kept = async (address) => (await caches.open(SHELF)).match(address);

const page = async (request) => {
  try {
    return await within(request);
  } catch {
    return (await kept(SHELL)) || Response.error();
  }
};

const part = async (request) => {
  const address = new URL(request.url).pathname;
  try {
    const fresh = await fetch(request);
    if (fresh.ok) (await caches.open(SHELF)).put(address, fresh.clone());
    return fresh;
  } catch {
    return (await kept(address)) || Response.error();
  }
};

// Nothing else is touched: what is sent, and every other page, goes to the network as ever.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === "/roll") event.respondWith(page(request));
  else if (PARTS.includes(pathname)) event.respondWith(part(request));
});
