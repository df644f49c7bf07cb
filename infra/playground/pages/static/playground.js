"use strict";

// Parts marked data-live fetch themselves again; forms marked data-send are sent without a reload.

const announcer = document.getElementById("announcer");

function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  announcer.append(line);
  if (announcer.children.length > 5) announcer.firstElementChild.remove();
}

function news(part) {
  return part.querySelector("[data-news-key]");
}

function swap(part, html) {
  const before = news(part) ? news(part).dataset.newsKey : null;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : null;
  part.innerHTML = html;
  if (focused) {
    const again = document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  }
  const now = news(part);
  if (!now) return;
  if (before !== null && now.dataset.newsKey !== before && now.dataset.news) announce(now.dataset.news);
  const replyTo = document.querySelector("input[name=reply_to]");
  if (replyTo && now.dataset.replyTo) replyTo.value = now.dataset.replyTo;
}

async function refresh(part) {
  if (part.busy) return;
  part.busy = true;
  try {
    const headers = part.etag ? { "If-None-Match": part.etag } : {};
    const answer = await fetch(part.dataset.live, { headers, cache: "no-store" });
    if (answer.status === 200) {
      part.etag = answer.headers.get("ETag");
      swap(part, await answer.text());
    }
    document.body.classList.remove("offline");
  } catch {
    document.body.classList.add("offline");
  } finally {
    part.busy = false;
  }
}

function refreshAll() {
  document.querySelectorAll("[data-live]").forEach(refresh);
}

for (const part of document.querySelectorAll("[data-live]")) {
  window.setInterval(() => { if (!document.hidden) refresh(part); }, Number(part.dataset.every));
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshAll(); });

async function send(form, submitter) {
  const error = form.querySelector(".form-error");
  const button = form.querySelector("button[type=submit]");
  const body = new FormData(form, submitter);
  error.textContent = "";
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error || "That did not work.");
    if (told.go) { window.location.assign(told.go); return; }
    form.elements.text.value = "";
    if (form.elements.status) form.elements.status.value = "";
    if (form.elements.tags) form.elements.tags.value = "";
    if (told.next_key) form.elements.key.value = told.next_key;
    announce(told.said);
    refreshAll();
    form.elements.text.focus();
  } catch (trouble) {
    error.textContent = trouble instanceof TypeError || trouble instanceof SyntaxError
      ? "The playground does not answer. Your text is kept; try again." : trouble.message;
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-send]")) {
  const text = form.elements.text;
  const status = form.elements.status;
  const plain = text.placeholder;
  form.addEventListener("submit", (event) => { event.preventDefault(); send(form, event.submitter); });
  form.addEventListener("change", () => {
    const note = form.elements.kind && form.elements.kind.value === "note";
    text.placeholder = note ? text.dataset.placeholderNote : plain;
    if (status) text.required = !status.value && !form.elements.tags.value;
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}
