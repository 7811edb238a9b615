// Sends a chosen file at once and in pieces, and goes on after the network was away or the page was
// closed. Without this script the form carries the file itself.
"use strict";

(() => {
  const PIECE = 256 * 1024;
  const MOST = 20 * 1024 * 1024;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  class Refused extends Error {}

  // One request. A network that is away throws TypeError, a refusal throws Refused with its sentence.
  const ask = async (address, options, token, words) => {
    const answer = await fetch(address, {
      redirect: "manual",
      ...options,
      headers: { "X-CSRFToken": token, ...options.headers },
    });
    if (answer.type === "opaqueredirect") throw new Refused(words.loggedOut);
    if (answer.status >= 500) throw new TypeError(String(answer.status));
    const said = await answer.json().catch(() => ({ detail: String(answer.status) }));
    if (answer.status === 409 && said.key === undefined && options.method === "PUT") return null;
    if (!answer.ok) throw Object.assign(new Refused(said.detail), { status: answer.status });
    return said;
  };

  const digest = async (file) => {
    if (!window.crypto || !crypto.subtle) return "";
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  for (const field of document.querySelectorAll("[data-upload]")) {
    const form = field.closest("form");
    const name = field.dataset.upload;
    const words = field.dataset;
    const status = field.querySelector("[data-upload-status]");
    const bar = field.querySelector("progress");
    const inputs = [...field.querySelectorAll("input[type=file]")];
    let turn = 0;
    let busy = false;
    let submitter;

    const say = (sentence) => {
      const first = !status.textContent;
      status.textContent = sentence;
      if (first) status.scrollIntoView({ block: "nearest" });
    };
    const show = (received, size) => {
      const part = Math.floor((100 * received) / size);
      bar.hidden = false;
      bar.value = part;
      say(words.sending.replace("{}", part));
    };
    const stop = () => { busy = false; bar.hidden = true; };

    // Again and again while the network is away, less and less often.
    const surely = async (mine, what) => {
      for (let pause = 1000; ; pause = Math.min(pause * 2, 15000)) {
        if (mine !== turn) throw new Refused("");
        try {
          return await what();
        } catch (error) {
          if (error instanceof Refused) throw error;
          say(words.waiting);
          await Promise.race([wait(pause), new Promise((on) => window.addEventListener("online", on, { once: true }))]);
        }
      }
    };

    const begun = async (mine, file, mark, token) => {
      const known = localStorage.getItem(mark);
      if (known) {
        try {
          return await surely(mine, () => ask(`${words.at}/${known}`, {}, token, words));
        } catch (error) {
          if (error.status !== 404) throw error;
          localStorage.removeItem(mark);
        }
      }
      const body = new URLSearchParams({ size: file.size, name: file.name });
      const made = await surely(mine, () => ask(words.at, { method: "POST", body }, token, words));
      localStorage.setItem(mark, made.key);
      return made;
    };

    const send = async (file, mine) => {
      const token = form.elements.csrf_token.value;
      const mark = ["casework:upload", document.body.dataset.user, words.at, file.name, file.size, file.lastModified].join(":");
      let now = await begun(mine, file, mark, token);
      const at = `${words.at}/${now.key}`;
      while (now.received < now.size) {
        show(now.received, now.size);
        const body = file.slice(now.received, now.received + PIECE);
        const headers = { "Content-Type": "application/octet-stream" };
        const put = () => ask(`${at}?offset=${now.received}`, { method: "PUT", body, headers }, token, words);
        now = await surely(mine, put) || await surely(mine, () => ask(at, {}, token, words));
      }
      show(now.size, now.size);
      const sum = new URLSearchParams({ sha256: await digest(file) });
      const done = await surely(mine, () => ask(`${at}/finish`, { method: "POST", body: sum }, token, words));
      localStorage.removeItem(mark);
      return done;
    };

    const keep = (done) => {
      for (const one of field.querySelectorAll("[data-kept], [data-kept-note]")) one.remove();
      const kept = document.createElement("input");
      Object.assign(kept, { type: "hidden", name, value: done.id });
      kept.dataset.kept = "";
      field.append(kept);
      for (const input of inputs) input.value = "";
    };

    const chosen = async (input) => {
      const file = input.files[0];
      const mine = turn += 1;
      stop();
      if (!file) return;
      for (const other of inputs) if (other !== input) other.value = "";
      if (file.size > MOST) {
        input.value = "";
        say(words.tooLarge);
        return;
      }
      busy = true;
      try {
        const done = await send(file, mine);
        if (mine !== turn) return;
        keep(done);
        stop();
        say(words.done.replace("{}", `${file.name} · ${done.size}`));
        if (submitter) form.requestSubmit(submitter);
      } catch (error) {
        if (mine !== turn) return;
        stop();
        input.value = "";
        say(error.message);
      }
      submitter = undefined;
    };

    for (const input of inputs) input.addEventListener("change", () => chosen(input));
    // Sent too early: the form goes off by itself when the file has arrived.
    form.addEventListener("submit", (event) => {
      if (!busy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      submitter = event.submitter;
    }, true);
  }
})();
