// Draws the partners of an actor around it, and adds those of a partner without moving anybody. The places come from
// the server; the address holds what was added. The tables on the page say the same.
import { explain } from "/static/explorer.js";
import { letter as letters, wrapped } from "/static/letters.js";

const $ = (selector, root = document) => root.querySelector(selector);
const frame = $("#ego");
const box = $("#ego-drawing");
const slug = frame.dataset.slug;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

let data = null;
let chosen = null;

// --- The address: ?expand=jaxa,esa

const opened = () => new URLSearchParams(location.search).getAll("expand").flatMap((some) => some.split(",")).filter(Boolean);
function address(list) {
  const words = new URLSearchParams(location.search);
  words.delete("expand");
  if (list.length) words.set("expand", list.join(","));
  const text = words.toString().replaceAll("%2C", ",");
  return `${location.pathname}${text ? `?${text}` : ""}`;
}

async function load() {
  const list = opened();
  const query = new URLSearchParams(list.length ? { expand: list.join(",") } : {});
  const day = new URLSearchParams(location.search).get("as_of");
  if (day) query.set("as_of", day);
  const answer = await fetch(`/api/network/${encodeURIComponent(slug)}?${query}`);
  if (!answer.ok) throw new Error(`the network could not be fetched (${answer.status})`);
  data = await answer.json();
}

async function open(list) {
  history.pushState(null, "", address(list));
  const before = data.nodes.length;
  await show();
  const added = data.nodes.length - before;
  tell(added ? `${plural(Math.abs(added), "actor")} ${added > 0 ? "added" : "taken away"}. ${sentence()}` : `Nobody was added. ${sentence()}`);
}

const toggle = (id) => open(opened().includes(id) ? opened().filter((one) => one !== id) : [...opened(), id]);

// --- The drawing

