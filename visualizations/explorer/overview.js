// The overview with script: filters answer at once and in place, the matrix is walked with arrow keys as the map is, the
// years have a slider and can be played. Every address is one that the page without script has too; the server makes all that is shown.
import { explain, key, say } from "/static/explorer.js";
import { wait } from "/static/waiting.js";
import { furnishMaps, move } from "/static/map.js";
import "/static/png.js";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const narrow = matchMedia("(max-width: 900px)");

// --- Other filters and views, in place

let asking = null;
let came = $("#explore").cloneNode(true); // what is shown, as it came
let at = location.href; // its address
async function show(address, { record = "push" } = {}) {
  if (record !== "frame") stop();
  asking?.abort();
  const mine = asking = new AbortController();
  $("#explore").setAttribute("aria-busy", "true");
  const done = wait("the overview", () => {
    stop();
    mine.abort();
    swap(came);
    if (location.href !== at) history.pushState(null, "", at); // the reader went back, and stays after all
  });
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#explore");
    // What is no overview, such as a mistake in a filter, is shown as the page that it is.
    if (!next) { location.href = address; return; }
    // What is being pressed must not be changed for another; the frame is passed over.
    if (record === "frame" && $("#explore:active")) return;
    if (record === "push") history.pushState(null, "", address);
    if (record === "frame") history.replaceState(null, "", address);
    at = location.href;
    swap(next);
  } catch (error) {
    if (error.name !== "AbortError") location.href = address;
  } finally {
    if (mine === asking) {
      done();
      $("#explore").removeAttribute("aria-busy");
    }
  }
}

function swap(next) {
  const focus = document.activeElement;
  const found = ["id", "data-view", "data-id", "data-year", "href"]
    .map((name) => [name, focus?.closest("#explore") && focus.getAttribute(name)]).find(([, value]) => value);
  const value = focus?.matches?.("input[type=checkbox]") ? `[name="${focus.name}"][value="${CSS.escape(focus.value)}"]` : "";
  const open = $("#filters").open;
  came = next.cloneNode(true);
  $("#explore").replaceWith(next);
  $("#filters").open = open;
  if (playing) hold();
  furnish();
  document.dispatchEvent(new CustomEvent("content")); // so that table.js sees the new table
  const again = value ? $(value) : found && $$(`#explore [${found[0]}="${CSS.escape(found[1])}"]`).find((e) => e.checkVisibility());
  again?.focus({ preventScroll: true });
  if (!playing) say($("#explore").dataset.sentence);
}

function wanted(form) {
  const query = new URLSearchParams();
  const { bases, view, order } = $("#explore").dataset;
  if (view !== "map") query.set("view", view);
  if (order === "cluster") query.set("order", order);
  for (const name of ["topic", "focus", "from", "to", "min", "as_of"]) {
    const value = form.elements[name].value.trim();
    if (value && !(name === "min" && value === "1")) query.set(name, value);
  }
  for (const name of ["basis", "kind"]) {
    const boxes = $$(`input[name="${name}"]`, form);
    const chosen = boxes.filter((box) => box.type === "hidden" || box.checked).map((box) => box.value);
    const usual = name === "basis" ? bases.split(",") : boxes.map((box) => box.value);
    const same = chosen.length === usual.length && chosen.every((each) => usual.includes(each));
    if (!same) chosen.forEach((each) => query.append(name, each));
  }
  return `/explore${query.size ? `?${query}` : ""}`;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("#filters form");
  if (form?.reportValidity()) show(wanted(form));
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("#filters form");
  if (!form) return;
  event.preventDefault();
  show(wanted(form));
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("#explore a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const address = new URL(link.href.baseVal ?? link.href, location.href);
  if (address.pathname !== "/explore") return;
  event.preventDefault();
  show(address.pathname + address.search);
});
addEventListener("popstate", () => show(location.pathname + location.search, { record: "" }));

// --- The matrix: a grid with one stop for the tab key

function walkMatrix(link, key) {
  const cell = link.closest("td, th");
  const rows = $$("#matrix tbody tr");
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[key] ?? [0, 0];
  if (key === "Home") return rows[row].cells[0];
  if (key === "End") return [...rows[row].cells].at(-1);
  row = Math.max(0, Math.min(row + down, rows.length - 1));
  column = Math.max(0, Math.min(column + right, rows[row].cells.length - 1));
  return rows[row].cells[column];
}

function go(to) {
  if (to.matches("td")) {
    // An empty cell has nothing that would be read out.
    const names = [to.parentElement.cells[0], $("#matrix thead tr").cells[to.cellIndex]].map((head) => head.textContent.trim());
    to.setAttribute("aria-label", to.classList.contains("self") ? names[0] : `${names.join(" and ")}: no tie that fits`);
  }
  move(to, $("#matrix"));
}

