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

  function fitting({ topic, state, bases }) {
    const found = new Map();
    for (const [id, tie] of Object.entries(data.ties)) {
      if (state && !tie.ends.some((end) => data.actors[end].state === state)) continue;
      const fits = tie.showings.filter((s) => bases.includes(s.basis) && (!topic || s.topics.includes(topic)));
      if (fits.length) found.set(id, fits);
    }
    return found;
  }

  function set({ topic, state, bases }) {
    $("#topic").value = topic;
    $("#state").value = state;
    $$("input[name=basis]").forEach((box) => { box.checked = bases.includes(box.value); });
  }

  const tiesOf = (actor) => [...visible.keys()].filter((id) => data.ties[id].ends.includes(actor));
  const otherEnd = (id, actor) => data.ties[id].ends.find((end) => end !== actor);
  const engagements = (showings) => new Set(showings.map((s) => data.engagements[s.id].iri));

  // Broad topics, each with its engagements, most first; of equals the one filtered on, then the first in the legend.
  function broad(showings) {
    const asked = $("#topic").selectedOptions[0].closest("optgroup")?.firstElementChild.value;
    return Object.keys(data.broad)
      .map((topic) => ({ topic, count: engagements(showings.filter((s) => s.leads.includes(topic))).size }))
      .filter(({ count }) => count)
      .sort((a, b) => b.count - a.count || (b.topic === asked) - (a.topic === asked));
  }

  function sentence() {
    const showings = [...visible.values()].flat();
    const tied = new Set([...visible.keys()].flatMap((id) => data.ties[id].ends)).size;
    const documents = new Set(showings.flatMap((s) => data.engagements[s.id].documents));
    const lone = nodes.get({ filter: (node) => !node.hidden }).length - tied;
    const absent = [[alone.size - lone, "without any tie"], [nodes.length - tied - alone.size, "whose ties the filters hide"]]
      .filter(([count]) => count).map(([count, why]) => `${count} ${why}`);
    return `${plural(tied, "tied actor")}${lone ? `, ${lone} without a tie` : ""}; ${plural(visible.size, "tie")}, ` +
      `shown by ${plural(engagements(showings).size, "engagement")} in ${plural(documents.size, "document")}; ` +
      `record as of ${data.asOf}.${absent.length ? ` Not drawn: ${absent.join(", ")}.` : ""}`;
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
    interaction: { hover: true, selectConnectedEdges: false, dragNodes: false },
    edges: { smooth: false, selectionWidth: 3, hoverWidth: 1.5 },
    nodes: { borderWidth: 1.5, borderWidthSelected: 4 },
  });

  // Actors that no engagement ties, whatever the filters.
  const alone = new Set(data.drawing.nodes.map((node) => node.id));
  for (const tie of Object.values(data.ties)) tie.ends.forEach((end) => alone.delete(end));

  const shape = () => ($("#network").clientHeight > $("#network").clientWidth ? "tall" : "wide");

  function draw() {
    hush();
    const [ink, page, accent, pale] = ["ink", "page", "accent", "faint"].map(colour);
    const tied = new Set([...visible.keys()].flatMap((id) => data.ties[id].ends));
    const { topic, state } = filters();
    const form = shape();
    // A phone has no room for those that nothing ties; they are in the table of all actors.
    const lone = topic || state || form === "tall" ? new Set() : alone;
    // Actors without ties stand under those that are drawn, also where a filter leaves out what is between.
    const height = (node) => (form === "tall" ? node.tall[1] : node.y);
    const [drawn, parked] = [tied, lone].map((set) => data.drawing.nodes.filter((n) => set.has(n.id)).map(height));
    const lift = drawn.length && parked.length ? Math.max(0, Math.min(...parked) - Math.max(...drawn) - 120) : 0;
    nodes.update(data.drawing.nodes.map((node) => {
      const fill = colour(`kind-${node.color}`);
      const look = { background: fill, border: ink };
      const [x, y] = form === "tall" ? node.tall : [node.x, node.y];
      const faint = alone.has(node.id);
      return {
        ...node,
        x,
        y: faint ? y - lift : y,
        opacity: faint ? 0.6 : 1,
        hidden: !(tied.has(node.id) || lone.has(node.id)),
        color: { ...look, highlight: { background: fill, border: accent }, hover: look },
        // A halo of strokes would cut the letters of the line above.
        font: { color: faint ? pale : ink, face: "system-ui, sans-serif", background: page },
      };
    }));
    edges.update(data.drawing.edges.map((edge) => {
      const showings = visible.get(edge.id) ?? [];
      const attendance = showings.every((s) => s.basis === "attendance");
      const line = colour(attendance ? "attendance" : `topic-${data.broad[broad(showings)[0]?.topic]?.colour ?? 0}`);
      const count = engagements(showings).size;
      return {
        ...edge,
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
    letter();
  }

  // Letters keep a size that can be read. Where labels would then cover one another, the actor with most engagements
  // keeps its own; closer up the others come back.
  function letter() {
    const size = Math.max(data.fonts[shape()], data.fonts.least / network.getScale());
    const taken = [];
    nodes.update(data.drawing.nodes.map(({ id, label: words, size: radius }) => {
      const { x, y, hidden, font } = nodes.get(id);
      const lines = words.split("\n");
      const half = 0.26 * size * Math.max(...lines.map((line) => line.length));
      const box = { left: x - half, right: x + half, top: y + radius, bottom: y + radius + 1.1 * size * lines.length };
      const free = !hidden && !taken.some((other) => box.left < other.right && other.left < box.right &&
        box.top < other.bottom && other.top < box.bottom);
      if (free) taken.push(box);
      return { id, label: free ? words : "", font: { ...font, size } };
    }));
  }

  function move(how) {
    if (how === "fit") fit();
    else network.moveTo({ scale: network.getScale() * Number(how), animation: !still.matches });
    letter();
  }

  // --- The tip at the pointer; it goes as soon as anything else happens

  const tip = $("#tip");
  let waiting = 0;

  function hush() {
    clearTimeout(waiting);
    tip.hidden = true;
  }

  function tell(words, { x, y }) {
    hush();
    if (!matchMedia("(hover: hover)").matches) return;
    waiting = setTimeout(() => {
      tip.textContent = words;
      tip.hidden = false;
      const { clientWidth: across, clientHeight: down } = $("#network");
      tip.style.left = `${Math.max(0, Math.min(x + 12, across - tip.offsetWidth))}px`;
      tip.style.top = `${Math.max(0, y + 12 + tip.offsetHeight < down ? y + 12 : y - 12 - tip.offsetHeight)}px`;
    }, 250);
  }

  // --- The panel

  let chosen = null; // {actor}, or {tie} and perhaps the {engagement} that was searched for
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
        copy.dataset.engagement = article.id;
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
    offers((fits) => fits.get(id)?.length ?? 0, body);
    const topics = broad(showings).map(({ topic, count }) => `${data.broad[topic].label} ${count}`);
    if (topics.length) Object.assign(make("p", `By broad topic: ${topics.join(", ")}.`, body), { className: "facts" });
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
    offers((fits) => [...fits.keys()].filter((id) => data.ties[id].ends.includes(actor)).length, body);
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

  function partners(choices, body, className = "partners") {
    const list = Object.assign(make("div", "", body), { className });
    for (const [words, act] of choices) {
      Object.assign(make("button", words, list), { type: "button" }).addEventListener("click", act);
    }
  }

  // Buttons that let more of what is chosen through the filters; count tells how much of it fits.
  function offers(count, body) {
    const now = filters();
    const boxes = $$("input[name=basis]").map((box) => box.value);
    const wider = [
      ["Show all topics", { topic: "" }],
      ["Show all states", { state: "" }],
      ...boxes.filter((basis) => !now.bases.includes(basis))
        .map((basis) => [`Show ${basis}`, { bases: [...now.bases, basis] }]),
    ].filter(([, change]) => count(fitting({ ...now, ...change })) > count(visible));
    const all = { topic: "", state: "", bases: boxes };
    if (!wider.length && count(fitting(all)) > count(visible)) wider.push(["Show all ties", all]);
    partners(wider.map(([words, change]) => [words, () => {
      set({ ...now, ...change });
      refresh();
      remember();
      arrive();
    }]), body, "offers");
  }

  function fill() {
    hush();
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

  function reveal(element, block) {
    const { top, bottom } = element.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) element.scrollIntoView({ block });
  }

  // Brings the panel, or the engagement in it that was searched for, before the reader.
  function arrive({ focus = true } = {}) {
    const found = chosen.engagement && $(`#panel [data-engagement="${chosen.engagement}"]`);
    const goal = found || $("#panel-title");
    const aside = $("aside");
    aside.scrollTop = 0;
    if (found) {
      found.classList.add("chosen");
      found.tabIndex = -1;
      aside.scrollTop = found.getBoundingClientRect().top - aside.getBoundingClientRect().top - 8;
    }
    if (focus) goal.focus({ preventScroll: true });
    // After a touch of the drawing, half of it stays in sight.
    reveal(found ? $("h4", found) : goal, focus ? "start" : "center");
  }

  function choose(what, { focus = true, from = document.activeElement } = {}) {
    if (what && !$("#panel").contains(from)) opener = from;
    chosen = what;
    fill();
    remember();
    $("#status").textContent = what ? `${$("#panel-title").textContent}. ${$("#panel-facts").textContent}` : "Closed.";
    if (what) return arrive({ focus });
    if (!focus || !opener?.isConnected) return;
    opener.focus({ preventScroll: true });
    reveal(opener.closest("tr") ?? opener, "center");
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

  function visit(actor) {
    choose({ actor });
    // Where all of it is readable, the drawing stays as it is.
    const small = network.getScale() < 0.8 && !nodes.get(actor).hidden;
    if (small) network.focus(actor, { scale: 0.9, animation: !still.matches });
    letter();
  }

  function open(engagement) {
    const same = ({ id }) => data.engagements[id].iri === data.engagements[engagement].iri;
    const shows = (fits) => [...fits].find(([, showings]) => showings.some(same));
    const all = Object.entries(data.ties).map(([id, { showings }]) => [id, showings]);
    const [tie, showings] = shows(visible) ?? shows(all);
    choose({ tie, engagement: showings.find(same).id });
  }

  const search = $("#search");
  const once = new Map(Object.entries(data.engagements).map(([id, { iri }]) => [iri, id]).reverse());
  const searching = searchBox(search, $("#hits"), [
    Object.entries(data.actors).map(([actor, { label: name, aliases }]) => (
      { label: name, names: [name, ...aliases], note: "", take: () => visit(actor) })),
    [...once.values()].reverse().map((id) => {
      const name = $(`#${id} h4`).textContent;
      return { label: name, names: [name], note: data.engagements[id].date, take: () => open(id) };
    }),
  ]);

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
    set({ ...filters(), bases: (words.get("basis") ?? first.bases).split(",") });
    const actor = (slug) => Object.keys(data.actors).find((id) => data.actors[id].slug === slug);
    const ends = (words.get("tie") ?? "").split(",").map(actor);
    const tie = Object.keys(data.ties).find((id) => data.ties[id].ends.every((end, at) => end === ends[at]));
    const single = actor(words.get("actor"));
    return tie ? { tie } : single ? { actor: single } : null;
  }

  // --- All together

  function refresh() {
    visible = fitting(filters());
    draw();
    rows();
    fill();
    fit();
    $("#sentence").textContent = sentence();
  }

  function theme(next) {
    if (next) root.dataset.theme = next;
    const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    $("#theme").textContent = now === "dark" ? "Light" : "Dark";
    $("#theme").dataset.next = now === "dark" ? "light" : "dark";
    draw();
    letter();
    fill();
  }

  $("#filters").addEventListener("submit", (event) => event.preventDefault());
  $("#filters").addEventListener("change", (event) => { if (event.target !== search) { refresh(); remember(); } });
  $("#filters").addEventListener("reset", () => setTimeout(() => {
    chosen = null;
    searching.clear();
    refresh();
    remember();
  }));
  $("#theme").addEventListener("click", () => theme($("#theme").dataset.next));
  $("#close").addEventListener("click", () => choose(null));
  $("#zoom").addEventListener("click", (event) => { if (event.target.dataset.zoom) move(event.target.dataset.zoom); });
  $("main").addEventListener("click", ({ target }) => {
    const { tie, actor } = target.dataset;
    // A touch of a button need not focus it.
    if (tie) choose({ tie }, { from: target });
    else if (actor) choose({ actor }, { from: target });
  });
  const cursor = (kind) => { $("#network").style.cursor = kind; };
  network.on("hoverNode", ({ node, pointer }) => {
    cursor("pointer");
    tell(`${label(node)} (${data.actors[node].kind})`, pointer.DOM);
  });
  network.on("hoverEdge", ({ edge, pointer }) => {
    cursor("pointer");
    const names = data.ties[edge].ends.map(label).join(" and ");
    tell(`${names}: ${plural(engagements(visible.get(edge) ?? []).size, "engagement")}`, pointer.DOM);
  });
  for (const event of ["blurNode", "blurEdge"]) network.on(event, () => { cursor("default"); hush(); });
  for (const event of ["zoom", "dragStart"]) network.on(event, hush);
  for (const event of ["zoom", "animationFinished"]) network.on(event, letter);
  $("#network").addEventListener("pointerleave", () => { cursor("default"); hush(); });
  for (const event of ["keydown", "scroll", "blur"]) addEventListener(event, hush, { capture: true });
  network.on("click", ({ nodes: [actor], edges: [tie] }) => {
    if (actor) choose({ actor }, { focus: false });
    else if (tie) choose({ tie }, { focus: false });
    else if (chosen) choose(null, { focus: false });
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=text], select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && chosen) choose(null);
  });
  dark.addEventListener("change", () => theme());
  addEventListener("hashchange", () => {
    if (document.getElementById(location.hash.slice(1))) return; // the skip link, which is no state of ours
    chosen = recall();
    refresh();
  });
  addEventListener("beforeprint", () => $$("main > details").forEach((details) => { details.open = true; }));
  new ResizeObserver(() => { draw(); fit(); $("#sentence").textContent = sentence(); }).observe($("#network"));

  chosen = recall();
  visible = fitting(filters());
  theme();
  refresh();
})();
