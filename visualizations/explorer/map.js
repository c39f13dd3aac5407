// The map of who cooperates with whom, on any page that has one: what is pointed at stands out with its ends or ties; it is
// one stop for the tab key, and arrow keys walk it. A box with the class "stage" around maps shows tips in its #tip.
import { explain } from "/static/explorer.js";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

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
function walk(thing, key) {
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

// Make *to* the one stop for the tab key among all there are in *box*, and go there.
export function move(to, box) {
  $$('[tabindex="0"]', box).forEach((each) => { each.setAttribute("tabindex", -1); });
  to.setAttribute("tabindex", 0);
  to.focus();
}

document.addEventListener("keydown", (event) => {
  const onMap = event.target.closest?.(".overview-map a");
  if (!onMap || event.ctrlKey || event.metaKey || event.altKey) return;
  const map = onMap.closest(".overview-map");
  let to = null;
  if (event.key.startsWith("Arrow")) to = walk(onMap, event.key);
  else if (event.key === "Escape" && onMap.classList.contains("tie")) to = actor(map, from || onMap.dataset.a);
  else return;
  event.preventDefault();
  if (to) move(to, map);
});
explain("← →", "round the ring of the map; to the other end of a tie");
explain("↑ ↓", "through the ties of an actor");

// What maps that have just come need.
export function furnishMaps() {
  for (const map of $$(".overview-map")) {
    $$("a > title", map).forEach((title) => title.remove()); // The tip says it.
    $$("a", map).forEach((link) => link.setAttribute("tabindex", -1));
    actors(map)[0]?.setAttribute("tabindex", 0);
  }
}
furnishMaps();
