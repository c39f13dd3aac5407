// A text box with suggestions, after the pattern of the ARIA practices: the list opens below while one types, arrows
// walk it, Enter takes, Esc closes it and a second Esc empties the box. Nothing is chosen until an arrow has moved.

// What /api/search answers: [{id, iri, slug, label, matched, how, kind, group, path}]. *kind* is the name of a class.
// Without one, two names of actors find what the two share, first.
export async function suggestions(text, { kind = "", limit = 8, signal } = {}) {
  const asked = new URLSearchParams({ q: text, limit });
  if (kind) asked.set("kind", kind);
  const answer = await fetch(`/api/search?${asked}`, { signal });
  if (!answer.ok) throw new Error(`the search answered ${answer.status}`);
  const { pairs = [], results } = await answer.json();
  const shared = pairs.map(({ label, engagements: number, path }) => (
    { label, matched: label, kind: `${number} engagement${number === 1 ? "" : "s"}`, path }));
  return [...shared, ...results];
}

let count = 0;

// find(text, signal) gives the suggestions, take(suggestion) is told the one chosen, say(words) speaks to screen
// readers. The list is put into *place*, an element that is positioned.
export function combobox(input, { find, take, say = () => {}, place = input.parentElement, wait = 120 }) {
  const list = Object.assign(document.createElement("ul"), { id: `hits-${++count}`, className: "hits", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  place.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
  })) input.setAttribute(name, value);
  let found = [], options = [], at = -1, timer = 0, asking = null;

  function option(hit, index) {
    const item = Object.assign(document.createElement("li"), { id: `${list.id}-${index}`, textContent: hit.label });
    const note = [hit.label.includes(hit.matched) ? "" : hit.matched, hit.kind].filter(Boolean).join(" · ");
    item.append(Object.assign(document.createElement("small"), { textContent: note }));
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    item.addEventListener("click", () => choose(index));
    return item;
  }

  function show(hits) {
    found = hits;
    options = hits.map(option);
    list.replaceChildren(...options);
    const number = `${hits.length} suggestion${hits.length === 1 ? "" : "s"}`;
    // What only shares a word with the text, or is unlike it, is no find.
    const missed = !hits.length ? "Nothing of that name" : hits.every((hit) => hit.how === "some") ? "Nothing of this name; the nearest:" : "";
    if (missed) {
      const note = Object.assign(document.createElement("li"), { className: "none", textContent: missed });
      note.setAttribute("role", "presentation");
      list.prepend(note);
    }
    open(true);
    say([missed, hits.length && number].filter(Boolean).join(" "));
  }

  function open(yes) {
    list.hidden = !yes;
    input.setAttribute("aria-expanded", String(yes));
    point(-1);
  }

  function point(to) {
    at = to;
    options.forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }

  function stop() {
    clearTimeout(timer);
    asking?.abort();
  }

  function close() {
    stop();
    open(false);
  }

  function choose(index) {
    const hit = found[index];
    close();
    take(hit);
  }

  // The last text typed wins: a question still on its way is given up.
  async function ask() {
    asking = new AbortController();
    const { signal } = asking;
    try {
      const hits = await find(input.value, signal);
      if (!signal.aborted && document.activeElement === input) show(hits);
    } catch (error) {
      if (signal.aborted) return;
      close();
      say("No suggestions: the service does not answer.");
      console.info(error);
    }
  }

  input.addEventListener("input", () => {
    stop();
    if (input.value.trim()) timer = setTimeout(ask, wait);
    else close();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // a Korean or Japanese syllable is still being written
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden && input.value.trim()) { stop(); ask(); }
      else if (found.length) {
        const to = at + (event.key === "ArrowDown" ? 1 : -1);
        point(to >= found.length || to === -1 ? -1 : to < -1 ? found.length - 1 : to);
      }
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      choose(at);
    } else if (event.key === "Enter") {
      close();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // a search box would empty itself
      event.stopPropagation();
      close();
    } else if (event.key === "Escape") {
      stop(); // or a list still on its way would open
    }
  });
}
