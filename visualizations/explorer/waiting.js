// Where no answer has come after a second, a bar says what is asked for, how long it has taken and how long it may take.
// Its button and Esc cancel: the page stays as it is, and the service stops working on what nobody waits for any more.
// Without scripts, the browser's own stop does the same. Links and forms are seen to here; for other scripts:
//   visit("NASA")                        before they lead to another page
//   const done = wait("Overview", cancel)   before they ask for something themselves: the bar stays until done() is
//                                        called; cancel() is called where the reader cancels
const $ = (selector) => document.querySelector(selector);
const bar = $("#waiting");
const most = Number(bar.dataset.most);
const PATIENCE = 1000; // milliseconds
let current = null;

function say(words) { $("#spoken").textContent = words; }

export function wait(words, cancel) {
  current?.done();
  const began = performance.now();
  const before = document.activeElement;
  let clock = setTimeout(tick, PATIENCE);
  function tick() {
    const seconds = Math.round((performance.now() - began) / 1000);
    if (seconds > most) return done(); // a file has come instead of a page, or the browser was told to stop
    if (bar.hidden) {
      $("#waiting-for").textContent = words;
      bar.hidden = false;
      say(`Waiting for ${words}, at most ${most} seconds. Escape cancels.`);
    }
    $("#waiting-seconds").textContent = `${seconds} s of at most ${most} s`;
    $("#waiting progress").value = seconds;
    clock = setTimeout(tick, 1000);
  }
  function done() {
    if (current !== mine) return;
    current = null;
    clearTimeout(clock);
    const goes = bar.contains(document.activeElement);
    bar.hidden = true;
    if (goes) (before.isConnected ? before : $("#main")).focus({ preventScroll: true });
  }
  const mine = current = { done, cancel() { done(); cancel(); say(`Cancelled: ${words}`); } };
  return done;
}

export function visit(words) {
  const text = words.trim().replace(/\s+/g, " ");
  wait(`“${text.length > 80 ? `${text.slice(0, 79)}…` : text}”`, () => window.stop());
}

// Where the browser can say so: its own button to stop was pressed, and it does not go elsewhere instead.
let stopped = 0;
window.navigation?.addEventListener("navigateerror", () => { stopped = setTimeout(() => current?.done()); });
window.navigation?.addEventListener("navigate", () => clearTimeout(stopped));

// Listened to on the window: scripts that answer in the page have said so by then.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const address = new URL(link.href.baseVal ?? link.href, location.href);
  const here = address.hash && address.pathname + address.search === location.pathname + location.search;
  const file = link.hasAttribute("download") || /\.\w+$/.test(address.pathname);
  if (address.origin === location.origin && !here && !file) visit(link.getAttribute("aria-label") ?? link.textContent);
});
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || "file" in form.dataset) return;
  visit(form.querySelector("input[type=search]")?.value || $("h1")?.textContent || document.title);
});

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || bar.hidden) return;
  event.preventDefault();
  event.stopPropagation(); // Esc does nothing else meanwhile
  current.cancel();
}, true);
$("#waiting-cancel").addEventListener("click", () => current.cancel());
addEventListener("pageshow", ({ persisted }) => { if (persisted) current?.done(); }); // back on a page that was left
