// Draws the results of a query as a network, on demand. The table holds the same.
import { say } from "./explorer.js";

const $ = (selector) => document.querySelector(selector);
let network = null;

function colour(name) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(--${name})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function draw() {
  const data = JSON.parse($("#graph").textContent);
  const [ink, page, line, fill] = ["ink", "page", "faint", "accent"].map(colour);
  network?.destroy();
  network = new vis.Network($("#network"), {
    nodes: data.nodes.map(({ id, label, path }) => ({ id, path, label: label.length > 40 ? `${label.slice(0, 39)}…` : label })),
    edges: data.edges.map((edge) => ({ ...edge, label: data.edges.length <= 50 ? edge.label : "" })),
  }, {
    nodes: { shape: "dot", size: 9, color: { background: fill, border: ink, highlight: { background: fill, border: ink } }, font: { color: ink, size: 14, background: page } },
    edges: { arrows: { to: { enabled: true, scaleFactor: 0.5 } }, color: { color: line, highlight: fill }, font: { color: ink, size: 11, strokeWidth: 0, background: page }, smooth: false },
    layout: { randomSeed: 1, improvedLayout: data.nodes.length <= 100 },
    physics: { stabilization: { iterations: 200 }, barnesHut: { springLength: 140 } },
    interaction: { hover: true },
  });
  network.once("stabilized", () => network.setOptions({ physics: false }));
  network.on("doubleClick", ({ nodes: [id] }) => {
    const path = data.nodes.find((node) => node.id === id)?.path;
    if (path) location.assign(path);
  });
  const words = `${data.nodes.length} nodes, ${data.edges.length} edges.` +
    (data.leftOut ? ` ${data.leftOut} rows are left out, since more than 150 nodes cannot be read; all are in the table.` : "") +
    " A double click opens what a node stands for.";
  $("#drawn").textContent = words;
  say(words);
}

export function drawResults() {
  const button = $("#draw");
  if (!button) return;
  button.addEventListener("click", () => {
    const show = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(show));
    $("#drawing").hidden = !show;
    if (show) draw();
  });
}
document.addEventListener("theme", () => { if ($("#drawing") && !$("#drawing").hidden) draw(); });
