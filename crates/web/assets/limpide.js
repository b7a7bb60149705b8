// What a page gains from JavaScript; every page works without it.
"use strict";

// A print button, shown only where it can work.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Where the address stays the same, its link would only scroll: the form is put back as it was sent.
for (const link of document.querySelectorAll("a[data-reset]")) {
  link.addEventListener("click", (event) => {
    if (link.pathname + link.search !== location.pathname + location.search) return;
    event.preventDefault();
    const form = link.closest("form");
    form.reset();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A slider beside a field: each follows the other, and the field is what is sent.
const plainNumber = (text, lang) => {
  const kept = text.replace(/[\s€]/g, "").replace("\u2212", "-");
  return Number(lang === "fr" ? kept.replace(",", ".") : kept.replaceAll(",", ""));
};

for (const slider of document.querySelectorAll("[data-slides]")) {
  const field = document.getElementById(slider.dataset.slides);
  const lang = slider.form.dataset.lang;
  const written = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  const isPlain = field.type === "number";
  slider.hidden = false;
  slider.addEventListener("input", () => {
    field.value = isPlain ? slider.value : written.format(slider.value);
  });
  field.addEventListener("input", () => {
    const number = isPlain ? field.valueAsNumber : plainNumber(field.value, lang);
    if (Number.isFinite(number)) slider.value = number;
  });
}

// Whoever goes back sees the present state, not the page as it was left.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

// Whoever leaves a page overtakes what it was still asking for: that is no fault.
const underWay = new Set();
document.addEventListener("htmx:beforeSend", ({ detail: { xhr } }) => {
  underWay.add(xhr);
  xhr.addEventListener("loadend", () => underWay.delete(xhr));
});
addEventListener("pagehide", () => {
  for (const xhr of underWay) xhr.onabort = xhr.onerror = null;
});

// A part that cannot be swapped is shown as the page that says why.
document.addEventListener("htmx:responseError", ({ detail }) => {
  // What is checked while one types leads nowhere.
  if (detail.requestConfig.verb === "get") location.assign(detail.pathInfo.finalRequestPath);
});

// What is wrong with a field, told beside it while one types, is said of the field too.
const sayFault = (place) => {
  const field = document.getElementById(place.dataset.faultOf ?? "");
  if (!field) return;
  if (place.textContent.trim() === "") field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
};

document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => sayFault(target));
document.addEventListener("htmx:oobAfterSwap", ({ target }) => sayFault(target));

// Where a part's swap changes the page's address, the links to the same page follow.
document.addEventListener("htmx:replacedInHistory", ({ detail: { path } }) => {
  const link = document.querySelector("a.lang");
  if (link) {
    const other = new URL(path, location.href);
    other.searchParams.set("lang", link.hreflang);
    link.href = other.pathname + other.search;
  }
  for (const back of document.querySelectorAll("input[name=back]")) back.value = path;
});

// The client's information, filtered while typing.
const folded = (text) =>
  text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

const filterWhileTyping = (form) => {
  const input = form.querySelector("input[type=search]");
  if (!input || form.dataset.partial === "true") return;
  form.querySelector("button").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  const filter = () => {
    const count = document.getElementById(form.dataset.filter);
    const wanted = folded(input.value.trim());
    let shown = 0;
    for (const group of document.querySelectorAll("[data-group]")) {
      const whole = folded(group.querySelector(".info-group").textContent).includes(wanted);
      let any = false;
      for (const item of group.querySelectorAll("dl > div")) {
        item.hidden = !whole && !folded(item.textContent).includes(wanted);
        if (!item.hidden) shown += 1;
        any ||= !item.hidden;
      }
      group.hidden = !any;
    }
    const words = shown === 0 ? "none" : shown === 1 ? "one" : "many";
    count.textContent = count.dataset[words].replace("#", String(shown));
  };
  input.addEventListener("input", filter);
  // What is swapped under the filter is filtered as well.
  document.addEventListener("htmx:load", ({ detail: { elt } }) => {
    if (input.value !== "" && elt.querySelector("[data-group]")) filter();
  });
};

// What holds for the page holds for each part that htmx puts in.
const start = (part) => {
  for (const button of part.querySelectorAll("[data-without-script]")) button.hidden = true;
  for (const form of part.querySelectorAll("form[data-filter]")) filterWhileTyping(form);
};

start(document);
document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (elt !== document.body) start(elt);
});

// Arrow keys walk a chart's rows; the row's words are shown and announced.
for (const figure of document.querySelectorAll("figure[data-walk]")) {
  const words = [...document.querySelectorAll(`#${figure.dataset.walk} tbody tr`)].map((row) =>
    [...row.cells].map((cell) => cell.textContent.trim()).filter(Boolean).join(" · "),
  );
  const readout = figure.querySelector("[data-readout]");
  let at = -1;
  const show = (next) => {
    at = Math.max(0, Math.min(words.length - 1, next));
    readout.textContent = words[at];
    for (const mark of figure.querySelectorAll(".row-mark")) {
      mark.classList.toggle("is-current", Number(mark.dataset.row) === at);
    }
  };
  figure.tabIndex = 0;
  figure.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1 };
    const next = { ...moves, Home: 0, End: words.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  });
}

// Escape shuts a term's meaning until the pointer or the focus comes anew.
for (const shut of document.querySelectorAll(".term")) {
  for (const left of ["mouseleave", "focusout"]) {
    shut.addEventListener(left, () => shut.classList.remove("is-shut"));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const term of document.querySelectorAll(".term:hover, .term:focus-within")) {
    term.classList.add("is-shut");
  }
});
