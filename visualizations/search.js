// The search box of a page: a combobox over the things of the page, each with its names.
"use strict";
// things: {label, names, note, take}; all words asked for must be in one name. Names that begin so come first.
function searchBox(input, list, groups, most = 8) {
  const plain = (text) => text.normalize("NFKD").replace(/\p{Mark}/gu, "").toLowerCase();
  let found = [];

  function matches(things, asked) {
    const words = asked.split(/\s+/);
    return things.flatMap((thing) => {
      const starts = thing.names.find((name) => plain(name).startsWith(asked));
      const name = starts ?? thing.names.find((n) => words.every((word) => plain(n).includes(word)));
      return name ? [{ thing, name, rank: starts ? 0 : 1 }] : [];
    }).sort((a, b) => a.rank - b.rank).slice(0, most);
  }

  function find() {
    const asked = plain(input.value.trim());
    found = asked ? groups.flatMap((things) => matches(things, asked)) : [];
    list.replaceChildren(...found.map(({ thing, name }, at) => {
      const item = document.createElement("li");
      item.textContent = thing.label;
      const note = [name === thing.label ? "" : name, thing.note].filter(Boolean).join(", ");
      if (note) item.append(Object.assign(document.createElement("small"), { textContent: ` (${note})` }));
      item.id = `hit-${at}`;
      item.setAttribute("role", "option");
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(at); });
      return item;
    }));
    if (asked && !found.length) {
      list.append(Object.assign(document.createElement("li"), { textContent: "Nothing of that name in this view" }));
    }
    open(Boolean(asked));
    point(0);
  }

  function open(yes) {
    list.hidden = !yes;
    input.setAttribute("aria-expanded", String(yes));
  }

  function point(to) {
    const at = found.length ? (to + found.length) % found.length : -1;
    found.forEach((_, index) => list.children[index].setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `hit-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function clear() {
    input.value = "";
    find();
  }

  function take(at) {
    const { thing } = found[at];
    clear();
    thing.take();
  }

  input.addEventListener("input", find);
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    const at = found.findIndex((_, index) => list.children[index].getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      point(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (at >= 0) take(at);
    } else if (event.key === "Escape" && input.value) {
      event.stopPropagation();
      clear();
    }
  });
  return { clear };
}
