// On every page: the theme, the keys, the search box, tables that sort. A page works without it.
const $ = (selector, root = document) => root.querySelector(selector);

const dark = matchMedia("(prefers-color-scheme: dark)");
const button = $("#theme");
function theme(next) {
  if (next) {
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* kept for this page only */ }
  }
  const now = document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  button.textContent = now === "dark" ? "Light" : "Dark";
  button.dataset.next = now === "dark" ? "light" : "dark";
  document.dispatchEvent(new CustomEvent("theme"));
}
button.addEventListener("click", () => theme(button.dataset.next));
dark.addEventListener("change", () => theme());
theme();

// say("3 ties") tells a screen reader what has changed.
export function say(words) { $("#status").textContent = words; }