const probe = document.body.appendChild(document.createElement("span"));
probe.hidden = true;
function colour(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

const nodes = new vis.DataSet();
const edges = new vis.DataSet();
frame.hidden = false;
const network = new vis.Network(box, { nodes, edges }, {
  physics: false,
  layout: { improvedLayout: false },
  interaction: { hover: true, selectConnectedEdges: false, dragNodes: false, zoomView: false },
  edges: { smooth: false, selectionWidth: 2, hoverWidth: 1.5 },
  nodes: { borderWidth: 1.5, borderWidthSelected: 4 },
});

const name = (id) => data.nodes.find((node) => node.id === id).label;
const tie = (a, b) => data.ties.find((one) => (one.a === a && one.b === b) || (one.a === b && one.b === a));
// A phone is higher than wide, and so is its drawing.
const tall = () => box.clientHeight > box.clientWidth;
const place = ({ x, y }) => (tall() ? { x: 0.9 * y, y: 0.95 * x } : { x, y });

function draw() {
  const [ink, page, accent] = ["ink", "page", "accent"].map(colour);
  const marked = new Set([data.centre, ...data.opened]);
  const kept = new Set(data.nodes.map((node) => node.id));
  nodes.remove(nodes.getIds().filter((id) => !kept.has(id)));
  nodes.update(data.nodes.map((node) => {
    const fill = colour(`kind-${node.colour}`);
    const border = marked.has(node.id) ? accent : ink;
    return {
      id: node.id,
      ...place(node),
      label: wrapped(node.short),
      shape: node.shape,
      size: Math.min(34, 8 + 2.2 * Math.sqrt(node.weight)),
      borderWidth: marked.has(node.id) ? 4 : 1.5,
      color: { background: fill, border, highlight: { background: fill, border: accent }, hover: { background: fill, border: accent } },
      font: { color: ink, face: "system-ui, sans-serif", background: page, size: 14 },
    };
  }));
  const ids = new Set(data.ties.map((one) => `${one.a} ${one.b}`));
  edges.remove(edges.getIds().filter((id) => !ids.has(id)));
  edges.update(data.ties.map((one) => {
    const near = one.a === data.centre || one.b === data.centre;
    const line = colour(one.colour === "attendance" ? "attendance" : `topic-${one.colour}`);
    return {
      id: `${one.a} ${one.b}`,
      from: one.a,
      to: one.b,
      width: one.count ? Math.min(1 + 1.4 * Math.sqrt(one.count), 14) : 1.2,
      dashes: one.count ? false : [5, 5],
      // Ties among the partners stand behind those of the actor whose page this is.
      color: { color: line, highlight: line, hover: line, opacity: near ? 0.9 : 0.35 },
    };
  }));
}

// The actor with most engagements keeps its name.
function letter() {
  const rank = (node) => (node.id === data.centre ? Infinity : node.id === chosen ? 1e9 : node.weight);
  const named = [...data.nodes].sort((a, b) => rank(b) - rank(a)).map((node) => ({ id: node.id, words: wrapped(node.short) }));
  letters(network, nodes, named);
}

function fit(moving = false) {
  network.fit({ animation: moving && !still.matches && { duration: 600 }, maxZoomLevel: 1.3 });
  letter();
}

// --- The words under the drawing, and the table of its ties

function sentence() {
  const shown = data.nodes.length - 1;
  return `${name(data.centre)} and ${plural(shown, "actor")}, ${plural(data.ties.length, "tie")}; record as of ${data.asOf}.` +
    (data.leftOut ? ` ${plural(data.leftOut, "more partner")} not drawn.` : "");
}

function about(id) {
  const node = data.nodes.find((one) => one.id === id);
  const mine = id === data.centre ? null : tie(id, data.centre);
  return [
    `${node.label}, ${node.kind}${node.state ? `, ${node.state}` : ""}.`,
    mine ? counted(mine) : "",
    node.more ? `${plural(node.more, "partner")} not drawn here.` : "",
  ].filter(Boolean).join(" ");
}

const counted = (one) => `${one.count ? plural(one.count, "engagement") : "Attendance alone"} between ${name(one.a)} and ${name(one.b)}` +
  `${one.topic ? `, most on ${one.topic}` : ""}${one.latest ? `, latest ${one.latest}` : ""}.`;

function tell(words) {
  $("#ego-words").textContent = words;
}

function cell(row, words, path = "") {
  const into = row.insertCell();
  const holder = path ? into.appendChild(Object.assign(document.createElement("a"), { href: path })) : into;
  holder.textContent = words;
  return into;
}

function table() {
  const body = $("#ties-table tbody");
  body.replaceChildren();
  for (const one of data.ties) {
    const row = body.insertRow();
    cell(row, name(one.a));
    cell(row, name(one.b));
    const number = cell(row, String(one.count), one.path);
    number.className = "number";
    number.firstChild.setAttribute("aria-label", `${one.count}, all between ${name(one.a)} and ${name(one.b)}`);
    cell(row, Object.entries(one.bases).map((pair) => pair.join("\u00a0")).join(", "));
    cell(row, one.latest || "–").className = "date";
  }
  $("#ties-count").textContent = data.ties.length;
  $("#opened")?.remove();
  $("#left-out")?.remove();
  $("#fold").hidden = !data.opened.length;
  files();
}

// --- What is chosen with the keys

function choose(id) {
  chosen = id;
  network.selectNodes([id], false);
  letter();
  const at = network.canvasToDOM(network.getPosition(id));
  if (at.x < 0 || at.y < 0 || at.x > box.clientWidth || at.y > box.clientHeight) network.moveTo({ position: network.getPosition(id), animation: !still.matches });
  tell(about(id));
}

function walk(step) {
  // Around the middle, and on each ray from the inside out.
  const turn = ({ x, y }) => Math.round(100 * (Math.atan2(y, x) + Math.PI));
  const round = data.nodes.filter((node) => node.id !== data.centre)
    .sort((a, b) => turn(a) - turn(b) || Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y)).map((node) => node.id);
  if (!round.length) return;
  const now = round.indexOf(chosen);
  choose(round[now < 0 ? (step > 0 ? 0 : round.length - 1) : (now + step + round.length) % round.length]);
}

function go(id) {
  if (id !== data.centre) location.assign(`/page/${id}`);
}

function zoom(how) {
  if (how === "fit") return fit();
  network.moveTo({ scale: network.getScale() * Number(how), animation: false });
  letter();
}

