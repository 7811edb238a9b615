// The roll on a telephone: counts what is tapped, keeps it, sends it when the network is there.
import { drop, newKey, open, opened, sender, waiting } from "./roll_queue.js";

const page = document.querySelector("[data-roll-page]");
const words = page.dataset;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const fill = (sentence, ...values) => values.reduce((text, value) => text.replace("{}", value), sentence);
const hour = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
const AWAY = ["absent", "leave_personal", "leave_sick"];
let record = null;
let mine = "";

// ---- The list of pupils, from the server with names, or without the network as numbers.
const list = () => document.querySelector("[data-pupils]");
const cards = () => all("[data-pupil]", list());
const box = (card) => card.querySelector("input[type=checkbox]");
const kind = (card) => (box(card).checked ? card.querySelector("select").value : "");
const put = (card, value) => {
  box(card).checked = Boolean(value);
  if (value) card.querySelector("select").value = value;
};
const marks = () => cards().filter(kind)
  .map((card) => ({ student_id: Number(card.dataset.pupil), kind: kind(card) }));

const numbers = (found) => {
  const model = document.querySelector("[data-pupil-model]").content;
  list().replaceChildren(...found.pupils.map(({ id, no, preset }) => {
    const card = model.cloneNode(true).firstElementChild;
    card.dataset.pupil = id;
    card.dataset.preset = preset;
    card.querySelector("[data-no]").textContent = no;
    const label = fill(words.number, no);
    card.querySelector("[data-name]").textContent = label;
    card.querySelector("select").setAttribute("aria-label", label);
    put(card, preset);
    return card;
  }));
};

const count = () => {
  const kinds = cards().map(kind);
  const away = kinds.filter((one) => AWAY.includes(one)).length;
  const absent = kinds.filter((one) => one === "absent").length;
  const shown = { enrolled: kinds.length, present: kinds.length - away, absent, leave: away - absent };
  for (const [name, value] of Object.entries(shown)) {
    const figure = document.querySelector(`[data-count=${name}]`);
    figure.textContent = value;
    figure.parentElement.hidden = false;
  }
  const button = document.querySelector("[data-roll-save]");
  button.textContent = kinds.some(Boolean) ? fill(words.save, shown.present, absent) : fill(words.everybody, shown.enrolled);
  return shown;
};

const tapped = () => {
  count();
  record.marks = marks();
  open.keep(record);
};

const form = document.querySelector("[data-roll-form]");

// ---- What waits on this device, and what has become of it.
const line = (item, sentence, more = []) => {
  const row = document.createElement("li");
  row.dataset.key = item.key;
  const name = document.createElement("strong");
  name.textContent = item.label;
  row.append(name, " ", sentence, ...more.flatMap((one) => [" ", one]));
  return row;
};
const link = (address, text) => Object.assign(document.createElement("a"), { href: address, textContent: text, className: "button" });
// The roll of this page is called once more, on the list as it is now, with everything tapped.
const again = (item) => {
  open.keep({ ...record, marks: item.marks });
  location.assign(`/roll?${new URLSearchParams(item.roll)}`);
};
const dropper = (item) => {
  const own = item.key === mine;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: own ? words.again : words.drop });
  button.addEventListener("click", () => { drop(item.key); if (own) again(item); else show(); });
  return button;
};
const told = {
  login: (item) => line(item, fill(words.login, hour(item.taken_at)), [link(`/login?next=${encodeURIComponent("/roll")}`, words.toLogin)]),
  other: (item) => line(item, fill(words.other, hour(item.taken_at))),
  waiting: (item) => line(item, fill(item.unsafe ? words.unsafe : words.waits, hour(item.taken_at))),
};
const refused = (item) => line(item, fill(words.refused, hour(item.taken_at), item.refused.detail), [
  ...(item.refused.location ? [link(item.refused.location, words.look)] : []), dropper(item)]);

let latest = "waiting";
const arrived = [];
const show = () => {
  const rows = waiting().map((item) => (item.refused ? refused(item) : told[latest](item)));
  const part = document.querySelector("[data-roll-waiting]");
  part.querySelector("ul").replaceChildren(...rows, ...arrived);
  part.hidden = !rows.length && !arrived.length;
};

const queue = sender(({ outcome, item, said }) => {
  latest = told[outcome] ? outcome : "waiting";
  if (outcome === "delivered") {
    if (item.key === mine) {
      location.assign(said.location);
      return;
    }
    arrived.push(line(item, fill(words.arrived, hour(said.arrived_at), hour(said.taken_at)), [link(said.location, words.look)]));
  }
  show();
});

const save = (event) => {
  event.preventDefault();
  if (mine) return;
  mine = newKey();
  const { user, label, roll } = record;
  const item = { key: mine, user, label, roll, present: count().present, marks: marks(), taken_at: new Date().toISOString() };
  queue.add(item);
  open.forget();
  form.hidden = true;
  show();
  document.querySelector("[data-roll-waiting]").scrollIntoView({ block: "center" });
};

// ---- The page: with names from the server, or the shell that a worker keeps for times without network.
const begin = () => {
  form.hidden = false;
  list().addEventListener("change", tapped);
  form.addEventListener("submit", save);
  count();
};
if (form && form.dataset.roll) {
  const before = open.read();
  const roll = JSON.parse(form.dataset.roll);
  const pupils = cards().map((card) => ({
    id: Number(card.dataset.pupil), no: card.querySelector("[data-no]").textContent, preset: card.dataset.preset }));
  record = { user: document.body.dataset.user, label: form.dataset.label, roll, pupils, marks: marks() };
  const same = before && before.user === record.user && JSON.stringify(before.roll) === JSON.stringify(roll);
  if (same && !("typed" in form.dataset)) {
    const found = new Map(before.marks.map((mark) => [mark.student_id, mark.kind]));
    for (const card of cards()) put(card, found.get(Number(card.dataset.pupil)));
    record.marks = marks();
  }
  opened(record.user, form.elements.csrf_token.value);
  const unsent = waiting().find((item) => !item.refused && JSON.stringify(item.roll) === JSON.stringify(roll));
  if (unsent) {
    mine = unsent.key;
    form.hidden = true;
  } else {
    open.keep(record);
    begin();
  }
} else if (form) {
  record = open.read();
  if (record && record.roll.on === today()) {
    const found = new Map(record.marks.map((mark) => [mark.student_id, mark.kind]));
    document.querySelector("[data-roll-title]").textContent = record.label;
    numbers(record);
    for (const card of cards()) put(card, found.get(Number(card.dataset.pupil)));
    begin();
  } else {
    document.querySelector("[data-roll-none]").hidden = Boolean(waiting().length);
  }
  addEventListener("online", () => { if (!waiting().length) location.reload(); });
}
show();
queue.go();
if (words.worker && navigator.serviceWorker) {
  navigator.serviceWorker.register(words.worker, { scope: "/roll" }).catch(() => { /* the open page keeps and resends all the same */ });
}
