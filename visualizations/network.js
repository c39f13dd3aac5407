// The page of a view: draws the network, filters it, and shows the evidence behind what is chosen.
// Texts come into the page as text only: textContent, or copies of what the page holds already.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;
  const data = JSON.parse($("#data").textContent);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const label = (actor) => data.actors[actor].label;
  const make = (tag, text, into) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (into) into.append(made);
    return made;
  };
  root.classList.add("js");
  $$("main > details").forEach((details) => { details.open = false; });

  // --- What fits the filters

  let visible = new Map(); // tie -> its showings that fit

  function filters() {
    return {
      topic: $("#topic").value,
      state: $("#state").value,
      bases: $$("input[name=basis]:checked").map((box) => box.value),
    };
  }

  function select() {
    const { topic, state, bases } = filters();
    visible = new Map();
    for (const [id, tie] of Object.entries(data.ties)) {
      if (state && !tie.ends.some((end) => data.actors[end].state === state)) continue;
      const fits = tie.showings.filter((s) => bases.includes(s.basis) && (!topic || s.topics.includes(topic)));
      if (fits.length) visible.set(id, fits);
    }
  }

  const tiesOf = (actor) => [...visible.keys()].filter((id) => data.ties[id].ends.includes(actor));
  const otherEnd = (id, actor) => data.ties[id].ends.find((end) => end !== actor);
  const engagements = (showings) => new Set(showings.map((s) => data.engagements[s.id].iri));

  function sentence() {
    const showings = [...visible.values()].flat();
    const actors = new Set([...visible.keys()].flatMap((id) => data.ties[id].ends));
    const documents = new Set(showings.flatMap((s) => data.engagements[s.id].documents));
    return `${plural(actors.size, "actor")}, ${plural(visible.size, "tie")}, shown by ` +
      `${plural(engagements(showings).size, "engagement")} in ${plural(documents.size, "document")}; ` +
      `record as of ${data.asOf}.`;
  }

  // --- The drawing

  const probe = make("span", "", document.body);
  probe.hidden = true;
  function colour(name) {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  }

  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const network = new vis.Network($("#network"), { nodes, edges }, {
    physics: false,
    layout: { improvedLayout: false },
    interaction: { hover: true, tooltipDelay: 250, selectConnectedEdges: false, dragNodes: false },
    edges: { smooth: false, selectionWidth: 3, hoverWidth: 1.5 },
    nodes: { borderWidth: 1.5, borderWidthSelected: 4 },
  });

  function leading(showings) {
    const counts = new Map();
    for (const topic of showings.flatMap((s) => s.leads)) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    const first = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
    return first ? data.colours[first[0]] : 0;
  }

  const shape = () => ($("#network").clientHeight > $("#network").clientWidth ? "tall" : "wide");

  function draw() {
    const [ink, page, accent, pale] = ["ink", "page", "accent", "faint"].map(colour);
    const tied = new Set([...visible.keys()].flatMap((id) => data.ties[id].ends));
    const { topic, state } = filters();
    const form = shape();
    const lone = new Set(data.drawing.nodes.map((node) => node.id));
    for (const tie of Object.values(data.ties)) tie.ends.forEach((end) => lone.delete(end));
    // Actors without ties stand under those that are drawn, also where a filter leaves out what is between.
    const height = (node) => (form === "tall" ? node.tall[1] : node.y);
    const [drawn, parked] = [tied, lone].map((set) => data.drawing.nodes.filter((n) => set.has(n.id)).map(height));
    const lift = drawn.length && parked.length ? Math.max(0, Math.min(...parked) - Math.max(...drawn) - 120) : 0;
    nodes.update(data.drawing.nodes.map((node) => {
      const fill = colour(`kind-${node.color}`);
      const look = { background: fill, border: ink };
      const [x, y] = form === "tall" ? node.tall : [node.x, node.y];
      const faint = lone.has(node.id);
      return {
        ...node,
        x,
        y: faint ? y - lift : y,
        opacity: faint ? 0.6 : 1,
        hidden: !(tied.has(node.id) || (faint && !topic && !state)),
        color: { ...look, highlight: { background: fill, border: accent }, hover: look },
        font: { color: faint ? pale : ink, size: data.fonts[form], face: "system-ui, sans-serif", strokeWidth: 4, strokeColor: page },
      };
    }));
    edges.update(data.drawing.edges.map((edge) => {
      const showings = visible.get(edge.id) ?? [];
      const attendance = showings.every((s) => s.basis === "attendance");
      const line = colour(attendance ? "attendance" : `topic-${leading(showings)}`);
      const count = engagements(showings).size;
      return {
        ...edge,
        title: `${edge.title}: ${plural(count, "engagement")}`,
        hidden: !showings.length,
        width: Math.min(1 + 1.6 * Math.sqrt(count), attendance ? 2 : 16),
        dashes: attendance ? [6, 5] : false,
        color: { color: line, highlight: line, hover: line },
      };
    }));
    $("#nothing").hidden = visible.size > 0;
  }

  function fit() {
    const shown = nodes.getIds({ filter: (node) => !node.hidden });
    if (shown.length) network.fit({ nodes: shown, maxZoomLevel: 1.4, animation: false });
  }

  function move(how) {
    if (how === "fit") fit();
    else network.moveTo({ scale: network.getScale() * Number(how), animation: !still.matches });
  }

  // --- The panel

  let chosen = null; // {tie} or {actor}
  let opener = null;

  function evidence(entries, into) {
    // entries: engagement -> words to add; the page lists engagements by basis, newest first.
    for (const heading of $$("#evidence h3")) {
      const articles = [];
      for (let next = heading.nextElementSibling; next?.tagName === "ARTICLE"; next = next.nextElementSibling) {
        if (entries.has(next.id)) articles.push(next);
      }
      if (articles.length) make("h3", `${heading.textContent} (${articles.length})`, into);
      for (const article of articles) {
        const copy = article.cloneNode(true);
        copy.removeAttribute("id");
        const more = entries.get(article.id);
        if (more) $("h4", copy).after(Object.assign(make("p", more), { className: "facts" }));
        into.append(copy);
      }
    }
  }

  function tiePanel(id, body) {
    const [a, b] = data.ties[id].ends;
    $("#panel-title").textContent = `${label(a)} and ${label(b)}`;
    const showings = visible.get(id) ?? [];
    const hidden = data.ties[id].showings.length - showings.length;
    $("#panel-facts").textContent = `Shown by ${plural(engagements(showings).size, "engagement")}.` +
      (hidden ? ` The filters hide ${hidden} more.` : "");
    partners([a, b].map((actor) => [`All ties of ${label(actor)}`, () => choose({ actor })]), body);
    evidence(new Map(showings.map((s) => [s.id, ""])), body);
  }

  function actorPanel(actor, body) {
    const { kind, state, aliases } = data.actors[actor];
    const ties = tiesOf(actor).sort((a, b) => visible.get(b).length - visible.get(a).length);
    const all = Object.values(data.ties).filter((tie) => tie.ends.includes(actor)).length;
    $("#panel-title").textContent = label(actor);
    const what = kind.charAt(0).toUpperCase() + kind.slice(1);
    $("#panel-facts").textContent = [
      state && state !== label(actor) ? `${what}, ${state}.` : `${what}.`,
      aliases.length ? `Also called ${aliases.join(", ")}.` : "",
      all ? "" : "The record ties it to no actor of another state; that is no evidence that there is no tie.",
      all > ties.length ? `The filters hide ${plural(all - ties.length, "tie")}.` : "",
    ].filter(Boolean).join(" ");
    partners(ties.map((tie) => [
      `${label(otherEnd(tie, actor))}: ${engagements(visible.get(tie)).size}`, () => choose({ tie }),
    ]), body);
    const entries = new Map();
    for (const tie of ties) {
      for (const showing of visible.get(tie)) {
        const before = entries.get(showing.id);
        entries.set(showing.id, `${before ? `${before}, ` : "with "}${label(otherEnd(tie, actor))}`);
      }
    }
    evidence(entries, body);
  }

  function partners(choices, body) {
    const list = Object.assign(make("div", "", body), { className: "partners" });
    for (const [words, act] of choices) {
      Object.assign(make("button", words, list), { type: "button" }).addEventListener("click", act);
    }
  }

  function fill() {
    const body = $("#panel-body");
    body.replaceChildren();
    $("#panel").hidden = !chosen;
    $("#legend").hidden = Boolean(chosen);
    $$("tr.chosen").forEach((row) => row.classList.remove("chosen"));
    network.unselectAll();
    if (!chosen) return;
    if (chosen.tie) {
      tiePanel(chosen.tie, body);
      $(`#${chosen.tie}`).classList.add("chosen");
      network.setSelection({ nodes: [], edges: [chosen.tie] });
    } else {
      actorPanel(chosen.actor, body);
      network.setSelection({ nodes: [chosen.actor], edges: tiesOf(chosen.actor) }, { highlightEdges: false });
    }
  }

  function choose(what, { focus = true } = {}) {
    if (!chosen) opener = document.activeElement;
    chosen = what;
    fill();
    remember();
    $("#status").textContent = what ? `${$("#panel-title").textContent}. ${$("#panel-facts").textContent}` : "Closed.";
    if (!what) return void (opener?.isConnected && opener.focus());
    $("aside").scrollTop = 0;
    if (focus) $("#panel-title").focus({ preventScroll: true });
    $("#panel").scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
  }

  // --- The table

  function rows() {
    for (const id of Object.keys(data.ties)) {
      const row = $(`#${id}`);
      const showings = visible.get(id) ?? [];
      row.hidden = !showings.length;
      if (!showings.length) continue;
      const counts = new Map();
      for (const { basis } of showings) counts.set(basis, (counts.get(basis) ?? 0) + 1);
      $(".bases", row).textContent = [...counts].map((pair) => pair.join(" ")).join(", ");
      $(".latest", row).textContent = data.engagements[showings[0].id].date || "–";
      $(".count", row).textContent = engagements(showings).size;
    }
    $("#no-rows").hidden = visible.size > 0 || !Object.keys(data.ties).length;
  }

  // --- Search

  const search = $("#search");
  const hits = $("#hits");
  const plain = (text) => text.normalize("NFKD").replace(/\p{Mark}/gu, "").toLowerCase();

  function find() {
    const asked = plain(search.value.trim());
    hits.replaceChildren();
    if (asked) {
      const found = Object.entries(data.actors).flatMap(([id, actor]) => {
        const names = [actor.label, ...actor.aliases];
        const name = names.find((n) => plain(n).startsWith(asked)) ?? names.find((n) => plain(n).includes(asked));
        return name ? [{ id, name, first: plain(name).startsWith(asked) ? 0 : 1 }] : [];
      }).sort((a, b) => a.first - b.first).slice(0, 8);
      for (const { id, name } of found) {
        const item = make("li", label(id), hits);
        if (name !== label(id)) make("small", ` (${name})`, item);
        item.id = `hit-${id}`;
        item.setAttribute("role", "option");
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(id); });
      }
      if (!found.length) make("li", "No actor of that name in this view", hits);
    }
    hits.hidden = !asked;
    search.setAttribute("aria-expanded", String(!hits.hidden));
    point(0);
  }

  function point(to) {
    const options = $$("[role=option]", hits);
    const at = options.length ? (to + options.length) % options.length : -1;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at >= 0) search.setAttribute("aria-activedescendant", options[at].id);
    else search.removeAttribute("aria-activedescendant");
  }

  function take(actor) {
    search.value = "";
    find();
    choose({ actor });
    // Where all of it is readable, the drawing stays as it is.
    const small = network.getScale() < 0.8 && !nodes.get(actor).hidden;
    if (small) network.focus(actor, { scale: 0.9, animation: !still.matches });
  }

  search.addEventListener("input", find);
  search.addEventListener("blur", () => { hits.hidden = true; search.setAttribute("aria-expanded", "false"); });
  search.addEventListener("keydown", (event) => {
    const options = $$("[role=option]", hits);
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      point(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (options[at]) take(options[at].id.slice("hit-".length));
    } else if (event.key === "Escape" && search.value) {
      event.stopPropagation();
      search.value = "";
      find();
    }
  });

  // --- The address holds filters and choice, so that a link to this file opens on them

  const first = { topic: "", state: "", bases: filters().bases.join(",") };

  function remember() {
    const { topic, state, bases } = filters();
    const [words, slug] = [new URLSearchParams(), (actor) => data.actors[actor].slug];
    if (topic) words.set("topic", topic);
    if (state) words.set("state", state);
    if (bases.join(",") !== first.bases) words.set("basis", bases.join(","));
    if (chosen?.actor) words.set("actor", slug(chosen.actor));
    if (chosen?.tie) words.set("tie", data.ties[chosen.tie].ends.map(slug).join(","));
    history.replaceState(null, "", `#${words}`);
  }

  function recall() {
    const words = new URLSearchParams(location.hash.slice(1));
    const has = (list, value) => [...list.options].some((option) => option.value === value);
    for (const name of ["topic", "state"]) {
      if (has($(`#${name}`), words.get(name) ?? "")) $(`#${name}`).value = words.get(name) ?? "";
    }
    const bases = (words.get("basis") ?? first.bases).split(",");
    $$("input[name=basis]").forEach((box) => { box.checked = bases.includes(box.value); });
    const actor = (slug) => Object.keys(data.actors).find((id) => data.actors[id].slug === slug);
    const ends = (words.get("tie") ?? "").split(",").map(actor);
    const tie = Object.keys(data.ties).find((id) => data.ties[id].ends.every((end, at) => end === ends[at]));
    const alone = actor(words.get("actor"));
    return tie ? { tie } : alone ? { actor: alone } : null;
  }

  // --- All together

  function refresh({ refit = true } = {}) {
    select();
    draw();
    rows();
    fill();
    $("#sentence").textContent = sentence();
    if (refit) fit();
  }

  function theme(next) {
    if (next) root.dataset.theme = next;
    const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    $("#theme").textContent = now === "dark" ? "Light" : "Dark";
    $("#theme").dataset.next = now === "dark" ? "light" : "dark";
    draw();
    fill();
  }

  $("#filters").addEventListener("submit", (event) => event.preventDefault());
  $("#filters").addEventListener("change", (event) => { if (event.target !== search) { refresh(); remember(); } });
  $("#filters").addEventListener("reset", () => setTimeout(() => { refresh(); remember(); }));
  $("#theme").addEventListener("click", () => theme($("#theme").dataset.next));
  $("#close").addEventListener("click", () => choose(null));
  $("#zoom").addEventListener("click", (event) => { if (event.target.dataset.zoom) move(event.target.dataset.zoom); });
  $("main").addEventListener("click", ({ target: { dataset: { tie, actor } } }) => {
    if (tie) choose({ tie });
    else if (actor) choose({ actor });
  });
  for (const [event, cursor] of [["hover", "pointer"], ["blur", "default"]]) {
    for (const what of ["Node", "Edge"]) network.on(event + what, () => { $("#network").style.cursor = cursor; });
  }
  network.on("click", ({ nodes: [actor], edges: [tie] }) => {
    if (actor) choose({ actor }, { focus: false });
    else if (tie) choose({ tie }, { focus: false });
    else if (chosen) choose(null);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=text], select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && chosen) choose(null);
  });
  dark.addEventListener("change", () => theme());
  addEventListener("hashchange", () => { chosen = recall(); refresh(); });
  addEventListener("beforeprint", () => $$("main > details").forEach((details) => { details.open = true; }));
  new ResizeObserver(() => { draw(); fit(); }).observe($("#network"));

  chosen = recall();
  select();
  theme();
  refresh();
})();
