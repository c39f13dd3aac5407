// On every page: the theme, the search box, the keys, tables that sort, buttons that copy. A page works without it.
//
// For other scripts and templates:
//   say("3 ties")                  tells a screen reader what has changed
//   key("m", "the map", act)       makes a key, listed by ?; a sequence is "g o"
//   explain("← →", "walk the grid")  lists a key that the page itself listens to
//   <a href="..." data-keys="m" [data-keys-words="the map"]>   the same in a template: the key clicks the element
//   <button data-copy="text"> or <button data-copy-from="#id">   copies the text, or that of the element or field
//   <input data-search>            is a search box with suggestions that lead to pages
//   <input data-pick="Actor">      picks a thing of the record: see pick.js
//   <form data-file>              is answered by a file, which needs no waiting for: see waiting.js
//   <th data-sort> or <th data-sort="number">   sorts its table: see table.js
import { combobox, suggestions } from "/static/combobox.js";
import { visit } from "/static/waiting.js";
import { pick } from "/static/pick.js";
import "/static/table.js";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function say(words) { $("#spoken").textContent = words; }

// The theme.
const dark = matchMedia("(prefers-color-scheme: dark)");
const button = $("#theme");
function kept(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(name, value);
    return localStorage.getItem(name);
  } catch { return null; } // storage may be forbidden: then for this page only
}
function theme(next) {
  if (next) {
    document.documentElement.dataset.theme = next;
    kept("theme", next);
  }
  const now = document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  button.textContent = now === "dark" ? "Light" : "Dark";
  button.dataset.next = now === "dark" ? "light" : "dark";
  document.dispatchEvent(new CustomEvent("theme"));
}
button.addEventListener("click", () => theme(button.dataset.next));
dark.addEventListener("change", () => theme());
theme();

// The keys.
const keys = new Map(); // "g o" -> {words, act}
const explained = [];
export function key(name, words, act) { keys.set(name, { words, act }); }
export function explain(name, words) { explained.push([name, words]); }

const help = $("#keys");
const on = $("#keys-on");
on.checked = kept("keys") !== "off";
on.addEventListener("change", () => kept("keys", on.checked ? "on" : "off"));

function row([name, words]) {
  const line = document.createElement("tr");
  const parts = name.split(" ").flatMap((part, at) => {
    const mark = Object.assign(document.createElement("kbd"), { textContent: part });
    return at ? [" ", mark] : [mark];
  });
  line.insertCell().append(...parts);
  line.insertCell().textContent = words;
  return line;
}

function showKeys() {
  const all = [...[...keys].map(([name, { words }]) => [name, words]), ...explained];
  $("tbody", help).replaceChildren(...all.map(row));
  help.showModal();
}

key("/", "search", () => {
  const box = $$("input[data-search]").find((input) => input.checkVisibility());
  box?.focus();
  box?.select();
});
key("?", "these keys", showKeys);
$("#keys-button").addEventListener("click", showKeys);
for (const element of $$("[data-keys]")) {
  const words = element.dataset.keysWords ?? element.getAttribute("aria-label") ?? element.textContent.trim();
  key(element.dataset.keys, words, () => element.click());
}
explain("↑ ↓ Enter Esc", "walk, take and close suggestions");

let begun = "";
let forget = 0;
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
  if (!on.checked && event.key.length === 1 && event.key !== "?") return;
  const pressed = begun ? `${begun} ${event.key}` : event.key;
  begun = "";
  clearTimeout(forget);
  if (keys.has(pressed)) {
    event.preventDefault();
    keys.get(pressed).act();
  } else if ([...keys.keys()].some((name) => name.startsWith(`${pressed} `))) {
    begun = pressed;
    forget = setTimeout(() => { begun = ""; }, 1500);
  }
});

// The search boxes.
for (const input of $$("input[data-search]")) {
  combobox(input, {
    say,
    place: input.form,
    find: (text, signal) => suggestions(text, { signal }),
    take: (hit) => { visit(hit.label); location.href = hit.path; },
  });
}
for (const input of $$("input[data-pick]")) pick(input, say);

// What copies.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // A host without TLS has no clipboard for scripts; this old way still works there.
  const box = Object.assign(document.createElement("textarea"), { value: text, className: "heard" });
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("the browser does not let it");
}
document.addEventListener("click", async (event) => {
  const from = event.target.closest("[data-copy], [data-copy-from]");
  if (!from) return;
  const words = from.textContent;
  const source = from.dataset.copyFrom && $(from.dataset.copyFrom);
  const text = from.dataset.copy ?? source.value ?? source.textContent;
  const told = await copy(text).then(() => "Copied", () => "Could not be copied");
  say(told);
  from.textContent = told;
  setTimeout(() => { from.textContent = words; }, 1500);
});
