// The API's page: opens the route that an address names, and sends what its form says.
"use strict";

// A link to a route opens it.
const openNamed = () => {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!named || named.localName !== "details") return;
  named.open = true;
  named.querySelector("summary").focus();
};
addEventListener("hashchange", openNamed);
openNamed();

document.getElementById("key-row").hidden = false;
// The key stays in this field: nothing keeps it.
const key = () => document.getElementById("key").value.trim();

const asked = (form) => {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = new Headers({ Accept: "application/json, */*" });
  for (const field of form.querySelectorAll("[data-name]")) {
    const { name, place } = field.dataset;
    const value = field.value.trim();
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value === "") continue;
    else if (place === "query") query.append(name, value);
    else headers.set(name, value);
  }
  const request = { method: form.dataset.method, headers, cache: "no-store" };
  const body = form.querySelector("[data-body]");
  if (body) {
    headers.set("Content-Type", body.dataset.body);
    request.body = body.value;
  }
  // With a key nobody's session is used.
  if (key()) headers.set("Authorization", `Bearer ${key()}`);
  request.credentials = key() ? "omit" : "same-origin";
  const search = query.toString();
  return [search ? `${path}?${search}` : path, request];
};

const spread = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

for (const form of document.querySelectorAll("form[data-try]")) {
  form.hidden = false;
  const answer = form.querySelector("[data-answer]");
  const status = answer.querySelector("[data-status]");
  const parts = answer.querySelector("[data-parts]");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    parts.hidden = true;
    status.textContent = answer.dataset.sending;
    const began = performance.now();
    try {
      const response = await fetch(...asked(form));
      const text = await response.text();
      const took = Math.round(performance.now() - began);
      parts.querySelector("[data-headers]").textContent = [...response.headers]
        .map(([name, value]) => `${name}: ${value}`)
        .join("\n");
      parts.querySelector("[data-text]").textContent = spread(text);
      status.textContent = answer.dataset.took
        .replace("#status", `${response.status} ${response.statusText}`.trim())
        .replace("#took", String(took));
      parts.hidden = false;
    } catch {
      status.textContent = answer.dataset.lost;
    }
    button.removeAttribute("aria-disabled");
  });
}