// --- Keys

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !$("#explore")) return;
  const { target, key: pressed } = event;
  const inMatrix = target.closest("#matrix");
  if (inMatrix && (pressed.startsWith("Arrow") || pressed === "Home" || pressed === "End")) {
    event.preventDefault();
    const cell = walkMatrix(target, pressed);
    go($("a", cell) ?? cell);
  } else if (pressed === "Escape" && !event.defaultPrevented && !target.closest("input, select, dialog, .find")) {
    $("#unfocus")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }
});
for (const [letter, view] of [["n", "map"], ["m", "matrix"], ["t", "table"]]) {
  key(letter, `the ${view}`, () => $(`.views [data-view="${view}"]`).click());
}
explain("← → ↑ ↓", "through the cells of the matrix");

// --- The years: two thumbs over the bars

function slider() {
  const box = $("#years .slider");
  const form = $("#filters form");
  const { first, last } = $("#years").dataset;
  const count = last - first + 1;
  const thumbs = ["from", "to"].map((name, at) => {
    const thumb = document.createElement("input");
    const value = form.elements[name].value || (at ? last : first);
    Object.assign(thumb, { type: "range", min: first, max: last, id: `slide-${name}`, value });
    thumb.setAttribute("aria-label", at ? "To year" : "From year");
    box.append(thumb);
    return thumb;
  });
  box.style.margin = `0 calc(${50 / count}% - 10px)`;
  box.hidden = count < 2;
  const chosen = () => thumbs.map((thumb) => Number(thumb.value)).sort((a, b) => a - b);
  let waiting = 0;
  box.addEventListener("input", () => {
    stop();
    const [since, until] = chosen();
    form.elements.from.value = since === Number(first) ? "" : since;
    form.elements.to.value = until === Number(last) ? "" : until;
    $$("#years a").forEach((bar) => bar.classList.toggle("chosen", bar.dataset.year >= since && bar.dataset.year <= until));
    clearTimeout(waiting);
    waiting = setTimeout(() => show(wanted(form)), 350);
  });
}

// --- Play: the last year goes on from one with engagements to the next; where one year alone is chosen, that does

const PACE = matchMedia("(prefers-reduced-motion: reduce)").matches ? 3000 : 1200; // milliseconds a frame
let playing = null; // the years still to come
const held = new Map();

async function play() {
  const years = $$("#years a").map((bar) => bar.dataset.year);
  const { from, to } = $("#filters form").elements;
  const last = years.at(-1);
  const alone = Boolean(to.value) && from.value === to.value;
  const since = to.value && to.value < last ? to.value : alone ? "" : from.value;
  const mine = playing = years.filter((year) => year > since);
  history.pushState(null, "", location.href); // Back leads to what was shown before, whatever has been played
  held.clear();
  hold();
  label();
  say("Playing the years; any key stops it.");
  while (mine.length) {
    const year = mine.shift();
    const form = $("#filters form");
    form.elements.to.value = year === last && !alone ? "" : year;
    if (alone) form.elements.from.value = year;
    await show(wanted(form), { record: "frame" });
    await new Promise((resolve) => { setTimeout(resolve, PACE); });
    if (playing !== mine) return;
  }
  stop();
}

function stop() {
  if (!playing) return;
  playing = null;
  asking?.abort();
  $("#filters form").reset(); // a year that has not come
  label();
  say($("#explore").dataset.sentence);
}

// While it plays, the drawing and the bars stay where they are, however long the words above them are.
function hold() {
  $("#explore").classList.add("playing");
  $("#explore").style.minHeight = `${held.get("page") ?? 0}px`; // first: a page that is shorter scrolls by itself
  const top = $("#explore").getBoundingClientRect().top;
  const most = (name, length) => held.set(name, Math.max(length, held.get(name) ?? 0)).get(name);
  for (const place of [".views ~ :not(.hint)", "#years"]) {
    const from = $(place).getBoundingClientRect().top - top;
    $(place).style.paddingTop = `${most(place, from) - from}px`;
  }
  $("#explore").style.minHeight = `${most("page", $("#explore").offsetHeight)}px`;
}

function label() {
  const { from, to } = $("#filters form").elements;
  const years = [from.value || $("#years").dataset.first, to.value || $("#years").dataset.last];
  $("#play").textContent = playing ? "Stop" : "Play";
  $("#played").textContent = years[0] === years[1] ? years[0] : years.join("–");
  $("#play").parentElement.hidden = $$("#years a").length < 2 || $("#explore").dataset.view === "table";
}

document.addEventListener("click", (event) => { if (event.target.id === "play") (playing ? stop : play)(); });
addEventListener("keydown", (event) => {
  if (!playing || (event.target.id === "play" && [" ", "Enter"].includes(event.key))) return; // these press it
  if (event.key === "Escape") event.preventDefault();
  stop();
}, true);

// --- What a page that has just come needs

function furnish() {
  furnishMaps();
  $$("#matrix tbody :is(td, th)").forEach((cell) => ($("a", cell) ?? cell).setAttribute("tabindex", -1));
  $("#matrix tbody th a")?.setAttribute("tabindex", 0);
  if ($("#matrix")) $("#matrix").setAttribute("role", "grid");
  slider();
  label();
}

if (narrow.matches) $("#filters").open = false;
furnish();
