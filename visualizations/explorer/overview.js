// The overview with script: filters answer at once and in place, the map and the matrix are walked with arrow keys, the
// years have a slider. Every address is one that the page without script has too; the server makes all that is shown.
import { explain, key, say } from "/static/explorer.js";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const narrow = matchMedia("(max-width: 900px)");

// --- Other filters and views, in place

let asking = null;
async function show(address, { keep = false } = {}) {
  asking?.abort();
  asking = new AbortController();
  $("#explore").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#explore");
    // What is no overview, such as a mistake in a filter, is shown as the page that it is.
    if (!next) { location.href = address; return; }
    if (!keep) history.pushState(null, "", address);
    swap(next);
  } catch (error) {
    if (error.name !== "AbortError") location.href = address;
  }
}

function swap(next) {
  const focus = document.activeElement;
  const found = ["id", "data-view", "data-id", "data-year", "href"]
    .map((name) => [name, focus?.closest("#explore") && focus.getAttribute(name)]).find(([, value]) => value);
  const value = focus?.matches?.("input[type=checkbox]") ? `[name="${focus.name}"][value="${CSS.escape(focus.value)}"]` : "";
  const open = $("#filters").open;
  $("#explore").replaceWith(next);
  $("#filters").open = open;
  furnish();
  document.dispatchEvent(new CustomEvent("content")); // so that table.js sees the new table
  const again = value ? $(value) : found && $$(`#explore [${found[0]}="${CSS.escape(found[1])}"]`).find((e) => e.checkVisibility());
  again?.focus({ preventScroll: true });
  say($("#explore").dataset.sentence);
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
addEventListener("popstate", () => show(location.pathname + location.search, { keep: true }));

// --- The map: what is pointed at stands out with its ends or ties; arrow keys walk

const seen = () => $$(".overview-map").find((map) => map.checkVisibility());
const actors = (map) => $$(".actor:not(.absent)", map);
const ties = (map, id) => $$(".tie", map).filter((tie) => tie.dataset.a === id || tie.dataset.b === id);
const actor = (map, id) => $(`.actor[data-id="${CSS.escape(id)}"]`, map);

function light(thing) {
  const map = thing?.closest(".overview-map");
  for (const each of $$(".overview-map.some")) {
    each.classList.remove("some");
    $$(".lit", each).forEach((lit) => lit.classList.remove("lit"));
  }
  if (!map || thing.classList.contains("absent")) return;
  const lit = thing.classList.contains("tie") ? [thing] : ties(map, thing.dataset.id);
  const ends = lit.flatMap((tie) => [actor(map, tie.dataset.a), actor(map, tie.dataset.b)]);
  [thing, ...lit, ...ends].forEach((each) => each?.classList.add("lit"));
  map.classList.add("some");
}

function tell(thing, x, y) {
  const tip = $("#tip");
  if (!tip) return;
  tip.hidden = !thing;
  if (!thing) return;
  tip.textContent = thing.getAttribute("aria-label");
  const stage = tip.parentElement.getBoundingClientRect();
  const [right, down] = [x - stage.left + 14, y - stage.top + 14];
  tip.style.left = `${Math.max(0, Math.min(right, stage.width - tip.offsetWidth))}px`;
  tip.style.top = `${down + tip.offsetHeight < stage.height ? down : down - tip.offsetHeight - 28}px`;
}

const pointed = (event) => event.target.closest?.(".overview-map a");
document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "mouse" && $(".stage")) { light(pointed(event)); tell(pointed(event), event.clientX, event.clientY); }
});
document.addEventListener("focusin", (event) => {
  if (!$(".stage")) return;
  const thing = event.target.closest(".overview-map a:focus-visible");
  light(thing);
  const at = thing?.querySelector("path").getBoundingClientRect();
  if (at) tell(thing, at.left + at.width / 2, at.top + at.height / 2);
  else tell(null);
});

