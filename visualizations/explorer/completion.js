// Completes what is typed in the SPARQL editor: keywords, prefixes, our terms and codes, and entities by any of their names.
const KEYWORDS = ("SELECT DISTINCT WHERE OPTIONAL FILTER UNION MINUS GRAPH VALUES BIND ASK CONSTRUCT DESCRIBE PREFIX GROUP ORDER BY " +
  "LIMIT OFFSET HAVING COUNT SUM MIN MAX SAMPLE GROUP_CONCAT EXISTS NOT BOUND LANG STR STRSTARTS CONTAINS REGEX COALESCE").split(" ");

let known = null;
async function vocabulary() {
  known ??= fetch("/api/terms").then((answer) => answer.ok ? answer.json() : Promise.reject(answer.status));
  return known.catch((error) => { known = null; throw error; }); // asked for again at the next letter
}

// Without what may hold a brace or a full stop that is none of the query: IRIs, strings, comments and decimals.
const plain = (text) => text.replace(/<[^<>\s]*>|"[^"\n]*"|'[^'\n]*'|#[^\n]*|\d+\.\d+/g, "x");

const END = /\.(?=\s|$)|[{}]/; // of a statement

// The classes that a query gives *subject*: "?x a pact:Agreement", "?x pact:topic ?t ; a pact:Mission".
function classesOf(subject, text) {
  const found = [];
  for (const statement of plain(text).split(END)) {
    const [first, ...more] = statement.trim().split(/\s*;\s*/);
    const [of, ...rest] = first.split(/\s+/);
    if (of !== subject) continue;
    for (const part of [rest.join(" "), ...more]) {
      const [verb, ...values] = part.trim().split(/[\s,]+/);
      if (/^(a|rdf:type)$/.test(verb)) found.push(...values);
    }
  }
  return found;
}

// Where the text before the caret ends: a place for a property, a class or a value, or for anything; with the classes of
// the subject or the property whose value it is, where these can be told.
function placeOf(before, after) {
  const parts = plain(before).split(END).at(-1).split(";");
  const [subject, ...first] = parts[0].trim().split(/\s+/);
  const words = parts.length === 1 ? first : parts.at(-1).trim().split(/\s+/).filter(Boolean);
  if (!subject) return { kind: "any" };
  if (!words.length) return { kind: "property", classes: classesOf(subject, before + after) };
  if (/[/|^]$/.test(words.at(-1))) return { kind: "property", classes: [] };
  if (words.length > 1 && !words.at(-1).endsWith(",")) return { kind: "any" };
  return /^(a|rdf:type)$/.test(words[0]) ? { kind: "class" } : { kind: "value", property: words[0].split(/[/|^]/).at(-1) };
}

export function complete(editor, list, changed) {
  let found = [];
  let asked = 0;

  // What stands before the caret and may be the beginning of something.
  const begun = () => editor.value.slice(0, editor.selectionStart).match(/[\p{L}\p{N}_-]*:?[\p{L}\p{N}_\\/-]*$/u)[0];

  async function entities(text, range = "") {
    const kind = range.replace(/^pact:/, "");
    const query = new URLSearchParams({ q: text, limit: "12", ...(kind && { kind }) });
    const answer = text ? await fetch(`/api/search?${query}`) : { ok: false };
    const { results = [] } = answer.ok ? await answer.json() : {};
    return results.filter((hit) => hit.id.startsWith("id:")).map((hit) => ({ text: hit.id, note: hit.label }));
  }

  // How well a term fits the place: what the class of the subject bears and the values of the property come first.
  function ranked(terms, bears, place) {
    const borne = (place.classes ?? []).flatMap((name) => bears[name] ?? []);
    const scheme = place.property && terms.find(({ term }) => term === place.property)?.scheme;
    const rank = ({ term, kind, scheme: of }) => {
      if (place.kind === "value") return kind === "code" ? (of === scheme ? 0 : 2000) : 3000;
      if (kind !== place.kind) return 3000;
      return borne.includes(term) ? borne.indexOf(term) : 1000;
    };
    return terms.map((each) => ({ text: each.term, note: `${each.label}, ${each.kind}`, rank: rank(each) })).sort((a, b) => a.rank - b.rank);
  }

  async function suggestions(word) {
    const start = editor.selectionStart - word.length;
    const place = placeOf(editor.value.slice(0, start), editor.value.slice(editor.selectionStart));
    const { prefixes, terms, bears } = await vocabulary();
    const ours = ranked(terms, bears, place);
    const range = terms.find(({ term }) => term === place.property)?.range ?? "";
    const lower = word.toLowerCase();
    if (!word) return ours.filter(({ rank }) => rank < 1000);
    const [prefix, rest] = word.includes(":") ? word.split(/:(.*)/s) : [null, word];
    if (prefix === "id") {
      const found = await entities(rest, range);
      return found.length || !range ? found : entities(rest);
    }
    if (prefix !== null) {
      return ours.filter(({ text }) => text.toLowerCase().startsWith(lower))
        .concat(ours.filter(({ text, note }) => text.startsWith(`${prefix}:`) && !text.toLowerCase().startsWith(lower) && note.toLowerCase().includes(rest.toLowerCase())));
    }
    const begins = (words) => words.toLowerCase().split(/[^\p{L}\p{N}]+/u).some((each) => each.startsWith(lower));
    const named = ours.filter(({ text, note, rank }) => (rank < 1000 ? begins(`${text.split(":")[1]} ${note}`)
      : text.split(":")[1].toLowerCase().startsWith(lower) || note.toLowerCase().startsWith(lower)));
    const things = place.kind === "value" && range ? await entities(word, range) : [];
    return [
      ...named.filter(({ rank }) => rank < 1000),
      ...things,
      ...KEYWORDS.filter((keyword) => keyword.toLowerCase().startsWith(lower)).map((text) => ({ text, note: "" })),
      ...Object.keys(prefixes).filter((name) => name.startsWith(lower)).map((name) => ({ text: `${name}:`, note: prefixes[name] })),
      ...named.filter(({ rank }) => rank >= 1000),
    ];
  }

  async function open() {
    const word = begun();
    const mine = ++asked;
    const all = await suggestions(word);
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
