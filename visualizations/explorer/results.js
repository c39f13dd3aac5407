// Draws the results of a query as a network, on demand; how many things at most is in the address. The table holds the same.
import { explain, say } from "./explorer.js";
import { letter as letters, wrapped } from "./letters.js";
import { visit } from "./waiting.js";

const $ = (selector) => document.querySelector(selector);
const READABLE = 120; // edges; with more, at first fewer things are drawn
const number = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
let shown = null; // what is drawn now

function colour(name) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(--${name})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

// The *most* things with most neighbours, and what is between them; nothing that is alone then.
function part({ nodes, edges }, most) {
  const kept = new Set(nodes.slice(0, most).map(({ id }) => id));
  const between = edges.filter(({ from, to }) => kept.has(from) && kept.has(to));
  const tied = new Set(between.flatMap(({ from, to }) => [from, to]));
  return { nodes: nodes.filter(({ id }) => tied.has(id)), edges: between };
}

// --- How many: as the address says, else as many as can be read

const choices = (data) => {
  const all = $("#drawing").dataset.choices.split(",").map(Number);
  const enough = all.findIndex((most) => most >= data.nodes.length);
  return enough < 0 ? all : all.slice(0, enough + 1);
};

function address(most) {
  const words = new URLSearchParams(location.search);
  if (!words.has("query")) return; // it is too long for an address
  words.delete("draw");
  if (most) words.set("draw", most);
  history.replaceState(history.state, "", `${location.pathname}?${words}`);
  const link = $("#downloads [data-copy]");
  if (!link) return;
  const copied = new URL(link.dataset.copy);
  copied.search = words;
  link.dataset.copy = copied.href;
}

function offer(data, most) {
  $("#most").replaceChildren(...choices(data).map((each) => {
    const text = each < data.nodes.length ? `the ${each} things with most neighbours` : `all ${number(data.nodes.length, "thing")}`;
    return new Option(text, each, false, each === most);
  }));
  $("#most").disabled = choices(data).length < 2;
}

// --- The drawing

function draw() {
  const data = JSON.parse($("#graph").textContent);
  const offered = choices(data);
  const asked = Number($("#drawing").dataset.draw);
  const most = asked ? offered.find((each) => each >= asked) ?? offered.at(-1)
    : offered.findLast((each) => part(data, each).edges.length <= READABLE) ?? offered[0];
  offer(data, most);
  address(most);
  const drawn = part(data, most);
  const kinds = new Set(drawn.nodes.map(({ kind }) => kind));
  for (const sign of document.querySelectorAll("#drawing [data-kind]")) sign.hidden = !kinds.has(sign.dataset.kind);
  const [ink, page, line, accent] = ["ink", "page", "faint", "accent"].map(colour);
  shown?.network.destroy();
  const nodes = new vis.DataSet(drawn.nodes.map((node) => {
    const fill = colour(`kind-${node.colour}`);
    return {
      id: node.id, label: "", shape: node.shape, size: Math.min(30, 8 + 2.2 * Math.sqrt(node.ties)), borderWidthSelected: 4,
      color: { background: fill, border: ink, highlight: { background: fill, border: accent }, hover: { background: fill, border: accent } },
      font: { color: ink, size: 14, face: "system-ui, sans-serif", background: page },
    };
  }));
  const few = drawn.edges.length <= 50;
  const edges = drawn.edges.map((edge, id) => ({ ...edge, id, label: few ? edge.label : "" }));
  const network = new vis.Network($("#network"), { nodes, edges }, {
    edges: {
      arrows: { to: { enabled: true, scaleFactor: 0.5 } }, smooth: false,
      color: { color: line, highlight: accent, hover: accent, opacity: few ? 0.9 : 0.55 },
      font: { color: ink, size: 11, strokeWidth: 0, background: page },
    },
    layout: { randomSeed: 1, improvedLayout: false },
    physics: {
      solver: "forceAtlas2Based", stabilization: { iterations: 400 },
      forceAtlas2Based: { gravitationalConstant: -160, centralGravity: 0.012, springLength: 140, springConstant: 0.05, avoidOverlap: 0.5 },
    },
    interaction: { hover: true, zoomView: false },
  });
  shown = { network, nodes, drawn, edges, chosen: null };
  network.once("stabilized", () => {
    network.setOptions({ physics: false });
    zoom("fit");
    $("#network").dataset.drawn = drawn.nodes.length;
  });
  listen(network);
  const { nodes: things, edges: ties } = data.whole;
  const left = things - drawn.nodes.length;
  const words = `${number(drawn.nodes.length, "thing")}, ${number(drawn.edges.length, "tie")}.` +
    (left ? ` Left out: ${number(left, "thing")} of ${things.toLocaleString("en")} and ${number(ties - drawn.edges.length, "tie")}; all are in the table.` : "") +
    " A click or Enter opens what a thing stands for.";
  $("#drawn").textContent = words;
  $("#told").textContent = "";
  say(words);
}

