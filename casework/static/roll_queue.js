// Keeps rolls on this device until the server has them: ids only, each sent until it is there, and
// there once, by its key. Gone from here as soon as it has arrived.
const MARK = "casework:roll:";
const PAUSES = [2, 4, 8, 15, 30, 60];
const PATIENCE = 20000;

// A browser that keeps nothing holds it as long as the page is open.
const memory = new Map();
const shelf = {
  get(name) {
    try { return localStorage.getItem(name) ?? memory.get(name) ?? null; } catch { return memory.get(name) ?? null; }
  },
  set(name, text) {
    memory.set(name, text);
    try { localStorage.setItem(name, text); return true; } catch { return false; }
  },
  drop(name) {
    memory.delete(name);
    try { localStorage.removeItem(name); } catch { /* it was never there */ }
  },
  names() {
    try { return [...new Set([...Object.keys(localStorage), ...memory.keys()])]; } catch { return [...memory.keys()]; }
  },
};

// What is being tapped, so that a page opened again goes on where it was.
export const open = {
  read: () => JSON.parse(shelf.get(`${MARK}open`) || "null"),
  keep: (record) => shelf.set(`${MARK}open`, JSON.stringify(record)),
  forget: () => shelf.drop(`${MARK}open`),
};

const all = () => shelf.names()
  .filter((name) => name.startsWith(`${MARK}waits:`))
  .map((name) => JSON.parse(shelf.get(name)))
  .sort((one, other) => one.taken_at.localeCompare(other.taken_at));
const keep = (item) => shelf.set(`${MARK}waits:${item.key}`, JSON.stringify(item));

export const waiting = all;
export const drop = (key) => shelf.drop(`${MARK}waits:${key}`);

// Random enough over plain HTTP, too, where randomUUID is missing.
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");

const reach = async (address, options = {}) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { redirect: "manual", cache: "no-store", signal: stop.signal, ...options });
    if (answer.type === "opaqueredirect" || answer.status >= 500 || answer.status === 429) throw new TypeError("later");
    return { status: answer.status, said: await answer.json() };
  } finally {
    clearTimeout(timer);
  }
};

// Who is logged in, with a token for sending; asked for again when it no longer holds.
let door = null;
export const opened = (user, token) => { door = { user, token }; };
const look = async () => {
  const { status, said } = await reach("/roll/door");
  return status === 200 ? said : null;
};

// One attempt: "delivered", "login", "other" (somebody else is logged in), "refused"; throws when to be tried later.
const attempt = async (item) => {
  door = door || await look();
  if (!door) return { outcome: "login" };
  if (door.user !== item.user) return { outcome: "other" };
  const { key, roll, present, marks, taken_at } = item;
  const body = JSON.stringify({ ...roll, present, marks, key, taken_at, device_at: new Date().toISOString() });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": door.token };
  const { status, said } = await reach("/roll/send", { method: "POST", headers, body });
  if (status < 300) return { outcome: "delivered", said };
  if (status !== 401 && said.kind !== "csrf") return { outcome: "refused", said };
  door = await look();
  if (door) throw new TypeError("later");
  return { outcome: "login" };
};

// Sends what waits: now, when the network comes back, when the page is looked at, and after a pause.
export const sender = (changed) => {
  let busy = false;
  let once_more = false;
  let tries = 0;
  let timer;
  const one = async (item) => {
    try {
      return await attempt(item);
    } catch {
      return { outcome: "waiting" };
    }
  };
  const round = async () => {
    for (const item of all().filter((found) => !found.refused)) {
      const found = await one(item);
      if (found.outcome === "delivered") drop(item.key);
      if (found.outcome === "refused") keep({ ...item, refused: found.said });
      changed({ ...found, item });
      if (found.outcome !== "delivered" && found.outcome !== "refused") return found.outcome;
    }
    return "done";
  };
  const go = async () => {
    once_more = busy;
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    const ended = await round();
    busy = false;
    tries = ended === "done" ? 0 : tries + 1;
    if (once_more && ended === "done") go();
    else if (ended !== "done") timer = setTimeout(go, PAUSES[Math.min(tries, PAUSES.length) - 1] * 1000);
  };
  const afresh = () => { door = door && waiting().some((item) => item.user !== door.user) ? null : door; go(); };
  addEventListener("online", afresh);
  addEventListener("pageshow", afresh);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) afresh(); });
  return {
    go,
    add(item) {
      if (!keep(item)) keep({ ...item, unsafe: true });
      tries = 0;
      go();
    },
  };
};