box.addEventListener("keydown", (event) => {
  const { key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const does = {
    ArrowRight: () => walk(1), ArrowDown: () => walk(1), ArrowLeft: () => walk(-1), ArrowUp: () => walk(-1),
    Home: () => choose(data.centre),
    Enter: () => chosen && go(chosen),
    d: () => chosen && tie(chosen, data.centre) && location.assign(tie(chosen, data.centre).path),
    "+": () => chosen && chosen !== data.centre && toggle(chosen).catch(fail),
    Escape: () => { chosen = null; network.unselectAll(); letter(); tell(sentence()); },
  }[key];
  if (!does) return;
  event.preventDefault();
  event.stopPropagation();
  does();
});

explain("← → ↑ ↓", "round the drawing of partners, from one to the next");
explain("Enter", "there: the page of the one chosen");
explain("d", "there: the dossier of the one chosen");
explain("+", "there: the partners of the one chosen");
explain("Home Esc", "there: to the middle; to none");

// --- The pointer

network.on("click", ({ nodes: [actor], edges: [line] }) => {
  if (actor && actor !== data.centre) {
    if ($("input[name=click]:checked", frame).value === "expand") {
      toggle(actor).catch(fail);
    } else go(actor);
  } else if (!actor && line) location.assign(data.ties.find((one) => `${one.a} ${one.b}` === line).path);
});
network.on("hoverNode", ({ node }) => { box.style.cursor = "pointer"; tell(about(node)); });
network.on("hoverEdge", ({ edge }) => {
  box.style.cursor = "pointer";
  tell(counted(data.ties.find((one) => `${one.a} ${one.b}` === edge)));
});
for (const event of ["blurNode", "blurEdge"]) network.on(event, () => { box.style.cursor = "default"; });
for (const event of ["zoom", "animationFinished"]) network.on(event, letter);
frame.addEventListener("click", ({ target }) => {
  if (target.dataset.zoom) zoom(target.dataset.zoom);
  else if (target.id === "fold") open([]).catch(fail);
});
$("#partners").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-expand]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  frame.scrollIntoView({ block: "nearest" });
  if (!opened().includes(link.dataset.expand)) toggle(link.dataset.expand).catch(fail);
});

// --- As files: what is drawn now

const caption = () => [
  `Spacepact: partners of ${sentence()}`,
  `Data ${frame.dataset.version}, licence ${frame.dataset.licence}, sources: ${frame.dataset.sources} documents, listed at`,
  `${location.origin}${address(opened())}`,
];

// The drawing at twice its size, drawn anew out of sight, with what is needed to cite it under it.
function picture() {
  const [width, height, line] = [2 * box.clientWidth, 2 * box.clientHeight, 34];
  const hidden = document.body.appendChild(document.createElement("div"));
  Object.assign(hidden.style, { position: "absolute", left: "-99999px", width: `${width}px`, height: `${height}px` });
  const large = new vis.Network(hidden, { nodes, edges }, { physics: false, layout: { improvedLayout: false }, edges: { smooth: false }, nodes: { borderWidth: 1.5 } });
  large.moveTo({ position: network.getViewPosition(), scale: 2 * network.getScale(), animation: false });
  large.redraw();
  const drawn = hidden.querySelector("canvas");
  const whole = Object.assign(document.createElement("canvas"), { width, height: height + 4 * line });
  const pen = whole.getContext("2d");
  pen.fillStyle = colour("page");
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.drawImage(drawn, 0, 0, width, height);
  pen.fillStyle = colour("ink");
  pen.font = "22px system-ui, sans-serif";
  caption().forEach((words, number) => pen.fillText(words, 16, height + line * (number + 1), width - 32));
  large.destroy();
  hidden.remove();
  return whole;
}

function save() {
  picture().toBlob((blob) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `spacepact-${slug}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    tell("The picture was saved.");
  });
}
$("#png").addEventListener("click", save);

function files() {
  const query = address(opened()).split("?")[1];
  for (const link of document.querySelectorAll("#network-files a")) link.href = link.pathname + (query ? `?${query}` : "");
}

// --- All together

function fail(error) {
  tell(`${error.message}. The tables below hold the same.`);
}

async function show() {
  const seen = nodes.length ? { position: network.getViewPosition(), scale: network.getScale() } : null;
  await load();
  frame.classList.toggle("few", data.nodes.length < 8);
  draw();
  table();
  // The view stays where it was unless something that was added lies outside it.
  const inside = seen && data.nodes.every((node) => {
    const at = network.canvasToDOM(place(node));
    return at.x > 0 && at.y > 0 && at.x < box.clientWidth && at.y < box.clientHeight;
  });
  if (!inside) fit(Boolean(seen));
  else letter();
  box.dataset.drawn = data.nodes.length;
}

addEventListener("popstate", () => show().then(() => tell(sentence())).catch(fail));
document.addEventListener("theme", () => { if (data) { draw(); letter(); } });
let form = tall();
new ResizeObserver(() => {
  if (!data) return;
  if (tall() !== form) { form = tall(); draw(); }
  fit();
}).observe(box);
show().then(() => tell(sentence())).catch(fail);
// Where an actor stands in the drawing, and on the screen: for the tests, and for whoever looks at it from the console.
box.place = (id) => network.getPosition(id);
box.position = (id) => network.canvasToDOM(network.getPosition(id));