let from = ""; // The actor whose ties are walked.
function walkMap(thing, key) {
  const map = thing.closest(".overview-map");
  const step = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  const next = (list) => list[(list.indexOf(thing) + step + list.length) % list.length];
  const sideways = key === "ArrowRight" || key === "ArrowLeft";
  if (thing.classList.contains("actor")) {
    if (sideways) return next(actors(map));
    from = thing.dataset.id;
    return ties(map, from).at(step > 0 ? 0 : -1);
  }
  const { a, b } = thing.dataset;
  if (from !== a && from !== b) from = a;
  if (!sideways) return next(ties(map, from));
  return actor(map, key === "ArrowLeft" ? from : from === a ? b : a);
}

function move(to) {
  if (!to) return;
  $$('[tabindex="0"]', to.closest(".overview-map, .matrix")).forEach((each) => { each.setAttribute("tabindex", -1); });
  to.setAttribute("tabindex", 0);
  if (to.matches("#matrix td")) {
    // An empty cell has nothing that would be read out.
    const names = [to.parentElement.cells[0], $("#matrix thead tr").cells[to.cellIndex]].map((head) => head.textContent.trim());
    to.setAttribute("aria-label", to.classList.contains("self") ? names[0] : `${names.join(" and ")}: no tie that fits`);
  }
  to.focus();
}

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

// --- Keys

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !$("#explore")) return;
  const { target, key: pressed } = event;
  const onMap = target.closest(".overview-map a");
  const inMatrix = target.closest("#matrix");
  if (pressed.startsWith("Arrow") && onMap) {
    event.preventDefault();
    move(walkMap(onMap, pressed));
  } else if (inMatrix && (pressed.startsWith("Arrow") || pressed === "Home" || pressed === "End")) {
    event.preventDefault();
    const cell = walkMatrix(target, pressed);
    move($("a", cell) ?? cell);
  } else if (pressed === "Escape" && onMap?.classList.contains("tie")) {
    move(actor(onMap.closest(".overview-map"), from || onMap.dataset.a));
  } else if (pressed === "Escape" && !target.closest("input, select, dialog, .find")) {
    $("#unfocus")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }
});
for (const [letter, view] of [["n", "map"], ["m", "matrix"], ["t", "table"]]) {
  key(letter, `the ${view}`, () => $(`.views [data-view="${view}"]`).click());
}
explain("← →", "round the ring of the map; to the other end of a tie");
explain("↑ ↓", "through the ties of an actor");
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
    const [since, until] = chosen();
    form.elements.from.value = since === Number(first) ? "" : since;
    form.elements.to.value = until === Number(last) ? "" : until;
    $$("#years a").forEach((bar) => bar.classList.toggle("chosen", bar.dataset.year >= since && bar.dataset.year <= until));
    clearTimeout(waiting);
    waiting = setTimeout(() => show(wanted(form)), 350);
  });
}

// --- The drawing as PNG, twice as large as the SVG

async function png(button) {
  const text = await (await fetch(button.dataset.svg)).text();
  const picture = new Image();
  picture.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * picture.width, height: 2 * picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  canvas.toBlob((file) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "spacepact.png" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say("The drawing is saved as spacepact.png");
  });
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("#png");
  if (button) png(button);
});

// --- What a page that has just come needs

function furnish() {
  for (const map of $$(".overview-map")) {
    $$("a > title", map).forEach((title) => title.remove()); // The tip says it.
    $$("a", map).forEach((link) => link.setAttribute("tabindex", -1));
    actors(map)[0]?.setAttribute("tabindex", 0);
  }
  $$("#matrix tbody :is(td, th)").forEach((cell) => ($("a", cell) ?? cell).setAttribute("tabindex", -1));
  $("#matrix tbody th a")?.setAttribute("tabindex", 0);
  if ($("#matrix")) $("#matrix").setAttribute("role", "grid");
  slider();
}

if (narrow.matches) $("#filters").open = false;
furnish();
