"use strict";
// The page works without this file, by forms and reloads. Here it becomes live: actions without a reload,
// and server-sent events that put, change and remove bubbles.
(() => {
  const phoneOf = (id) => document.getElementById(`p-${id}`);
  const live = document.getElementById("live");

  const atEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const toEnd = (log) => { log.scrollTop = log.scrollHeight; };

  function parsed(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  }

  function toast(phone, text, stays) {
    const box = document.createElement("div");
    box.className = stays ? "toast alert" : "toast";
    box.dir = "auto";
    box.textContent = text;
    phone.querySelector(".toasts").append(box);
    if (stays) {
      const close = document.createElement("button");
      close.type = "button";
      close.textContent = "OK";
      close.addEventListener("click", () => box.remove());
      box.append(close);
    } else {
      setTimeout(() => box.remove(), 4000);
    }
  }

  async function act(form, submitter) {
    const data = new FormData(form);
    if (submitter && submitter.name) data.set(submitter.name, submitter.value);
    const isFile = form.enctype === "multipart/form-data";
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "X-Live": "1" },
      body: isFile ? data : new URLSearchParams(data),
    });
    const phone = form.closest(".phone");
    if (!answer.ok && phone) toast(phone, (await answer.text()).trim(), false);
    return answer.ok;
  }

  function say(phone, text) {
    const form = phone.querySelector("form.say");
    const field = form.elements.text;
    const draft = field.value;
    field.value = text;
    act(form);
    field.value = draft;
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    if (event.submitter && event.submitter.dataset.copy !== undefined) {
      navigator.clipboard?.writeText(event.submitter.dataset.copy).catch(() => {});
      toast(form.closest(".phone"), `Copied: ${event.submitter.dataset.copy}`, false);
    }
    const field = form.classList.contains("say") ? form.elements.text : null;
    if (field && !field.value.trim()) return;
    const sent = act(form, event.submitter);
    if (field) { field.value = ""; field.style.height = ""; }
    if (form.classList.contains("publish") && await sent) {
      const button = form.querySelector(".go");
      button.textContent = "Published";
      setTimeout(() => { button.textContent = "Publish a news entry"; }, 1500);
    }
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-say], .spoiler, [data-title], .quote.long");
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (!target) return;
    if (target.classList.contains("spoiler") || target.classList.contains("quote")) {
      target.classList.add("shown");
      target.removeAttribute("aria-label");
    } else if (target.dataset.say) {
      const phone = target.closest(".phone");
      phone.querySelector("details.menu").open = false;
      say(phone, target.dataset.say);
    } else if (target.dataset.title) {
      document.getElementById("title").value = target.dataset.title;
      document.getElementById("summary").value = target.dataset.summary;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    const field = event.target;
    if (field.matches?.(".spoiler, .quote.long") && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      field.click();
    }
    if (field.matches?.("form.say textarea") && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  });

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("form.say textarea")) return;
    event.target.style.height = "";
    event.target.style.height = `${Math.min(event.target.scrollHeight, 120)}px`;
  });

  document.addEventListener("change", (event) => {
    if (event.target.type !== "file" || !event.target.files.length) return;
    act(event.target.form);
    event.target.form.reset();
  });

  const told = new Map();  // element id -> HTML last put there
  let started = false;     // the first events repeat what the page shows already

  function onChat({ person, ids, put }) {
    const phone = phoneOf(person);
    if (!phone) { location.reload(); return; }
    const log = phone.querySelector(".log");
    const follow = atEnd(log);
    const keep = new Set(ids);
    for (const item of [...log.children]) if (!keep.has(item.id)) item.remove();
    for (const id of ids) {
      if (put[id] === undefined) continue;
      const next = parsed(put[id]);
      const old = document.getElementById(id);
      if (!old) {
        if (started) next.classList.add("fresh");
        const number = Number(next.dataset.number);
        const after = [...log.children].find((item) => Number(item.dataset.number) > number);
        log.insertBefore(next, after ?? null);
      } else if (told.get(id) !== put[id]) {
        const focused = old.contains(document.activeElement);
        old.replaceWith(next);
        if (focused) next.querySelector(".key")?.focus();
      }
    }
    for (const id of Object.keys(put)) told.set(id, put[id]);
    if (follow) toEnd(log);
  }

  function onState({ person, blocked, label, commands, intro }) {
    const phone = phoneOf(person);
    if (!phone) { location.reload(); return; }
    phone.classList.toggle("blocked", blocked);
    phone.querySelector(".block").textContent = label;
    phone.querySelector(".commands").innerHTML = commands;
    phone.querySelector(".empty").innerHTML = intro;
    for (const field of phone.querySelectorAll(".say textarea, .say button, .upload input")) field.disabled = blocked;
  }

  const stream = new EventSource("/sandbox/events");
  const on = (name, act) => stream.addEventListener(name, (event) => act(JSON.parse(event.data)));
  on("chat", onChat);
  on("state", onState);
  on("toast", ({ person, text, alert }) => toast(phoneOf(person), text, alert));
  on("feed", ({ html }) => { document.querySelector(".entries").innerHTML = html; });
  stream.addEventListener("open", () => { live.textContent = "live"; live.className = "live on"; });
  setTimeout(() => { started = true; }, 1000);
  stream.addEventListener("error", () => { live.textContent = "connection lost, trying again"; live.className = "live"; });
  addEventListener("pagehide", () => stream.close());
  for (const log of document.querySelectorAll(".log")) toEnd(log);
})();