const thing = (id) => shown.drawn.nodes.find((node) => node.id === id);
const about = ({ label, ties }) => `${label}: ${number(ties, "neighbour")} in the results.`;

function letter() {
  const { network, nodes, drawn, chosen } = shown;
  const first = [...drawn.nodes].sort((a, b) => (b.id === chosen) - (a.id === chosen) || b.ties - a.ties);
  const signs = nodes.map(({ id, size }) => {
    const { x, y } = network.getPosition(id);
    return { left: x - size, right: x + size, top: y - size, bottom: y + size };
  });
  letters(network, nodes, first.map(({ id, label }) => ({ id, words: wrapped(label.length > 40 ? `${label.slice(0, 39)}…` : label) })), signs);
}

function zoom(how) {
  const { network } = shown;
  if (how === "fit") {
    network.fit({ animation: false, maxZoomLevel: 1.3 });
    letter(); // names take room too
    network.fit({ animation: false, maxZoomLevel: 1.3 });
  } else network.moveTo({ scale: network.getScale() * Number(how), animation: false });
  letter();
}

function open(id) {
  const { path, label } = thing(id);
  visit(label);
  location.assign(path);
}

function choose(id) {
  shown.chosen = id;
  if (id === null) shown.network.unselectAll();
  else shown.network.selectNodes([id]);
  letter();
  $("#told").textContent = id === null ? "" : about(thing(id));
}

function walk(step) {
  const ids = shown.drawn.nodes.map(({ id }) => id);
  const now = ids.indexOf(shown.chosen);
  choose(ids[now < 0 ? (step > 0 ? 0 : ids.length - 1) : (now + step + ids.length) % ids.length]);
}

function listen(network) {
  const box = $("#network");
  network.on("click", ({ nodes: [id] }) => { if (id !== undefined) open(id); });
  network.on("hoverNode", ({ node }) => { box.style.cursor = "pointer"; $("#told").textContent = about(thing(node)); });
  network.on("hoverEdge", ({ edge }) => {
    const { from, to, label } = shown.drawn.edges[edge];
    $("#told").textContent = `${thing(from).label} → ${thing(to).label}${label && `: ${label}`}`;
  });
  network.on("blurNode", () => { box.style.cursor = "default"; });
  network.on("dragEnd", letter);
  // Where a thing stands on the screen: for the tests, and for whoever looks at it from the console.
  box.position = (id) => network.canvasToDOM(network.getPosition(id));
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const does = {
    ArrowRight: () => walk(1), ArrowDown: () => walk(1), ArrowLeft: () => walk(-1), ArrowUp: () => walk(-1),
    Enter: () => shown.chosen !== null && open(shown.chosen),
    "+": () => zoom(1.3), "-": () => zoom(0.77), 0: () => zoom("fit"),
    Escape: () => choose(null),
  }[event.key];
  if (!does) return;
  event.preventDefault();
  event.stopPropagation();
  does();
}
explain("← → Enter", "in the network: from thing to thing, and open one");
explain("+ - 0", "in the network: closer, further, all");

export function drawResults() {
  const button = $("#draw");
  if (!button) return;
  const show = (on) => {
    button.setAttribute("aria-pressed", String(on));
    $("#drawing").hidden = !on;
    if (on) draw();
    else address("");
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  $("#most").addEventListener("change", ({ target }) => { $("#drawing").dataset.draw = target.value; draw(); });
  $("#drawing").addEventListener("click", ({ target }) => { if (target.dataset.zoom) zoom(target.dataset.zoom); });
  $("#network").addEventListener("keydown", pressed);
  if ($("#drawing").dataset.draw) show(true);
}
document.addEventListener("theme", () => { if ($("#drawing") && !$("#drawing").hidden) draw(); });
