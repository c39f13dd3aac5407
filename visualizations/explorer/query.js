// The SPARQL page: paints the query, completes it, runs it so that it can be cancelled, and draws results as a network.
import { explain, say } from "./explorer.js";
import { complete } from "./completion.js";
import { drawResults } from "./results.js";

const $ = (selector) => document.querySelector(selector);
const editor = $("#query");
const painted = $("#painted");

// --- Colours of the words

const TOKEN = new RegExp([
  /(?<comment>#[^\n]*)/,
  /(?<string>"{3}[\s\S]*?"{3}|'{3}[\s\S]*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/,
  /(?<iri><[^<>"{}|^`\\\s]*>)/,
  /(?<variable>[?$]\w+)/,
  /(?<name>[\p{L}][\p{L}\p{N}_-]*:[\p{L}\p{N}_.\\/%-]*|:[\p{L}\p{N}_-]+)/,
  /(?<keyword>\b[A-Za-z]+\b)/,
  /(?<number>\b\d+(?:\.\d+)?\b)/,
].map((part) => part.source).join("|"), "gu");

function paint() {
  const parts = [];
  let at = 0;
  for (const match of editor.value.matchAll(TOKEN)) {
    parts.push(editor.value.slice(at, match.index));
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    const span = document.createElement("span");
    span.className = `sparql-${kind}`;
    span.textContent = match[0];
    parts.push(span);
    at = match.index + match[0].length;
  }
  parts.push(`${editor.value.slice(at)}\n`);
  painted.replaceChildren(...parts);
  painted.scrollTop = editor.scrollTop;
  painted.scrollLeft = editor.scrollLeft;
}
editor.addEventListener("input", paint);
editor.addEventListener("scroll", paint);
paint();
complete(editor, $("#completions"), paint);

// --- Running, with a clock and a way to stop

let running = null;

// A query that is too long for an address is asked all the same, and kept by the browser alone.
function address(query) {
  const path = `/query?${new URLSearchParams({ query })}`;
  return location.origin.length + path.length <= Number($("#ask").dataset.longest) ? path : "/query";
}

async function run() {
  running?.abort();
  const mine = running = new AbortController();
  const began = performance.now();
  const clock = setInterval(() => { $("#clock").textContent = `${((performance.now() - began) / 1000).toFixed(1)} s`; }, 100);
  $("#cancel").hidden = false;
  $("#results").setAttribute("aria-busy", "true");
  const query = editor.value;
  const url = address(query);
  try {
    const answer = await fetch("/query", { method: "POST", body: new URLSearchParams({ query }), headers: { Accept: "text/html" }, signal: mine.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("#results");
    if (!found) throw new Error(page.querySelector("main p")?.textContent ?? `status ${answer.status}`);
    $("#results").replaceChildren(...found.childNodes);
    history.pushState({ query }, "", url);
    arrived();
  } catch (error) {
    if (mine !== running) return;
    $("#results").replaceChildren(Object.assign(document.createElement("p"), {
      className: "error",
      textContent: error.name === "AbortError" ? "Cancelled." : `The service could not be reached, or did not answer: ${error.message}`,
    }));
    say($("#results").textContent);
  } finally {
    clearInterval(clock);
    if (mine === running) {
      running = null;
      $("#clock").textContent = "";
      $("#cancel").hidden = true;
      $("#results").removeAttribute("aria-busy");
    }
  }
}

function arrived() {
  document.dispatchEvent(new CustomEvent("content")); // so that new tables sort
  drawResults();
  say($("#summary, #failed h2")?.textContent.trim() ?? "");
  // "line 3, column 12": the caret goes there.
  const place = $("#failed")?.textContent.match(/line (\d+), column (\d+)/);
  if (place) {
    const before = editor.value.split("\n").slice(0, place[1] - 1).join("\n").length;
    const at = before + (place[1] > 1 ? 1 : 0) + Number(place[2]) - 1;
    editor.focus();
    editor.setSelectionRange(at, at);
  }
}

$("#ask").addEventListener("submit", (event) => { event.preventDefault(); run(); });
$("#cancel").addEventListener("click", () => running?.abort());
editor.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
});
explain("Ctrl Enter", "run the query");
explain("Ctrl Space", "complete what is typed");
explain("Esc Tab", "leave the editor");
addEventListener("popstate", () => location.reload());
$("#example").addEventListener("change", ({ target }) => { if (target.value) $("#examples").requestSubmit(); });
if (!location.search && history.state?.query) {
  editor.value = history.state.query;
  paint();
}
if ($("#failed, #summary")) arrived();

// --- Downloads: the endpoint answers by Accept, so the script asks and saves.

document.addEventListener("click", async ({ target }) => {
  const type = target.dataset?.download;
  if (!type) return;
  const query = history.state?.query ?? new URLSearchParams(location.search).get("query") ?? editor.value;
  const answer = await fetch("/sparql", { method: "POST", body: new URLSearchParams({ query }), headers: { Accept: type } });
  if (!answer.ok) return say((await answer.json()).error);
  const [rows] = answer.headers.get("Spacepact-Truncated")?.split(" ") ?? []; // of an answer that was cut short
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `spacepact${rows ? `-first-${rows}-rows` : ""}.${target.textContent.trim().toLowerCase().replace("turtle", "ttl").replace("n-triples", "nt").replace("json-ld", "jsonld")}`;
  link.click();
  $("#saved").textContent = rows ? `${link.download} is cut short: it has the first ${Number(rows).toLocaleString("en")} only.` : `Saved as ${link.download}.`;
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // until then the browser may not have begun to read it
});
