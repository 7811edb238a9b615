// Makes better what works without it: countdowns, drafts, the curtain, questions that depend on others.
"use strict";

(() => {
  const body = document.body;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const skew = Date.parse(body.dataset.now) - Date.now();
  const fill = (words, value) => words.replace("{}", value);

  // Countdowns. The server's clock counts, not that of the phone.
  const span = (seconds) => {
    const minutes = Math.floor(Math.abs(seconds) / 60);
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    const parts = [];
    if (days) parts.push(fill(body.dataset.day, days));
    if (hours) parts.push(fill(body.dataset.hour, hours));
    if (!days && (minutes % 60 || !parts.length)) parts.push(fill(body.dataset.minute, minutes % 60));
    return parts.join(document.documentElement.lang === "en" ? " " : "");
  };
  const count = () => {
    for (const spot of all("[data-due]")) {
      const left = (Date.parse(spot.dataset.due) - Date.now() - skew) / 1000;
      spot.textContent = fill(left < 0 ? body.dataset.over : body.dataset.left, span(left));
    }
  };
  if (all("[data-due]").length) setInterval(count, 20000);

  // The curtain: one key hides the names from whoever walks by.
  const curtain = document.querySelector("[data-curtain]");
  if (curtain) {
    const toggle = () => {
      curtain.hidden = !curtain.hidden;
      for (const part of body.children) if (part !== curtain) part.inert = !curtain.hidden;
      if (!curtain.hidden) curtain.focus();
    };
    for (const button of all("[data-hide]")) {
      button.hidden = false;
      button.addEventListener("click", toggle);
    }
    curtain.addEventListener("click", toggle);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") toggle(); });
  }

  // Questions that belong to the form only after a certain answer.
  const answer = (form, name) => all("input, select", form)
    .filter((e) => e.name === name || e.name === `${name}.unknown`)
    .filter((e) => (e.type === "radio" || e.type === "checkbox" ? e.checked : true))
    .map((e) => e.value.toLowerCase());
  for (const form of all("form")) {
    const blocks = all("[data-only-if]", form);
    if (!blocks.length) continue;
    const show = () => {
      for (const block of blocks) {
        const wanted = block.dataset.onlyValues.split(" ");
        block.hidden = !answer(form, block.dataset.onlyIf).some((value) => wanted.includes(value));
      }
    };
    form.addEventListener("change", show);
    show();
    form.addEventListener("restored", show);
    for (const hint of all(".when", form)) hint.hidden = true;
  }

  // Words of danger bring the emergency numbers to the top; they never stop a report.
  for (const form of all("form[data-danger]")) {
    const words = form.dataset.danger.split(" ");
    const answers = form.dataset.dangerAnswers.split(" ").map((pair) => pair.split("="));
    const figures = form.dataset.dangerFigures.split(" ");
    const block = form.querySelector("[data-danger-block]");
    if (!block) continue;
    const look = () => {
      const text = [form.elements.title.value, form.elements.narrative.value].join(" ").toLowerCase();
      const said = answers.some(([name, value]) => answer(form, `fields.${name}`).includes(value));
      const counted = figures.some((name) => answer(form, `fields.${name}`).some((n) => Number(n) > 0));
      block.hidden = !(said || counted || words.some((word) => text.includes(word)));
    };
    form.addEventListener("change", look);
    form.addEventListener("input", look);
    form.addEventListener("restored", look);
    look();
  }

  // Another class: show its pupils at once.
  for (const select of all("select[data-refresh]")) {
    const button = select.form.querySelector("[name=refresh]");
    button.hidden = true;
    select.addEventListener("change", () => button.click());
  }

  // Filters: the list follows at once, without loading the page again; the address says what is shown.
  for (const form of all("form[data-filters]")) {
    let latest = 0;
    form.addEventListener("change", async () => {
      const turn = latest += 1;
      const given = [...new FormData(form)].filter(([, value]) => value);
      const address = `${form.action}?${new URLSearchParams(given)}`;
      const answer = await fetch(address);
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-list]");
      if (turn !== latest || !found) return;
      document.querySelector("[data-list]").replaceWith(found);
      history.replaceState(null, "", address);
    });
  }

  // Drafts: what is typed survives a closed tab, on this device and for this person only.
  const mark = `casework:draft:${body.dataset.user || ""}:`;
  const forget = (prefix) => Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix)).forEach((key) => localStorage.removeItem(key));
  const SILENT = new Set(["csrf_token", "form_key", "version", "refresh"]);
  const entries = (form) => [...new FormData(form)]
    .filter(([name, value]) => !SILENT.has(name) && typeof value === "string");
  const restore = (form, pairs) => {
    const values = {};
    for (const [name, value] of pairs) (values[name] ||= []).push(value);
    for (const entry of form.elements) {
      if (!entry.name || SILENT.has(entry.name) || entry.type === "hidden") continue;
      const given = values[entry.name] || [];
      if (entry.type === "radio" || entry.type === "checkbox") entry.checked = given.includes(entry.value);
      else if (given.length && entry.tagName !== "BUTTON") entry.value = given[0];
    }
    form.dispatchEvent(new Event("restored"));
  };
  // The pupils on the form are those of its unit: a draft of another unit needs that form first.
  const elsewhere = (form, pairs) => {
    const unit = form.elements.unit_id;
    const wanted = (pairs.find(([name]) => name === "unit_id") || [])[1];
    const known = unit && wanted && [...unit.options].some((option) => option.value === wanted);
    if (!known || unit.value === wanted) return false;
    const there = new URL(location.href);
    if (there.searchParams.get("unit_id") === wanted) return false;
    there.searchParams.set("unit_id", wanted);
    location.replace(there);
    return true;
  };
  const offer = (form, key) => {
    const note = document.createElement("p");
    note.className = "draft";
    note.setAttribute("role", "status");
    note.append(body.dataset.draftWord, " ");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.textContent = body.dataset.draftDrop;
    drop.addEventListener("click", () => { localStorage.removeItem(key); location.reload(); });
    note.append(drop);
    form.prepend(note);
  };
  try {
    for (const spot of all("[data-clear-draft]")) forget(mark + spot.dataset.clearDraft);
    for (const form of all("form[data-draft]")) {
      const key = mark + form.dataset.draft;
      const kept = localStorage.getItem(key);
      if (kept && !("typed" in form.dataset)) {
        const pairs = JSON.parse(kept);
        if (elsewhere(form, pairs)) continue;
        restore(form, pairs);
        offer(form, key);
      }
      form.addEventListener("input", () => localStorage.setItem(key, JSON.stringify(entries(form))));
    }
    for (const form of all("form[data-logout]")) {
      form.addEventListener("submit", () => forget("casework:draft:"));
    }
  } catch {
    // A browser that keeps nothing: the forms work as they are.
  }

  // On paper everything is open; afterwards it is as it was.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const one of opened) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A step named in the address may stand in a part that is folded.
  const unfold = () => {
    const spot = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = spot && spot.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  };
  window.addEventListener("hashchange", unfold);
  unfold();

  // A form is sent once; an error leads the eye to its summary.
  for (const form of all("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  }
  window.addEventListener("pageshow", () => all("form").forEach((form) => delete form.dataset.sent));
  document.getElementById("problem")?.focus();
})();
