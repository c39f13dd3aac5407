// Completes what is typed in the SPARQL editor: keywords, prefixes, our terms and codes, and entities by any of their names.
const KEYWORDS = ("SELECT DISTINCT WHERE OPTIONAL FILTER UNION MINUS GRAPH VALUES BIND ASK CONSTRUCT DESCRIBE PREFIX GROUP ORDER BY " +
  "LIMIT OFFSET HAVING COUNT SUM MIN MAX SAMPLE GROUP_CONCAT EXISTS NOT BOUND LANG STR STRSTARTS CONTAINS REGEX COALESCE").split(" ");

let known = null;
async function vocabulary() {
  known ??= fetch("/api/terms").then((answer) => answer.json());
  return known;
}

// What fits where the text ends: a property after a subject, ";" or in a path, a class after "a", else a code.
function fitting(before) {
  const [statement] = before.replace(/<[^<>\s]*>|"[^"\n]*"/g, "x").match(/[{};.]?[^{};.]*$/);
  const words = statement.replace(/^[{};.]/, "").split(/\s+/).filter(Boolean);
  const at = words.length + (statement[0] === ";" ? 1 : 0);
  if (at === 1 || /[\/|^]$/.test(words.at(-1) ?? "")) return "property";
  return /^(a|rdf:type)$/.test(words.at(-1) ?? "") ? "class" : "code";
}

export function complete(editor, list, changed) {
  let found = [];
  let asked = 0;

  // What stands before the caret and may be the beginning of something.
  const begun = () => editor.value.slice(0, editor.selectionStart).match(/[\p{L}\p{N}_-]*:?[\p{L}\p{N}_\\/-]*$/u)[0];

  async function suggestions(word) {
    const kind = fitting(editor.value.slice(0, editor.selectionStart - word.length));
    const { prefixes, terms } = await vocabulary();
    const lower = word.toLowerCase();
    const [prefix, rest] = word.includes(":") ? word.split(/:(.*)/s) : [null, word];
    if (prefix === "id") {
      const answer = await fetch(`/api/search?${new URLSearchParams({ q: rest, limit: "12" })}`);
      const { results = [] } = answer.ok ? await answer.json() : {};
      return results.filter((hit) => hit.id.startsWith("id:")).map((hit) => ({ text: hit.id, note: hit.label }));
    }
    const ours = [...terms].sort((a, b) => (b.kind === kind) - (a.kind === kind)).map(({ term, label, kind }) => ({ text: term, note: `${label}, ${kind}` }));
    if (prefix !== null) {
      return ours.filter(({ text }) => text.toLowerCase().startsWith(lower))
        .concat(ours.filter(({ text, note }) => text.startsWith(`${prefix}:`) && !text.toLowerCase().startsWith(lower) && note.toLowerCase().includes(rest.toLowerCase())));
    }
    return [
      ...KEYWORDS.filter((keyword) => keyword.toLowerCase().startsWith(lower)).map((text) => ({ text, note: "" })),
      ...Object.keys(prefixes).filter((name) => name.startsWith(lower)).map((name) => ({ text: `${name}:`, note: prefixes[name] })),
      ...ours.filter(({ text, note }) => text.split(":")[1].toLowerCase().startsWith(lower) || note.toLowerCase().startsWith(lower)),
    ];
  }

  async function open() {
    const word = begun();
    const mine = ++asked;
    const all = word ? await suggestions(word) : [];
    if (mine !== asked) return;
    found = all.filter(({ text }) => text !== word).slice(0, 30);
    list.replaceChildren(...found.map(({ text, note }, at) => {
      const item = document.createElement("li");
      item.id = `completion-${at}`;
      item.setAttribute("role", "option");
      item.textContent = text;
      item.append(Object.assign(document.createElement("small"), { textContent: note && ` ${note}` }));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(at); });
      return item;
    }));
    list.hidden = !found.length;
    if (found.length) { place(); point(0); }
  }

  function close() {
    asked += 1;
    list.hidden = true;
    found = [];
    editor.removeAttribute("aria-activedescendant");
  }

  // Beneath the caret: lines and columns of a font in which all letters are as wide.
  function place() {
    const before = editor.value.slice(0, editor.selectionStart).split("\n");
    const style = getComputedStyle(editor);
    const line = parseFloat(style.lineHeight);
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.font = `${style.fontSize} ${style.fontFamily}`;
    const left = canvas.measureText(before.at(-1)).width + parseFloat(style.paddingLeft) - editor.scrollLeft;
    list.style.top = `${before.length * line + parseFloat(style.paddingTop) - editor.scrollTop}px`;
    list.style.left = `${Math.max(0, Math.min(left, editor.clientWidth - 260))}px`;
  }

  function point(to) {
    const at = (to + found.length) % found.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    editor.setAttribute("aria-activedescendant", `completion-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  async function take(at) {
    const { text } = found[at];
    const end = editor.selectionStart;
    const start = end - begun().length;
    // A name with a slash needs a prefix of its own in SPARQL, or a backslash.
    const written = text.replace(/(?<=:.*)\//g, "\\/");
    editor.setRangeText(written, start, end, "end");
    await declare(text.split(":")[0], text.includes(":"));
    close();
    changed();
    if (text.endsWith(":")) open();
  }

  // Declares the prefix of what was taken, where the query does not.
  async function declare(prefix, isName) {
    const { prefixes } = await vocabulary();
    if (!isName || !prefixes[prefix] || new RegExp(`\\bprefix\\s+${prefix}:`, "i").test(editor.value)) return;
    const at = editor.selectionStart;
    const line = `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
    editor.setRangeText(line, 0, 0);
    editor.setSelectionRange(at + line.length, at + line.length);
  }

  editor.addEventListener("input", (event) => {
    if (event.inputType?.startsWith("insertText") && /[\p{L}\p{N}:]$/u.test(begun()) && begun().length > 1) open();
    else close();
  });
  editor.addEventListener("blur", close);
  editor.addEventListener("keydown", (event) => {
    const at = [...list.children].findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === " " && event.ctrlKey) { event.preventDefault(); open(); }
    else if (list.hidden) return;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      point(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      event.preventDefault();
      take(at);
    } else if (event.key === "Escape") { event.stopPropagation(); close(); }
  });
}
